/** What every vehicle owes to its users, tried on a vehicle with a simulated autopilot behind it; for tests alone. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Autopilot } from '../../../drone-client/simulator/autopilot.js';
import type { Setpoint, Vehicle } from '../../../drone-client/vehicle/vehicle.js';
import { DisconnectedError, RefusedError } from '../../../lib/errors.js';
import { type Cancel, type Clock, every } from '../../../lib/time/clock.js';
import { at, circle } from '../simulator/bench.js';

export type Flavour = 'px4' | 'ardupilot';

/** What the port's obligations are tried on: a vehicle, the autopilot behind it, and how time passes. */
export type Rig = {
  readonly vehicle: Vehicle;
  readonly autopilot: Autopilot;
  readonly clock: Clock;
  readonly advance: (byMs: number) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** The simulated autopilot of each rig. */
export const simulated = { systemId: 7, seed: 1, settleMs: 1000, startPositionM: { x: 1, y: -2, z: 0 } };

const expected = {
  px4: {
    name: 'PX4',
    modes: {
      offboard: 'OFFBOARD',
      land: 'AUTO.LAND',
      hold: 'AUTO.LOITER',
      return: 'AUTO.RTL',
      start: 'AUTO.LOITER',
    },
    lastResort: ['COM_OBL_RC_ACT', 4],
  },
  ardupilot: {
    name: 'ArduPilot',
    modes: { offboard: 'GUIDED', land: 'LAND', hold: 'BRAKE', return: 'RTL', start: 'STABILIZE' },
    lastResort: ['FS_GCS_ENABLE', 5],
  },
} as const;

async function settled<T>(rig: Rig, promise: Promise<T>, limitMs = 6000): Promise<unknown> {
  let outcome: { value?: unknown; error?: unknown } | undefined;
  promise.then(
    (value) => {
      outcome = { value };
    },
    (error: unknown) => {
      outcome = { error };
    },
  );
  for (let waitedMs = 0; !outcome && waitedMs < limitMs; waitedMs += 100) await rig.advance(100);
  if (!outcome) throw new Error(`a command hung for more than ${limitMs} ms`);
  return outcome.error ?? outcome.value;
}

async function until(rig: Rig, limitMs: number, isDone: () => boolean): Promise<void> {
  for (let waitedMs = 0; !isDone(); waitedMs += 50) {
    if (waitedMs > limitMs) throw new Error(`not within ${limitMs} ms: ${isDone}`);
    await rig.advance(50);
  }
}

/** Defines the tests; `makeRig` is called once for each. */
export function describeVehicle(
  name: string,
  flavour: Flavour,
  makeRig: (flavour: Flavour) => Promise<Rig>,
): void {
  describe(`a vehicle with a simulated ${expected[flavour].name} behind it, ${name}`, () => {
    const rigs: Rig[] = [];
    const closers: Cancel[] = [];
    const { modes, lastResort } = expected[flavour];
    const zM = (rig: Rig) => rig.vehicle.state.position?.positionM.z ?? Number.NaN;

    async function rigUp(): Promise<Rig> {
      const rig = await makeRig(flavour);
      rigs.push(rig);
      const { vehicle } = rig;
      await until(
        rig,
        8000,
        () =>
          vehicle.state.systemStatus === 'STANDBY' &&
          vehicle.state.calibration !== undefined &&
          vehicle.state.isPrearmOk === true &&
          vehicle.state.position !== undefined,
      );
      return rig;
    }

    function stream(rig: Rig, setpointAt: (tS: number) => Setpoint): void {
      stopStreams();
      const startMs = rig.clock.monotonicMs();
      const send = () => rig.vehicle.sendSetpoint(setpointAt((rig.clock.monotonicMs() - startMs) / 1000));
      closers.push(every(rig.clock, 50, send));
    }

    function stopStreams(): void {
      for (const stop of closers.splice(0)) stop();
    }

    /** In the air, this much above the ground; gives the local height. */
    async function lifted(rig: Rig, aboveM: number): Promise<number> {
      const { vehicle } = rig;
      const groundM = zM(rig);
      stream(rig, () => at({ x: 1, y: -2, z: groundM }));
      await rig.advance(300);
      expect(await settled(rig, vehicle.enterOffboard())).toBeUndefined();
      expect(await settled(rig, vehicle.arm())).toBeUndefined();
      stream(rig, () => at({ x: 1, y: -2, z: groundM + aboveM }));
      await until(rig, 12_000, () => zM(rig) > groundM + aboveM - 0.3 && vehicle.state.landed === 'in_air');
      return groundM + aboveM;
    }

    afterEach(async () => {
      stopStreams();
      for (const rig of rigs.splice(0)) await rig.close();
    });

    it('flies: offboard, arm, climb, a circle, land, and disarms by itself', async () => {
      const rig = await rigUp();
      const { vehicle, autopilot } = rig;
      expect(vehicle.state).toMatchObject({
        ...{ autopilot: expected[flavour].name, armed: false, landed: 'on_ground', mode: modes.start },
        ...{ isPrearmOk: true, unhealthySensors: [], calibration: { gyro: true, mag: true, accel: true } },
      });
      const heightM = await lifted(rig, 2.5);
      expect(vehicle.state).toMatchObject({
        armed: true,
        systemStatus: 'ACTIVE',
        mode: modes.offboard,
        role: 'offboard',
      });
      expect(vehicle.state.gps?.fixType).toBeGreaterThanOrEqual(3);
      expect(vehicle.state.estimator).toMatchObject({
        hasHorizontalPosition: true,
        hasVerticalPosition: true,
      });
      let wanted = at({ x: 0, y: 0, z: heightM });
      stream(rig, (tS) => {
        wanted = circle(tS, heightM);
        return wanted;
      });
      await rig.advance(4000);
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
      expect(vehicle.state).toMatchObject({ mode: modes.land, role: 'land', armed: true });
      await until(rig, 20_000, () => !vehicle.state.armed);
      expect(vehicle.state.landed).toBe('on_ground');
      expect(autopilot.truth.positionM.z).toBeCloseTo(0, 2);
    });

    it('hears refusals with their reason, holds, and returns', async () => {
      const rig = await rigUp();
      const { vehicle } = rig;
      await lifted(rig, 2);
      expect(await settled(rig, vehicle.disarm())).toMatchObject({
        code: 'refused',
        message: expect.stringContaining('disarm was refused'),
      });
      expect(await settled(rig, vehicle.hold())).toBeUndefined();
      expect(vehicle.state).toMatchObject({ mode: modes.hold, role: 'hold' });
      stopStreams();
      expect(await settled(rig, vehicle.returnHome())).toBeUndefined();
      expect(vehicle.state).toMatchObject({ mode: modes.return, role: 'return', armed: true });
    });

    it('stops the motors in the air by a kill alone', async () => {
      const rig = await rigUp();
      await lifted(rig, 2);
      expect(await settled(rig, rig.vehicle.kill())).toBeUndefined();
      expect(rig.autopilot.truth.armed).toBe(false);
      expect(rig.vehicle.state.armed).toBe(false);
    });

    it('sinks level by an attitude with little thrust', async () => {
      const rig = await rigUp();
      const heightM = await lifted(rig, 3);
      stopStreams();
      const level = { rollRad: 0, pitchRad: 0, yawRad: Number.NaN };
      closers.push(every(rig.clock, 50, () => rig.vehicle.sendAttitude({ thrust: 0.42, ...level })));
      await until(rig, 8000, () => zM(rig) < heightM - 1);
      expect(Math.abs(rig.vehicle.state.attitude?.rollRad ?? 1)).toBeLessThan(0.1);
    });

    it('follows global setpoints', async () => {
      const rig = await rigUp();
      const { vehicle, autopilot } = rig;
      await lifted(rig, 2);
      const { latDeg, lonDeg, amslM } = vehicle.state.global ?? { latDeg: 0, lonDeg: 0, amslM: 0 };
      stopStreams();
      const north = { latDeg: latDeg + 3e-5, lonDeg, amslM: amslM + 1 };
      const still = { velocityMPerS: { x: 0, y: 0, z: 0 }, yawRad: Number.NaN };
      closers.push(every(rig.clock, 50, () => vehicle.sendGlobalSetpoint({ ...north, ...still })));
      await rig.advance(8000);
      // 3e-5 degrees of latitude are 3.34 m.
      expect(autopilot.truth.positionM.y).toBeCloseTo(-2 + 3.34, 0);
      expect(autopilot.truth.positionM.x).toBeCloseTo(1, 0);
      expect(autopilot.truth.positionM.z).toBeCloseTo(3, 0);
    });

    it('reads and sets parameters, calibrates, and comes back from a reboot', async () => {
      const rig = await rigUp();
      const { vehicle } = rig;
      const [id, value] = lastResort;
      expect(await settled(rig, vehicle.maintenance.readParameter(id))).toMatchObject({ id, value });
      expect(await settled(rig, vehicle.maintenance.setParameter(id, 0))).toMatchObject({ id, value: 0 });
      expect(await settled(rig, vehicle.maintenance.setParameter(id, value))).toMatchObject({ id, value });
      expect(await settled(rig, vehicle.maintenance.readParameter('NO_SUCH_THING'))).toMatchObject({
        code: 'unknown_parameter',
      });
      const all = await settled(rig, vehicle.maintenance.listParameters(), 20_000);
      expect((all as ReadonlyMap<string, unknown>).has(id)).toBe(true);
      expect(await settled(rig, vehicle.maintenance.calibrate('gyro'), 20_000)).toBeUndefined();
      expect(await settled(rig, vehicle.maintenance.calibrate('level'), 20_000)).toBeUndefined();
      expect(await settled(rig, vehicle.maintenance.reboot())).toBeUndefined();
      const rebootedMs = rig.clock.monotonicMs();
      await until(rig, 15_000, () => (vehicle.state.position?.atMs ?? 0) > rebootedMs + 4000);
      await lifted(rig, 1.5);
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
}
