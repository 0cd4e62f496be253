import { afterEach, describe, expect, it } from 'vitest';
import { startSimulator } from '../../../drone-client/simulator/adapters/udp-simulator.js';
import type { Autopilot } from '../../../drone-client/simulator/autopilot.js';
import { createVehicle } from '../../../drone-client/vehicle/adapters/create-vehicle.js';
import type { Setpoint, Vehicle } from '../../../drone-client/vehicle/vehicle.js';
import { DisconnectedError, RefusedError } from '../../../lib/errors.js';
import { type Cancel, type Clock, every } from '../../../lib/time/clock.js';
import { FakeClock } from '../../support/fake-clock.js';
import { at, circle } from '../simulator/bench.js';
import { joinInMemory } from '../simulator/flown-link.js';

/** What the port's obligations are tried on: a vehicle, the autopilot behind it, and how time passes. */
type Rig = {
  readonly vehicle: Vehicle;
  readonly autopilot: Autopilot;
  readonly clock: Clock;
  readonly advance: (byMs: number) => Promise<void>;
  readonly close: () => Promise<void>;
};

const simulated = { systemId: 7, seed: 1, settleMs: 1000, startPositionM: { x: 1, y: -2, z: 0 } };

async function inMemory(): Promise<Rig> {
  const { vehicle, autopilot, clock } = joinInMemory(simulated);
  return { vehicle, autopilot, clock, advance: (byMs) => clock.advance(byMs), close: () => vehicle.close() };
}

/** Real sockets, made-up time: it moves in small steps with turns for the sockets in between, however slow the machine. */
async function overUdp(): Promise<Rig> {
  const clock = new FakeClock();
  const simulator = await startSimulator({ ...simulated, clock });
  const vehicle = await createVehicle({ kind: 'udp', host: '127.0.0.1', port: simulator.port }, { clock });
  return {
    vehicle,
    autopilot: simulator.autopilot,
    clock,
    async advance(byMs) {
      for (let doneMs = 0; doneMs < byMs; doneMs += 10) {
        await clock.advance(10);
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    close: async () => {
      await vehicle.close();
      await simulator.close();
    },
  };
}

async function settled(rig: Rig, promise: Promise<void>): Promise<unknown> {
  let outcome: { error?: unknown } | undefined;
  promise.then(
    () => {
      outcome = {};
    },
    (error: unknown) => {
      outcome = { error };
    },
  );
  for (let waitedMs = 0; !outcome && waitedMs < 6000; waitedMs += 100) await rig.advance(100);
  if (!outcome) throw new Error('a command hung for more than 6 s');
  return outcome.error;
}

async function until(rig: Rig, limitMs: number, isDone: () => boolean): Promise<void> {
  for (let waitedMs = 0; !isDone(); waitedMs += 50) {
    if (waitedMs > limitMs) throw new Error(`not within ${limitMs} ms: ${isDone}`);
    await rig.advance(50);
  }
}

describe.each([
  ['in memory', inMemory],
  ['over UDP', overUdp],
])('a vehicle with the simulated autopilot behind it, %s', (_name, makeRig) => {
  const rigs: Rig[] = [];
  const closers: Cancel[] = [];

  async function rigUp(): Promise<Rig> {
    const rig = await makeRig();
    rigs.push(rig);
    await until(rig, 4000, () => rig.vehicle.state.position !== undefined && rig.vehicle.state.connected);
    return rig;
  }

  function stream(rig: Rig, setpointAt: (tS: number) => Setpoint): void {
    const startMs = rig.clock.monotonicMs();
    closers.push(
      every(rig.clock, 50, () =>
        rig.vehicle.sendSetpoint(setpointAt((rig.clock.monotonicMs() - startMs) / 1000)),
      ),
    );
  }

  function stopStreams(): void {
    for (const stop of closers.splice(0)) stop();
  }

  afterEach(async () => {
    stopStreams();
    for (const rig of rigs.splice(0)) await rig.close();
  });

  it('flies: offboard, arm, climb, a circle, land, and disarms by itself', async () => {
    const rig = await rigUp();
    const { vehicle, autopilot } = rig;
    await until(
      rig,
      4000,
      () => vehicle.state.systemStatus === 'STANDBY' && vehicle.state.calibration !== undefined,
    );
    expect(vehicle.state).toMatchObject({
      armed: false,
      landed: 'on_ground',
      isPrearmOk: true,
      mode: 'AUTO.LOITER',
    });
    const groundM = vehicle.state.position?.positionM.z ?? 0;
    const heightM = groundM + 2.5;
    stream(rig, () => at({ x: 0, y: 0, z: heightM }));
    expect(await settled(rig, vehicle.enterOffboard())).toBeUndefined();
    expect(vehicle.state.mode).toBe('OFFBOARD');
    expect(await settled(rig, vehicle.arm())).toBeUndefined();
    expect(vehicle.state).toMatchObject({ armed: true, systemStatus: 'ACTIVE' });
    await until(rig, 8000, () => (vehicle.state.position?.positionM.z ?? 0) > heightM - 0.3);
    expect(vehicle.state.landed).toBe('in_air');
    stopStreams();
    let wanted = at({ x: 0, y: 0, z: heightM });
    stream(rig, (tS) => {
      wanted = circle(tS, heightM);
      return wanted;
    });
    await rig.advance(2000);
    for (let i = 0; i < 40; i += 1) {
      await rig.advance(100);
      const { x, y } = vehicle.state.position?.positionM ?? { x: Number.NaN, y: Number.NaN };
      const lagM = Math.hypot(x - wanted.positionM.x, y - wanted.positionM.y);
      expect(lagM).toBeLessThan(1.5);
      expect(lagM).toBeGreaterThan(0);
    }
    expect(await settled(rig, vehicle.disarm())).toBeInstanceOf(RefusedError);
    expect(await settled(rig, vehicle.land())).toBeUndefined();
    stopStreams();
    expect(vehicle.state).toMatchObject({ mode: 'AUTO.LAND', armed: true });
    await until(rig, 15_000, () => !vehicle.state.armed);
    expect(vehicle.state).toMatchObject({ landed: 'on_ground', mode: 'OFFBOARD' });
    expect(autopilot.truth.positionM.z).toBe(0);
  });

  it('hears refusals with their reason, and arms once the reason is gone', async () => {
    const rig = await rigUp();
    const { vehicle } = rig;
    expect(await settled(rig, vehicle.enterOffboard())).toBeUndefined();
    const refused = await settled(rig, vehicle.arm());
    expect(refused).toBeInstanceOf(RefusedError);
    expect(refused).toMatchObject({ message: expect.stringContaining('TEMPORARILY_REJECTED (event ') });
    stream(rig, () => at({ x: 1, y: -2, z: 0 }));
    await rig.advance(300);
    expect(await settled(rig, vehicle.arm())).toBeUndefined();
    expect(await settled(rig, vehicle.disarm())).toBeUndefined();
    expect(vehicle.state.armed).toBe(false);
    expect(await settled(rig, vehicle.hold())).toBeUndefined();
    expect(vehicle.state.mode).toBe('AUTO.LOITER');
  });

  it('is lost within some 5 s when the link falls silent, and found again when it speaks', async () => {
    const rig = await rigUp();
    const { vehicle, autopilot } = rig;
    await rig.advance(1000);
    autopilot.dropLink(true);
    await rig.advance(3500);
    expect(vehicle.state.connected).toBe(true);
    await rig.advance(1700);
    expect(vehicle.state.connected).toBe(false);
    expect(await settled(rig, vehicle.land())).toBeInstanceOf(DisconnectedError);
    autopilot.dropLink(false);
    await until(rig, 2000, () => vehicle.state.connected);
  });

  it('answers a command that the link swallowed with an error, not with silence', async () => {
    const rig = await rigUp();
    rig.autopilot.dropLink(true);
    const startedMs = rig.clock.monotonicMs();
    expect(await settled(rig, rig.vehicle.arm())).toBeInstanceOf(Error);
    expect(rig.clock.monotonicMs() - startedMs).toBeLessThan(5500);
  });
});
