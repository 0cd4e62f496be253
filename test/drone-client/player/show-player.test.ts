import { describe, expect, it } from 'vitest';
import { distance } from '../../../lib/geo/frames.js';
import { black } from '../../../lib/show/model.js';
import { trajectoryAt } from '../../../lib/show/trajectory.js';
import { FakeClock } from '../../support/fake-clock.js';
import { hovering, makeDrone, red, StallingClock, samplePlan } from './rig.js';

const startAtMs = 10_010;

function order(plan = samplePlan(), atMs = startAtMs) {
  return { plan, startAtMs: atMs, floorZM: 'start' as const };
}

/** Step `kind` of the plan, in monotonic ms. */
function stepAtMs(kind: string, plan = samplePlan()) {
  const step = plan.steps.find((candidate) => candidate.kind === kind);
  if (!step) throw new Error(`no ${kind}`);
  return startAtMs + step.startS * 1000;
}

async function runTo(clock: FakeClock, atMs: number) {
  await clock.advance(atMs - clock.monotonicMs());
}

describe('a show', () => {
  it('is flown from its start to its landing, and reported', async () => {
    const { clock, vehicle, player, events } = makeDrone();
    player.start(order());
    await runTo(clock, startAtMs + 20_000);
    expect(vehicle.commands).toEqual(['offboard', 'arm', 'land']);
    expect(player.report).toMatchObject({ result: 'landed', isFlying: false, startErrorMs: 0 });
    expect(player.report.samples).toBeGreaterThan(100);
    expect(player.report.maxDistanceM).toBeLessThan(0.2);
    expect(player.lastTask).toBe('No task');
    expect(events).toEqual(['landed']);
    expect(player.isBusy).toBe(false);
  });

  it('streams where the drone stands for more than a second before the motors start, and nothing before', async () => {
    const { clock, vehicle, player } = makeDrone(new FakeClock(), { x: 1, y: 2, z: -0.4 });
    player.start(order());
    const armMs = stepAtMs('arm');
    await runTo(clock, armMs - 4000);
    expect(vehicle.setpoints).toEqual([]);
    await runTo(clock, armMs + 400);
    expect(vehicle.state.armed).toBe(true);
    expect(vehicle.setpoints[0]?.atMs).toBeLessThan(armMs - 1000);
    for (const { positionM } of vehicle.setpoints) expect(positionM).toEqual({ x: 1, y: 2, z: -0.4 });
  });

  it('starts its motors at the arm step and not before', async () => {
    const { clock, vehicle, player } = makeDrone();
    player.start(order());
    await runTo(clock, stepAtMs('arm') - 1600);
    expect(vehicle.commands).toEqual(['offboard']);
    await runTo(clock, stepAtMs('arm') - 1);
    expect(vehicle.commands).toEqual(['offboard']);
    await runTo(clock, stepAtMs('arm'));
    expect(vehicle.commands).toEqual(['offboard', 'arm']);
  });

  it('commands the trajectory of each tick, every 50 ms from the start', async () => {
    const { clock, vehicle, player } = makeDrone();
    const plan = samplePlan();
    player.start(order(plan));
    await runTo(clock, stepAtMs('land') - 1);
    const flown = vehicle.setpoints.filter(({ atMs }) => atMs >= stepAtMs('fly') + 300);
    expect(flown.length).toBeGreaterThan(100);
    for (const { atMs, positionM, velocityMPerS } of flown) {
      expect((atMs - startAtMs) % 50).toBeCloseTo(0);
      const point = trajectoryAt(plan, (atMs - startAtMs) / 1000);
      expect(distance(positionM, point?.positionM ?? positionM)).toBeLessThan(1e-9);
      expect(velocityMPerS).toEqual(point?.velocityMPerS);
    }
  });

  it('commands no point above the ground before the fly step, and none below it ever', async () => {
    const { clock, vehicle, player } = makeDrone(new FakeClock(), { x: 0, y: 0, z: 0.05 });
    player.start(order(samplePlan({ privateOffsetM: { x: 0, y: 0, z: -0.1 } })));
    await runTo(clock, startAtMs + 20_000);
    const before = vehicle.setpoints.filter(({ atMs }) => atMs < stepAtMs('fly'));
    expect(Math.max(...before.map(({ positionM }) => positionM.z))).toBeCloseTo(0.05);
    expect(Math.min(...vehicle.setpoints.map(({ positionM }) => positionM.z))).toBeCloseTo(0.05);
  });

  it('shows its colours at the moment of the show, on the ground too, and goes dark at the end', async () => {
    const { clock, led, player } = makeDrone();
    player.start(order());
    await runTo(clock, startAtMs - 1);
    expect(led.color).toEqual(black);
    await runTo(clock, startAtMs);
    expect(led.color).toEqual(red);
    await runTo(clock, startAtMs + 8000);
    expect(led.color).toEqual({ red: 0, green: 0, blue: 255 });
    await runTo(clock, startAtMs + 20_000);
    expect(led.color).toEqual(black);
  });

  it('tells what comes and what runs', async () => {
    const { clock, player } = makeDrone();
    expect(player.lastTask).toBe('No task');
    player.start(order());
    expect(player.lastTask).toBe('stand in 10.0 s');
    await runTo(clock, stepAtMs('fly'));
    expect(player.lastTask).toBe('fly');
    await runTo(clock, stepAtMs('land') + 10);
    expect(player.lastTask).toBe('land');
  });

  it('leads the setpoint onto a start point that is off, without a jump', async () => {
    const { clock, vehicle, player } = makeDrone(new FakeClock(), { x: 0.8, y: 0, z: 0 });
    player.start(order());
    await runTo(clock, stepAtMs('fly') + 1800);
    const steps = vehicle.setpoints
      .slice(1)
      .map((s, i) => distance(s.positionM, vehicle.setpoints[i]?.positionM ?? s.positionM));
    expect(Math.max(...steps)).toBeLessThan(0.12);
    expect(vehicle.last?.positionM.x).toBeCloseTo(0);
  });

  it('with a take-off of its own climbs above where it stands, reaches the first point, then flies', async () => {
    const { clock, vehicle, player } = makeDrone(new FakeClock(), { x: 0.5, y: 0, z: 0 });
    const plan = samplePlan({ startAction: 'takeoff' });
    player.start(order(plan));
    await runTo(clock, stepAtMs('reach', plan) - 1);
    expect(vehicle.last?.positionM).toMatchObject({ x: 0.5, z: 1 });
    expect(Math.max(...vehicle.setpoints.map(({ velocityMPerS }) => velocityMPerS.z))).toBeCloseTo(0.4);
    await runTo(clock, stepAtMs('fly', plan));
    expect(distance(vehicle.last?.positionM ?? { x: 9, y: 9, z: 9 }, { x: 0.2, y: 0, z: 2 })).toBeLessThan(
      0.05,
    );
    expect(
      Math.max(...vehicle.setpoints.map((s) => Math.hypot(s.velocityMPerS.x, s.velocityMPerS.z))),
    ).toBeLessThan(3);
    await runTo(clock, startAtMs + 40_000);
    expect(player.report).toMatchObject({ result: 'landed', startErrorMs: 0 });
  });

  it('evaluates a late tick at its actual moment and does not catch up', async () => {
    const clock = new StallingClock();
    const { vehicle, player } = makeDrone(clock);
    const plan = samplePlan();
    player.start(order(plan));
    await runTo(clock, stepAtMs('fly') + 1010);
    const count = vehicle.setpoints.length;
    clock.stall(133);
    await clock.advance(40);
    expect(vehicle.setpoints.length).toBe(count + 1);
    const nowS = (clock.monotonicMs() - startAtMs) / 1000;
    expect(vehicle.last?.positionM.z).toBeCloseTo(trajectoryAt(plan, nowS)?.positionM.z ?? -1);
  });
});

describe('the first setpoint of a show', () => {
  it('goes out at its moment, though it is ready before', async () => {
    const { clock, vehicle, player } = makeDrone();
    player.start(order());
    await runTo(clock, stepAtMs('fly') - 1);
    const before = vehicle.setpoints.length;
    await runTo(clock, stepAtMs('fly'));
    expect(vehicle.setpoints.slice(before).map(({ atMs }) => atMs)).toEqual([stepAtMs('fly')]);
  });

  it.each(['land', 'stop', 'emergencyLand', 'kill', 'returnHome'] as const)(
    'does not go out any more when %s comes between its computing and its moment',
    async (ending) => {
      const { clock, vehicle, player } = makeDrone();
      player.start(order());
      await runTo(clock, stepAtMs('fly') - 2);
      const before = vehicle.setpoints.length;
      player[ending]().catch(() => undefined);
      await clock.advance(500);
      const speeds = vehicle.setpoints.slice(before).map(({ velocityMPerS }) => velocityMPerS);
      for (const speed of speeds) expect(speed).toEqual({ x: 0, y: 0, z: 0 });
      expect(player.report.startErrorMs).toBeNull();
    },
  );
});

describe('lights that are lent', () => {
  it('are left alone by the show, which flies on, and taken back when the time is over or it is told so', async () => {
    const { clock, led, player } = makeDrone();
    const mine = { red: 1, green: 2, blue: 3 };
    player.start({ plan: samplePlan(), startAtMs: clock.monotonicMs() + 4000, floorZM: undefined });
    await clock.advance(6000);
    expect(led.color).toEqual(red);
    player.lendLights(1000);
    led.setColor(mine);
    await clock.advance(900);
    expect(led.color).toEqual(mine);
    await clock.advance(200);
    expect(led.color).toEqual(red);
    player.lendLights(5000);
    led.setColor(mine);
    player.lendLights(0);
    await clock.advance(100);
    expect(led.color).toEqual(red);
  });

  it('show a landing all the same', async () => {
    const { clock, led, player } = await hovering();
    player.lendLights(60_000);
    led.setColor({ red: 0, green: 255, blue: 0 });
    void player.land();
    await clock.advance(300);
    expect([player.mayLendLights, led.color.green]).toEqual([false, 0]);
  });
});

describe('what can go wrong', () => {
  it('keeps the reason when the motors do not start: nothing remains planned, the drone stays dark on the ground', async () => {
    const { clock, vehicle, led, player } = makeDrone();
    vehicle.armRefusal = 'compass inconsistent';
    player.start(order());
    await runTo(clock, stepAtMs('fly') + 2000);
    expect(player.lastOutcome).toBe('arming refused: compass inconsistent');
    expect(player.report.result).toBe('arming refused: compass inconsistent');
    expect(player.lastTask).toBe('No task');
    expect(led.color).toEqual(black);
    const count = vehicle.setpoints.length;
    await clock.advance(3000);
    expect(vehicle.setpoints.length).toBe(count);
  });

  it('does not fly without a position', async () => {
    const { clock, vehicle, player } = makeDrone();
    vehicle.set({ position: undefined });
    player.start(order());
    await runTo(clock, stepAtMs('fly'));
    expect(player.lastOutcome).toContain('the position is not known');
    expect(vehicle.commands).toEqual([]);
  });

  it('leaves the drone to a pilot who takes it: three heartbeats in another mode end the stream', async () => {
    const { clock, vehicle, player } = makeDrone();
    player.start(order());
    await runTo(clock, stepAtMs('fly') + 1500);
    vehicle.set({ mode: 'POSCTL' });
    await clock.advance(2000);
    expect(player.isBusy).toBe(true);
    await clock.advance(1000);
    expect(player.lastOutcome).toBe('pilot took over: POSCTL');
    const count = vehicle.setpoints.length;
    await clock.advance(5000);
    expect(vehicle.setpoints.length).toBe(count);
    expect(vehicle.commands).not.toContain('land');
  });

  it('ends the stream when the motors have stopped in flight', async () => {
    const { clock, vehicle, player } = makeDrone();
    player.start(order());
    await runTo(clock, stepAtMs('fly') + 1500);
    vehicle.set({ armed: false });
    const count = vehicle.setpoints.length;
    await clock.advance(2000);
    expect(vehicle.setpoints.length).toBe(count);
    expect(player.report.result).toBe('disarmed in flight');
  });

  it('gives up when the motors stop again before it took off, and does not call that a landing', async () => {
    const { clock, vehicle, player } = makeDrone();
    player.start(order());
    await runTo(clock, stepAtMs('arm') + 200);
    player.pause(clock.monotonicMs(), 0);
    vehicle.set({ armed: false });
    await clock.advance(1000);
    expect(player.report.result).toBe('disarmed before it took off');
    expect(player.isBusy).toBe(false);
  });

  it('holds on and asks again when the landing is refused, then disarms what lands too long', async () => {
    const { clock, vehicle, player } = makeDrone();
    vehicle.landRefusal = 'busy';
    player.start(order());
    await runTo(clock, stepAtMs('land') + 2500);
    expect(vehicle.commands.filter((name) => name === 'land').length).toBe(3);
    expect(clock.monotonicMs() - (vehicle.last?.atMs ?? 0)).toBeLessThan(51);
    vehicle.landRefusal = undefined;
    vehicle.landingMs = 60_000;
    await clock.advance(2000);
    vehicle.moveTo({ x: 3, y: 0, z: 0 });
    await clock.advance(10_000);
    expect(vehicle.commands).toContain('disarm');
    expect(player.report.result).toBe('landed');
  });

  it('refuses a second show, and one for motors that run without its command', async () => {
    const { clock, vehicle, player } = makeDrone();
    player.start(order());
    expect(() => player.start(order())).toThrow('a show is under way');
    await player.stop();
    vehicle.set({ armed: true });
    await clock.advance(10);
    expect(() => player.start(order())).toThrow('the motors run already');
  });
});

describe('pause and resume', () => {
  it('hold drones with different clocks at one point and let them go on in step', async () => {
    const clocks = [new FakeClock(), new FakeClock()];
    const plan = samplePlan();
    const drones = clocks.map((clock) => makeDrone(clock));
    const offsetsMs = [0, 5_000];
    await clocks[1]?.advance(5_000);
    const own = (i: number, atMs: number) => atMs + (offsetsMs[i] ?? 0);
    for (const [i, { player }] of drones.entries()) player.start(order(plan, own(i, startAtMs)));
    const pauseMs = stepAtMs('fly') + 2225;
    const rampMs = 1500;
    const speeds: number[] = [];
    for (const [i, { clock, player, vehicle }] of drones.entries()) {
      await runTo(clock, own(i, pauseMs - 30));
      await clock.advance(i * 20);
      player.pause(own(i, pauseMs), rampMs);
      expect(player.lastTask).toBe('paused');
      await runTo(clock, own(i, pauseMs + rampMs / 2));
      speeds.push(vehicle.last?.velocityMPerS.x ?? Number.NaN);
      await runTo(clock, own(i, pauseMs + 5_000));
    }
    // Half of the ramp's time is flown while it slows down; half way down it flies half as fast.
    const held = trajectoryAt(plan, (pauseMs + rampMs / 2 - startAtMs) / 1000)?.positionM;
    const onTheWay = trajectoryAt(plan, (pauseMs + (3 / 8) * rampMs - startAtMs) / 1000);
    for (const speed of speeds)
      expect(Math.abs(speed - (onTheWay?.velocityMPerS.x ?? Number.NaN) / 2)).toBeLessThan(0.1);
    for (const { vehicle } of drones) {
      expect(vehicle.last?.positionM).toEqual(held);
      expect(vehicle.last?.velocityMPerS).toEqual({ x: 0, y: 0, z: 0 });
    }
    const resumeMs = pauseMs + 7_130;
    for (const [i, { clock, player }] of drones.entries()) {
      player.resume(own(i, resumeMs));
      await runTo(clock, own(i, resumeMs - 1));
      expect(drones[i]?.vehicle.last?.positionM).toEqual(held);
      await runTo(clock, own(i, resumeMs + 2000));
    }
    const [a, b] = drones.map(({ vehicle }) => vehicle.last);
    expect(a?.positionM).toEqual(b?.positionM);
    const lastS = ((a?.atMs ?? 0) - startAtMs - (resumeMs - pauseMs)) / 1000;
    expect(
      distance(
        a?.positionM ?? { x: 9, y: 9, z: 9 },
        trajectoryAt(plan, lastS)?.positionM ?? { x: 0, y: 0, z: 0 },
      ),
    ).toBeLessThan(1e-6);
    for (const { clock, player } of drones) {
      await clock.advance(20_000);
      expect(player.report.result).toBe('landed');
    }
  });

  it('before the start: a moment before the start changes nothing, a later one is the start', async () => {
    const { clock, player } = makeDrone();
    player.start(order());
    player.pause(clock.monotonicMs(), 0);
    await clock.advance(1000);
    player.resume(2000);
    expect(player.lastTask).toBe('stand in 9.0 s');
    player.pause(clock.monotonicMs(), 0);
    await clock.advance(15_000);
    player.resume(clock.monotonicMs() + 500);
    expect(player.lastTask).toBe('stand in 0.5 s');
  });

  it('refuse where there is nothing to pause or resume, and a resume whose moment has passed', async () => {
    const { clock, player } = makeDrone();
    expect(() => player.pause(clock.monotonicMs(), 0)).toThrow('no show');
    expect(() => player.resume(0)).toThrow('nothing is paused');
    player.start(order());
    await runTo(clock, stepAtMs('fly') + 1000);
    player.pause(clock.monotonicMs(), 0);
    await clock.advance(5000);
    expect(() => player.resume(clock.monotonicMs() - 600)).toThrow('its moment has passed');
    expect(player.lastTask).toBe('paused');
  });
});

describe('stop, land, disarm', () => {
  it('stop holds the position in flight and nothing of the show comes after it', async () => {
    const { clock, vehicle, player } = makeDrone();
    player.start(order());
    await runTo(clock, stepAtMs('fly') + 2000);
    await player.stop();
    const at = vehicle.last?.positionM;
    await clock.advance(20_000);
    expect(vehicle.last).toMatchObject({ positionM: at, velocityMPerS: { x: 0, y: 0, z: 0 } });
    expect(clock.monotonicMs() - (vehicle.last?.atMs ?? 0)).toBeLessThan(51);
    expect(player.report.result).toBe('stopped');
    expect(vehicle.state.armed).toBe(true);
  });

  it('stop in the countdown leaves nothing behind on the ground', async () => {
    const { clock, vehicle, player } = makeDrone();
    player.start(order());
    await runTo(clock, stepAtMs('arm') - 2000);
    await player.stop();
    const count = vehicle.setpoints.length;
    await clock.advance(20_000);
    expect(vehicle.setpoints.length).toBe(count);
    expect(vehicle.commands).not.toContain('arm');
  });

  it('stop while the motors start stops them again', async () => {
    const { clock, vehicle, player } = makeDrone();
    vehicle.commandMs = 300;
    player.start(order());
    await runTo(clock, stepAtMs('arm') + 100);
    await player.stop();
    await clock.advance(3000);
    expect(vehicle.commands.at(-1)).toBe('disarm');
    expect(vehicle.state.armed).toBe(false);
  });

  it('land ends a show at once and leaves the landing to the autopilot', async () => {
    const { clock, vehicle, player } = makeDrone();
    player.start(order());
    await runTo(clock, stepAtMs('fly') + 2000);
    await player.land();
    const count = vehicle.setpoints.length;
    await clock.advance(5000);
    expect(vehicle.setpoints.length).toBe(count);
    expect(vehicle.state.armed).toBe(false);
    expect(player.report.result).toBe('landed on command');
  });

  it('disarm in the air is refused by the autopilot, and the drone then holds instead of falling', async () => {
    const { clock, vehicle, player } = makeDrone();
    player.start(order());
    await runTo(clock, stepAtMs('fly') + 2000);
    await expect(player.disarm()).rejects.toThrow('in the air');
    await clock.advance(3000);
    expect(clock.monotonicMs() - (vehicle.last?.atMs ?? 0)).toBeLessThan(51);
    expect(player.lastTask).toBe('hold');
  });
});

describe('take-off by command', () => {
  it('arms, climbs at no more than 1 m/s with a green blink, and holds', async () => {
    const { clock, vehicle, led, player } = makeDrone(new FakeClock(), { x: 1, y: 1, z: -0.3 });
    const done = player.takeOff({ aboveM: 2 });
    await clock.advance(1500);
    await done;
    const colors = new Set<number>();
    for (let i = 0; i < 10; i += 1) {
      await clock.advance(50);
      colors.add(led.color.green);
    }
    expect([...colors].sort()).toEqual([0, 255]);
    await clock.advance(3000);
    expect(vehicle.last?.positionM).toEqual({ x: 1, y: 1, z: 1.7 });
    expect(Math.max(...vehicle.setpoints.map(({ velocityMPerS }) => velocityMPerS.z))).toBeLessThanOrEqual(1);
    expect(player.lastTask).toBe('hold');
    await player.land();
    await clock.advance(5000);
    expect(player.isBusy).toBe(false);
  });

  it('goes to a height of the frame with takeoff_z, and tells why it can not arm', async () => {
    const { clock, vehicle, player } = makeDrone();
    const done = player.takeOff({ toZM: 1.5 });
    await clock.advance(6000);
    await done;
    expect(vehicle.last?.positionM.z).toBe(1.5);
    const other = makeDrone();
    other.vehicle.armRefusal = 'no home';
    const failed = expect(other.player.takeOff({ aboveM: 1 })).rejects.toThrow('arming refused: no home');
    await other.clock.advance(3000);
    await failed;
    expect(other.player.isBusy).toBe(false);
  });

  it('lets a show begin from the hover', async () => {
    const { clock, vehicle, player } = makeDrone();
    const done = player.takeOff({ aboveM: 1 });
    await clock.advance(4000);
    await done;
    player.start(order());
    await runTo(clock, startAtMs + 20_000);
    expect(vehicle.commands).toEqual(['offboard', 'arm', 'land']);
    expect(player.report.result).toBe('landed');
  });
});

describe('the first setpoint of a show', () => {
  it('is sent on its moment, wherever between two beats of the start that lies, on a clock that drifts', async () => {
    const { clock, player } = makeDrone();
    const plan = samplePlan();
    // The show flies 13.7 ms later than a beat of its start would be.
    const later = plan.steps.map((step, i) =>
      i === 0
        ? { ...step, endS: step.endS + 0.0137 }
        : { ...step, startS: step.startS + 0.0137, endS: step.endS + 0.0137 },
    );
    const flyS = later.find(({ kind }) => kind === 'fly')?.startS ?? Number.NaN;
    const drift = 300e-6;
    const startAtNowMs = () => startAtMs + drift * clock.monotonicMs();
    player.start({ ...order({ ...plan, steps: later }), startAtNowMs });
    await runTo(clock, startAtMs + flyS * 1000 + 200);
    const { startErrorMs } = player.report;
    expect(Math.abs(startErrorMs ?? Number.NaN)).toBeLessThan(1.1);
  });

  it('is dropped in the countdown when the clock it was planned with turns out to be another one', async () => {
    const { clock, player } = makeDrone();
    const atMs = clock.monotonicMs() + 20_000;
    let offMs = 0;
    player.start({ ...order(samplePlan(), atMs), startAtNowMs: () => atMs + offMs });
    await clock.advance(5000);
    // One wild estimate drops nothing.
    offMs = -2000;
    await clock.advance(200);
    offMs = 0;
    await clock.advance(5000);
    expect(player.isCountingDown).toBe(true);
    offMs = -2000;
    await clock.advance(1000);
    expect(player.isBusy).toBe(false);
    expect(player.lastOutcome).toContain("the server's clock was set in the countdown");
  });
});
