import { minimal } from 'mavlink-mappings';
import { describe, expect, it } from 'vitest';
import { CopterBench } from './copter-bench.js';

type Values = Readonly<Record<string, number>>;

/** Hovering, after the ground station was heard all the time. */
function heard(parameters: Values = {}): CopterBench {
  const bench = new CopterBench({ parameters });
  bench.run(3000);
  bench.sayHello();
  bench.setMode('GUIDED');
  bench.run(500);
  bench.arm();
  bench.command(22, [0, 0, 0, 0, 0, 0, 5]);
  for (let s = 0; s < 8; s += 1) {
    bench.run(1000);
    bench.sayHello();
  }
  return bench;
}

const mode = (bench: CopterBench): string => bench.autopilot.truth.mode;

describe("the ground station's heartbeat", () => {
  it.each([
    [5, 'LAND'],
    [1, 'RTL'],
    [3, 'RTL'],
    [4, 'LAND'],
    [7, 'BRAKE'],
    [0, 'GUIDED'],
  ])('lost, with FS_GCS_ENABLE %i, leads to %s', (action, wanted) => {
    const bench = heard({ FS_GCS_ENABLE: action });
    bench.run(4800);
    expect(mode(bench)).toBe('GUIDED');
    bench.run(400);
    expect(mode(bench)).toBe(wanted);
    expect(bench.texts.includes('GCS Failsafe')).toBe(wanted !== 'GUIDED');
  });

  it('lost as FS_GCS_TIMEOUT says', () => {
    const bench = heard({ FS_GCS_TIMEOUT: 2 });
    bench.run(2200);
    expect(mode(bench)).toBe('LAND');
    bench.run(1000);
    expect(bench.latest(minimal.Heartbeat)?.systemStatus).toBe(minimal.MavState.CRITICAL);
  });

  it('never heard is not missed', () => {
    const bench = new CopterBench();
    bench.lift();
    bench.run(20_000);
    expect(mode(bench)).toBe('GUIDED');
  });

  it('of another system is none', () => {
    const bench = heard();
    for (let s = 0; s < 6; s += 1) {
      bench.run(1000);
      bench.sayHello(254);
    }
    expect(mode(bench)).toBe('LAND');
  });

  it('that comes back does not bring the mode back', () => {
    const bench = heard();
    bench.run(5500);
    bench.sayHello();
    bench.run(500);
    expect(mode(bench)).toBe('LAND');
    bench.run(30_000);
    expect(bench.autopilot.truth).toMatchObject({ armed: false, isLanded: true });
  });

  it('lost on the ground stops the motors', () => {
    const bench = new CopterBench({ parameters: { DISARM_DELAY: 0 } });
    bench.armGuided();
    bench.sayHello();
    bench.run(4800);
    expect(bench.autopilot.truth.armed).toBe(true);
    bench.run(400);
    expect(bench.autopilot.truth.armed).toBe(false);
  });

  it('lost with the link: a drone that holds its position comes down', () => {
    const bench = heard();
    bench.autopilot.applyFault({ kind: 'link-cut' }, bench.nowMs);
    for (let s = 0; s < 40; s += 1) {
      bench.run(1000);
      bench.sayHello();
    }
    expect(bench.autopilot.truth).toMatchObject({ armed: false, isLanded: true });
  });
});

describe("the simulated ArduPilot's battery", () => {
  it.each([
    [1, 'LAND'],
    [2, 'RTL'],
    [0, 'GUIDED'],
  ])('low for BATT_LOW_TIMER, with BATT_FS_LOW_ACT %i, leads to %s', (action, wanted) => {
    const bench = new CopterBench({ parameters: { BATT_FS_LOW_ACT: action, BATT_FS_CRT_ACT: 0 } });
    bench.lift();
    bench.autopilot.setBatteryFraction(0.1);
    bench.run(9500);
    expect(mode(bench)).toBe('GUIDED');
    bench.run(1000);
    expect(mode(bench)).toBe(wanted);
  });

  it('stops the motors in the air with BATT_FS_LOW_ACT 5', () => {
    const bench = new CopterBench({ parameters: { BATT_FS_LOW_ACT: 5 } });
    bench.lift();
    bench.autopilot.setBatteryFraction(0.1);
    bench.run(10_500);
    expect(bench.autopilot.truth.armed).toBe(false);
  });

  it.each([{ BATT_LOW_VOLT: 0, BATT_CRT_VOLT: 0 }, {}])(
    'does nothing above its voltage (%j)',
    (parameters) => {
      const bench = new CopterBench({ parameters });
      bench.lift();
      bench.autopilot.setBatteryFraction('BATT_LOW_VOLT' in parameters ? 0.1 : 0.5);
      bench.run(15_000);
      expect(mode(bench)).toBe('GUIDED');
    },
  );

  it('that lies is believed', () => {
    const bench = new CopterBench();
    bench.lift();
    bench.autopilot.applyFault({ kind: 'lying-battery', fraction: 0.9 }, bench.nowMs);
    bench.autopilot.setBatteryFraction(0.1);
    bench.run(15_000);
    expect(mode(bench)).toBe('GUIDED');
  });
});

describe("the simulated ArduPilot's fence", () => {
  const climb = (parameters: Values): CopterBench => {
    const bench = new CopterBench({ parameters: { FENCE_ALT_MAX: 8, ...parameters } });
    bench.lift();
    bench.pointAt({ x: 0, y: 0, z: 12 });
    bench.run(4500);
    return bench;
  };

  it.each([
    [2, 'LAND'],
    [1, 'RTL'],
    [4, 'BRAKE'],
    [0, 'GUIDED'],
  ])('crossed upwards, with FENCE_ACTION %i, leads to %s', (action, wanted) => {
    expect(mode(climb({ FENCE_ACTION: action }))).toBe(wanted);
  });

  it.each([{ FENCE_ENABLE: 0 }, { FENCE_TYPE: 2 }, { FENCE_ALT_MAX: 50 }])(
    'does nothing with %j',
    (values) => {
      expect(mode(climb(values))).toBe('GUIDED');
    },
  );

  it('has a radius too', () => {
    const bench = new CopterBench({ parameters: { FENCE_RADIUS: 5 } });
    bench.lift();
    bench.pointAt({ x: 12, y: 0, z: 5 });
    bench.run(6000);
    expect(mode(bench)).toBe('LAND');
  });
});

describe("the simulated ArduPilot's estimator", () => {
  it.each([
    [1, 'LAND'],
    [2, 'ALT_HOLD'],
    [0, 'GUIDED'],
  ])('lost, with FS_EKF_ACTION %i, leads to %s', (action, wanted) => {
    const bench = new CopterBench({ parameters: { FS_EKF_ACTION: action } });
    bench.lift();
    bench.autopilot.applyFault({ kind: 'gps-loss' }, bench.nowMs);
    bench.run(900);
    expect(mode(bench)).toBe('GUIDED');
    bench.run(500);
    expect(mode(bench)).toBe(wanted);
  });

  it('lost for good: it comes down level, wherever the wind takes it', () => {
    const bench = new CopterBench({ wind: { meanMPerS: 2, fromRad: 0, gustMPerS: 0 } });
    bench.lift();
    bench.autopilot.applyFault({ kind: 'gps-loss' }, bench.nowMs);
    bench.run(40_000);
    expect(bench.autopilot.truth).toMatchObject({ armed: false, isLanded: true });
    expect(bench.autopilot.truth.positionM.x).toBeLessThan(-3);
  });
});
