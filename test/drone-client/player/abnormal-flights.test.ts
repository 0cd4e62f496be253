import { describe, expect, it } from 'vitest';
import { holdAt, SetpointGuide } from '../../../drone-client/player/setpoint-guide.js';
import { RequestTimeoutError } from '../../../lib/errors.js';
import { distance, type Vec3 } from '../../../lib/geo/frames.js';
import { FakeClock } from '../../support/fake-clock.js';
import type { FakeVehicle } from '../../support/fake-vehicle.js';
import { hovering, makeDrone, red, StallingClock, samplePlan } from './rig.js';

const startAtMs = 10_000;

function order(plan = samplePlan()) {
  return { plan, startAtMs, floorZM: 'start' as const };
}

function stepAtMs(kind: string, plan = samplePlan()) {
  return startAtMs + (plan.steps.find((step) => step.kind === kind)?.startS ?? Number.NaN) * 1000;
}

async function runTo(clock: FakeClock, atMs: number) {
  await clock.advance(atMs - clock.monotonicMs());
}

/** The longest way between two setpoints that follow each other, m. */
function longestStepM({ setpoints }: FakeVehicle): number {
  const steps = setpoints
    .slice(1)
    .map((next, i) => distance(next.positionM, (setpoints[i] ?? next).positionM));
  return Math.max(0, ...steps);
}

describe('motors that somebody else started', () => {
  it('end a countdown: nothing is streamed to them, and no mode is taken', async () => {
    const { clock, vehicle, player } = makeDrone();
    player.start(order());
    await clock.advance(2000);
    vehicle.set({ armed: true, mode: 'POSCTL' });
    await runTo(clock, startAtMs + 15_000);
    expect(vehicle.setpoints).toEqual([]);
    expect(vehicle.commands).toEqual([]);
    expect(player.lastOutcome).toBe('the motors were started by somebody else');
    expect(player.isBusy).toBe(false);
  });

  it('end a take-off by command that has not armed yet', async () => {
    const { clock, vehicle, player } = makeDrone();
    const failed = expect(player.takeOff({ aboveM: 1 })).rejects.toThrow('another command came first');
    await clock.advance(500);
    vehicle.set({ armed: true, mode: 'POSCTL' });
    await clock.advance(3000);
    await failed;
    expect(vehicle.commands).toEqual([]);
    expect(player.isBusy).toBe(false);
  });

  it('are told from a drone that hovers by our own command', async () => {
    const { clock, vehicle, player } = makeDrone();
    const done = player.takeOff({ aboveM: 1 });
    await clock.advance(4000);
    await done;
    player.start(order());
    vehicle.set({ systemStatus: 'CRITICAL' });
    expect(player.isBusy).toBe(true);
  });
});

describe('a process that hung', () => {
  it('leads the setpoint back onto the show instead of throwing it there', async () => {
    const clock = new StallingClock();
    const { vehicle, player } = makeDrone(clock);
    player.start(order());
    await runTo(clock, stepAtMs('fly') + 3000);
    const before = vehicle.setpoints.length;
    clock.stall(2000);
    await clock.advance(60);
    expect(vehicle.setpoints.length).toBeLessThanOrEqual(before + 2);
    await clock.advance(500);
    expect(longestStepM(vehicle)).toBeLessThan(0.4);
  });

  it('goes on with its climb from where it was', async () => {
    const clock = new StallingClock();
    const { vehicle, player } = makeDrone(clock);
    const done = player.takeOff({ aboveM: 5 });
    await clock.advance(2500);
    await done;
    clock.stall(2000);
    await clock.advance(500);
    expect(longestStepM(vehicle)).toBeLessThan(0.3);
  });
});

describe('a landing', () => {
  it('that was refused is over when the motors stand all the same', async () => {
    const { clock, vehicle, player } = makeDrone();
    player.start(order());
    await runTo(clock, stepAtMs('fly') + 2000);
    vehicle.landRefusal = 'busy';
    await expect(player.land()).rejects.toThrow('busy');
    await clock.advance(15_000);
    vehicle.set({ armed: false, landed: 'on_ground', mode: 'POSCTL' });
    await clock.advance(2000);
    expect(player.isBusy).toBe(false);
    vehicle.commands.length = 0;
    vehicle.set({ armed: true });
    await clock.advance(5000);
    expect(vehicle.commands).toEqual([]);
  });

  it('that was asked for without an autopilot is over when one appears that stands', async () => {
    const { clock, vehicle, player } = makeDrone();
    vehicle.set({ connected: false });
    vehicle.landRefusal = 'not connected';
    await expect(player.land()).rejects.toThrow('not connected');
    await clock.advance(60_000);
    vehicle.set({ connected: true });
    expect(player.isBusy).toBe(false);
  });

  it('that was refused for longer than a landing takes is still asked for', async () => {
    const { clock, vehicle, player } = makeDrone();
    player.start(order());
    await runTo(clock, stepAtMs('fly') + 2000);
    vehicle.landRefusal = 'busy';
    await expect(player.land()).rejects.toThrow('busy');
    await clock.advance(30_000);
    vehicle.landRefusal = undefined;
    await clock.advance(5000);
    expect(vehicle.state.armed).toBe(false);
    expect(player.isBusy).toBe(false);
  });

  it('leaves the colours of the stand after it alone, and is not called a loss of the motors', async () => {
    const { clock, vehicle, led, player, events } = makeDrone();
    vehicle.landingMs = 300;
    player.start(order());
    await runTo(clock, stepAtMs('land') + 1000);
    expect(vehicle.state.armed).toBe(false);
    expect(led.color).toEqual({ red: 0, green: 0, blue: 255 });
    await clock.advance(5000);
    expect(events).toEqual(['landed']);
    expect(player.lastOutcome).toBe('landed');
    expect(player.isBusy).toBe(false);
    expect(led.color).not.toEqual(red);
  });
});

describe('a drone that left the ground before its arming was confirmed', () => {
  it('is landed when stop comes then and the motors can not be stopped any more', async () => {
    const { clock, vehicle, player } = makeDrone();
    vehicle.commandMs = 900;
    player.start(order());
    await runTo(clock, stepAtMs('fly') + 300);
    expect(vehicle.last?.positionM.z).toBeGreaterThan(0);
    await player.stop();
    vehicle.moveTo({ x: 0, y: 0, z: 0.4 });
    await clock.advance(6000);
    expect(vehicle.commands.slice(-2)).toEqual(['disarm', 'land']);
    expect(vehicle.state.armed).toBe(false);
  });
});

describe('a drone that catches up with a show', () => {
  it('is not led into the ground when the show comes down meanwhile', () => {
    const guide = new SetpointGuide();
    guide.reset(holdAt({ x: 0, y: 0, z: 0 }), 0);
    guide.approach(holdAt({ x: 0, y: 0, z: 5 }), 1);
    const heights = [5, 4.5, 4, 3, 2, 1].map(
      (z, i) => guide.next(holdAt({ x: 0, y: 0, z }), 100 * (i + 1), 0).positionM.z,
    );
    expect(Math.min(...heights)).toBe(0);
  });
});

describe('a show that begins in a hover', () => {
  it('is flown at its own heights above the ground that the drone left', async () => {
    const { clock, vehicle, player } = makeDrone(new FakeClock(), { x: 0, y: 0, z: 0.1 });
    const done = player.takeOff({ aboveM: 1.5 });
    await clock.advance(4000);
    await done;
    player.start(order());
    await runTo(clock, stepAtMs('land') - 1);
    expect(vehicle.last?.positionM.z).toBeCloseTo(0.1);
    expect(Math.min(...vehicle.setpoints.map(({ positionM }) => positionM.z))).toBeCloseTo(0.1);
  });
});

describe('a launch that was given up', () => {
  it('stops motors that start yet, for the order to arm may have arrived unanswered', async () => {
    const { clock, vehicle, player } = makeDrone();
    vehicle.arm = async () => {
      vehicle.commands.push('arm');
      await new Promise<void>((resolve) => clock.after(3000, resolve));
      clock.after(1000, () => vehicle.set({ armed: true }));
      throw new RequestTimeoutError('arm', 3000);
    };
    player.start(order());
    await runTo(clock, startAtMs + 10_000);
    expect(player.lastOutcome).toMatch(/^arming refused: no answer/);
    expect(vehicle.commands).toEqual(['offboard', 'arm', 'disarm']);
    expect(vehicle.state.armed).toBe(false);
  });

  it('leaves motors alone that a pilot starts', async () => {
    const { clock, vehicle, player } = makeDrone();
    vehicle.arm = async () => {
      throw new RequestTimeoutError('arm', 3000);
    };
    player.start(order());
    await runTo(clock, startAtMs + 3000);
    vehicle.set({ armed: true, mode: 'POSCTL' });
    await clock.advance(5000);
    expect(vehicle.state.armed).toBe(true);
    expect(vehicle.commands).not.toContain('disarm');
  });

  it('takes no mode after it was cancelled', async () => {
    const { clock, vehicle, player } = makeDrone();
    vehicle.enterOffboard = async () => {
      vehicle.commands.push('offboard');
      await new Promise<void>((resolve) => clock.after(500, resolve));
    };
    const refused = expect(player.takeOff({ aboveM: 1 })).rejects.toThrow('another command came first');
    await clock.advance(1200);
    await player.stop();
    vehicle.set({ mode: 'POSCTL' });
    await clock.advance(3000);
    await refused;
    expect(vehicle.commands).toEqual(['offboard']);
  });
});

describe('a take-off', () => {
  it('does not lead into the ground', async () => {
    const { clock, vehicle, player } = await hovering();
    await expect(player.takeOff({ toZM: -2 })).rejects.toThrow('leads to -2.0 m, into the ground at 0.0 m');
    await expect(player.takeOff({ aboveM: -4 })).rejects.toThrow('into the ground');
    await clock.advance(6000);
    expect(vehicle.last?.positionM.z).toBeCloseTo(3);
    const standing = makeDrone();
    await expect(standing.player.takeOff({ toZM: -2 })).rejects.toThrow('into the ground');
    await standing.clock.advance(6000);
    expect(standing.vehicle.commands).toEqual([]);
  });
});

describe('an autopilot that was lost in flight and is heard again', () => {
  const elsewhere: Vec3 = { x: 0, y: 0, z: 1 };

  /** How far from the drone it is led at most, in the first moments. */
  async function firstStepM(clock: FakeClock, vehicle: FakeVehicle): Promise<number> {
    vehicle.set({ connected: false });
    await clock.advance(3000);
    vehicle.moveTo(elsewhere);
    const before = vehicle.setpoints.length;
    vehicle.set({ connected: true });
    await clock.advance(100);
    const led = vehicle.setpoints.slice(before);
    expect(led.length).toBeGreaterThan(0);
    return Math.max(...led.map(({ positionM }) => distance(positionM, elsewhere)));
  }

  it('is led on from where the drone is by then', async () => {
    const { clock, vehicle, player } = makeDrone();
    player.start(order());
    await runTo(clock, stepAtMs('fly') + 2500);
    expect(await firstStepM(clock, vehicle)).toBeLessThan(0.3);
    expect(player.lastTask).toBe('fly');
  });

  it('hovers where the drone is by then', async () => {
    const { clock, vehicle, player } = await hovering();
    expect(await firstStepM(clock, vehicle)).toBeLessThan(0.3);
    expect(player.lastTask).toBe('hold');
  });
});

describe('a drone whose autopilot acts by its own failsafe in the show', () => {
  it('lands where that lands: it is told to, so that it can not go back', async () => {
    const { clock, vehicle, player } = makeDrone();
    player.start(order());
    await runTo(clock, stepAtMs('fly') + 2500);
    const here = vehicle.state.position?.positionM ?? { x: 0, y: 0, z: 0 };
    const before = vehicle.setpoints.length;
    vehicle.set({ mode: 'AUTO.LAND', systemStatus: 'CRITICAL' });
    await clock.advance(100);
    expect(vehicle.commands.at(-1)).toBe('land');
    vehicle.set({ systemStatus: 'ACTIVE' });
    await clock.advance(900);
    const led = vehicle.setpoints.slice(before).map(({ positionM }) => distance(positionM, here));
    expect(Math.max(0, ...led)).toBeLessThan(0.1);
    await clock.advance(10_000);
    expect(player.lastOutcome).toBe("the autopilot's own failsafe took over: AUTO.LAND");
  });

  it('is left to it where that is no landing', async () => {
    const { clock, vehicle, player } = makeDrone();
    player.start(order());
    await runTo(clock, stepAtMs('fly') + 2500);
    const commands = vehicle.commands.length;
    vehicle.set({ mode: 'AUTO.RTL', systemStatus: 'CRITICAL' });
    const before = vehicle.setpoints.length;
    await clock.advance(5000);
    expect(vehicle.setpoints.length).toBe(before);
    expect(vehicle.commands.length).toBe(commands);
    expect(player.lastOutcome).toBe("the autopilot's own failsafe took over: AUTO.RTL");
  });
});
