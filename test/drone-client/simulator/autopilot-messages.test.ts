import { ardupilotmega, common } from 'mavlink-mappings';
import { describe, expect, it } from 'vitest';
import { globalOf } from '../../../drone-client/simulator/geodetic.js';
import { defaultOrigin } from '../../../drone-client/simulator/gps.js';
import { localOf } from '../../../drone-client/simulator/local-of.js';
import { Bench } from './bench.js';
import { CopterBench } from './copter-bench.js';

const toMe = { targetSystem: 7, targetComponent: 1 };
/** From and to the globe at the field's zero: metres a degree, near enough for a few metres. */
const metresPerDegree = 111_200;
const here = { latDeg: defaultOrigin.latDeg, lonDeg: defaultOrigin.lonDeg };
const cosLat = Math.cos((here.latDeg * Math.PI) / 180);

describe('from the globe to the field', () => {
  it.each([
    { x: 0, y: 0, z: 0 },
    { x: 120.5, y: -340.25, z: 61 },
    { x: -2500, y: 3000, z: 120 },
  ])('undoes the way out: %j', (enuM) => {
    const back = localOf(globalOf(enuM, defaultOrigin), defaultOrigin);
    expect(back.x).toBeCloseTo(enuM.x, 3);
    expect(back.y).toBeCloseTo(enuM.y, 3);
    expect(back.z).toBeCloseTo(enuM.z, 3);
  });
});

describe('setpoints on the globe', () => {
  const steer = (bench: Bench, frame: number, alt: number, systemId = 7): void =>
    bench.send(
      Object.assign(new common.SetPositionTargetGlobalInt(), {
        ...toMe,
        targetSystem: systemId,
        coordinateFrame: frame,
        typeMask: 0xdf8,
        latInt: Math.round((here.latDeg + 6 / metresPerDegree) * 1e7),
        lonInt: Math.round((here.lonDeg - 4 / metresPerDegree / cosLat) * 1e7),
        alt,
      }),
    );
  const fly = (frame: number, alt: number, systemId = 7): Bench => {
    const bench = new Bench();
    bench.run(3500);
    const stream = (forMs: number): void => {
      for (let ms = 0; ms < forMs; ms += 100) {
        steer(bench, frame, alt, systemId);
        bench.run(100);
      }
    };
    stream(500);
    bench.setMode('OFFBOARD');
    bench.arm();
    stream(12_000);
    return bench;
  };

  it.each([
    ['above home', 6, 5],
    ['above the sea', 5, 493],
  ])('with a height %s (frame %i) are flown by PX4', (_name, frame, alt) => {
    const { x, y, z } = fly(frame, alt).autopilot.truth.positionM;
    expect(x).toBeCloseTo(-4, 0);
    expect(y).toBeCloseTo(6, 0);
    expect(z).toBeCloseTo(5, 0);
  });

  it.each([
    ['of another frame', 11, 7],
    ['for another system', 6, 8],
  ])('%s are none', (_name, frame, systemId) => {
    expect(fly(frame, 5, systemId).autopilot.truth).toMatchObject({ armed: false, positionM: { z: 0 } });
  });

  it('are flown by ArduPilot after its take-off', () => {
    const bench = new CopterBench();
    bench.lift(3);
    steer(bench, 6, 5);
    bench.run(10_000);
    const { x, y, z } = bench.autopilot.truth.positionM;
    expect(x).toBeCloseTo(-4, 0);
    expect(y).toBeCloseTo(6, 0);
    expect(z).toBeCloseTo(5, 0);
  });
});

describe('SET_ATTITUDE_TARGET', () => {
  const tilt = (bench: Bench, fields: Partial<common.SetAttitudeTarget>): void =>
    bench.send(
      Object.assign(new common.SetAttitudeTarget(), {
        ...toMe,
        typeMask: 7,
        q: [1, 0, 0, 0],
        thrust: 0.48,
        thrustBody: [0, 0, 0],
        ...fields,
      }),
    );
  const fly = (fields: Partial<common.SetAttitudeTarget>, forMs: number): Bench => {
    const bench = new Bench();
    bench.takeOff({ x: 0, y: 0, z: 10 });
    bench.setpoint = undefined;
    for (let ms = 0; ms < forMs; ms += 50) {
      tilt(bench, fields);
      bench.run(50);
    }
    return bench;
  };
  // 0.1 rad about each of the body's axes.
  const [cos, sin] = [Math.cos(0.05), Math.sin(0.05)];

  it('is a stream of its own: OFFBOARD stays, and ends when it stops', () => {
    const bench = fly({}, 3000);
    expect(bench.autopilot.truth.mode).toBe('OFFBOARD');
    bench.run(1500);
    expect(bench.autopilot.truth.mode).toBe('AUTO.LAND');
  });

  it('has thrust as thrust: less than hovering sinks, more climbs', () => {
    expect(fly({ thrust: 0.4 }, 1500).autopilot.truth.velocityMPerS.z).toBeLessThan(-1);
    expect(fly({ thrust: 0.6 }, 1500).autopilot.truth.velocityMPerS.z).toBeGreaterThan(1);
  });

  // A quaternion of yaw 90° (east), then the lean: the drone's nose stays east, as it started.
  const leaning = (lean: readonly number[]): number[] => {
    const [w = 0, x = 0, y = 0, z = 0] = lean;
    const r = Math.SQRT1_2;
    return [r * (w - z), r * (x - y), r * (y + x), r * (z + w)];
  };

  it.each([
    ['right', leaning([cos, sin, 0, 0]), { x: 0, y: -1 }],
    ['nose down', leaning([cos, 0, -sin, 0]), { x: 1, y: 0 }],
  ])('leaning %s it goes there', (_name, q, towards) => {
    const { velocityMPerS } = fly({ q }, 1500).autopilot.truth;
    expect(velocityMPerS.x * towards.x + velocityMPerS.y * towards.y).toBeGreaterThan(0.8);
    expect(Math.abs(velocityMPerS.x * towards.y - velocityMPerS.y * towards.x)).toBeLessThan(0.4);
  });

  it('turns by rates: clockwise on the wire', () => {
    const bench = fly({ typeMask: 128, bodyYawRate: 0.5 }, 1000);
    expect(bench.latest(common.Attitude)?.yawspeed).toBeCloseTo(0.5, 1);
  });

  it.each([{ typeMask: 64 + 7 }, { typeMask: 128 + 7 }, { thrust: Number.NaN }, { targetSystem: 8 }])(
    'is nothing with %j',
    (fields) => {
      expect(fly(fields, 2000).autopilot.truth.mode).toBe('AUTO.LAND');
    },
  );
});

describe('what the autopilot says of its place', () => {
  it('GLOBAL_POSITION_INT, GPS_RAW_INT and HOME_POSITION agree with the field', () => {
    const bench = new Bench({ startPositionM: { x: 3, y: 4, z: 0 } });
    bench.takeOff({ x: 3, y: 10, z: 5 });
    const { x, y, z } = bench.autopilot.truth.positionM;
    const place = globalOf({ x, y, z }, defaultOrigin);
    for (const definition of [common.GlobalPositionInt, common.GpsRawInt]) {
      const heard = bench.latest<common.GlobalPositionInt | common.GpsRawInt>(definition);
      expect((heard?.lat ?? 0) / 1e7).toBeCloseTo(place.latDeg, 5);
      expect((heard?.lon ?? 0) / 1e7).toBeCloseTo(place.lonDeg, 5);
      expect((heard?.alt ?? 0) / 1000).toBeCloseTo(place.amslM, 0);
    }
    expect((bench.latest(common.GlobalPositionInt)?.relativeAlt ?? 0) / 1000).toBeCloseTo(z, 0);
    const home = bench.latest(common.HomePosition);
    expect((home?.latitude ?? 0) / 1e7).toBeCloseTo(globalOf({ x: 3, y: 4, z: 0 }, defaultOrigin).latDeg, 5);
    expect(home?.x).toBeCloseTo(4, 0);
    expect(home?.y).toBeCloseTo(3, 0);
    expect(bench.latest(common.PositionTargetLocalNed)).toMatchObject({ x: 10, y: 3, z: -5 });
  });

  it('is silent about the globe, its home and its place before it knows them', () => {
    const bench = new Bench();
    bench.run(2500);
    expect(bench.latest(common.GlobalPositionInt)).toBeUndefined();
    expect(bench.latest(common.HomePosition)).toBeUndefined();
    expect(bench.latest(common.LocalPositionNed)).toBeUndefined();
    expect(bench.command(512, [242])).toBe(2);
    bench.run(1500);
    expect(bench.command(512, [242])).toBe(0);
  });

  it('ATTITUDE_QUATERNION is the same attitude as ATTITUDE', () => {
    const bench = new Bench();
    bench.takeOff();
    bench.run(20);
    const q = bench.latest(common.AttitudeQuaternion);
    const yawRad = bench.latest(common.Attitude)?.yaw ?? 0;
    expect(Math.atan2(q?.q4 ?? 0, q?.q1 ?? 1) * 2).toBeCloseTo(yawRad, 1);
  });

  it('shows lost satellites in GPS_RAW_INT, ESTIMATOR_STATUS and SYS_STATUS', () => {
    const bench = new Bench();
    bench.run(4000);
    expect(bench.latest(common.GpsRawInt)?.fixType).toBeGreaterThanOrEqual(3);
    expect(bench.latest(common.EstimatorStatus)?.flags ?? 0).toSatisfy(
      (flags: number) => (flags & 24) === 24,
    );
    bench.autopilot.applyFault({ kind: 'gps-loss' }, bench.nowMs);
    bench.run(3000);
    expect(bench.latest(common.GpsRawInt)).toMatchObject({ fixType: 1, satellitesVisible: 0 });
    expect(bench.latest(common.EstimatorStatus)?.flags ?? 0).toSatisfy((flags: number) => (flags & 24) === 0);
    const health: number = bench.latest(common.SysStatus)?.onboardControlSensorsHealth ?? 0;
    expect(health & 0x20_0020).toBe(0);
    expect(bench.arm()).toBe(1);
  });

  it('shows an uncalibrated gyro in SYS_STATUS', () => {
    const bench = new Bench({ parameters: { CAL_GYRO0_ID: 0 } });
    bench.run(4000);
    const { onboardControlSensorsPresent, onboardControlSensorsHealth } =
      bench.latest(common.SysStatus) ?? new common.SysStatus();
    expect(onboardControlSensorsPresent & 1).toBe(1);
    expect(onboardControlSensorsHealth & 1).toBe(0);
  });

  it('has EKF_STATUS_REPORT on ArduPilot when it is asked for, and ESTIMATOR_STATUS not', () => {
    const bench = new CopterBench();
    bench.run(1000);
    expect(bench.command(511, [ardupilotmega.EkfStatusReport.MSG_ID, 500_000])).toBe(0);
    expect(bench.command(511, [230, 500_000])).toBe(4);
    bench.run(1000);
    expect(bench.latest(ardupilotmega.EkfStatusReport)?.flags).toBe(1025);
    bench.run(3000);
    expect((bench.latest(ardupilotmega.EkfStatusReport)?.flags ?? 0) & 24).toBe(24);
  });
});
