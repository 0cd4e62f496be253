import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Flavour, type FlownOptions, flown as fly } from '../end-to-end/on-board-rig.js';

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** In the middle of its show when the fault comes. */
async function flown(flavour: Flavour, options: FlownOptions = {}) {
  const rig = await fly(flavour, options);
  closers.push(rig.close);
  return rig;
}

/** What the report of the flight says, by a fault in mid-show (12 s after the motors started). */
const outcomes: readonly [fault: string, px4: RegExp, ardupilot: RegExp][] = [
  [
    'motor-loss',
    /^failsafe: the drone is .* m from its setpoint/,
    /^failsafe: the drone is .* m from its setpoint/,
  ],
  // Whoever notices first: the autopilot, which lands and says so, or the watchdog.
  [
    'gps-loss',
    /^failsafe: position lost|own failsafe took over: AUTO.LAND/,
    /^failsafe: position lost|own failsafe took over: LAND/,
  ],
  [
    'gps-loss 4',
    /^failsafe: position lost|own failsafe took over: AUTO.LAND/,
    /^failsafe: position lost|own failsafe took over: LAND/,
  ],
  ['link-cut 8', /^failsafe: position lost: the estimate is/, /^failsafe: position lost: the estimate is/],
  [
    'battery-sag 0.06',
    /battery is critical|own failsafe took over: AUTO.LAND/,
    /battery is critical|own failsafe took over/,
  ],
  [
    'lying-battery 0.06',
    /battery is critical|own failsafe took over: AUTO.LAND/,
    /battery is critical|own failsafe took over/,
  ],
  [
    'stuck-mode',
    /^landed; the autopilot did not take the command/,
    /^landed; the autopilot did not take the command/,
  ],
  ['reboot', /^failsafe: position lost: the estimate is/, /^failsafe: position lost: the estimate is/],
  ['gust 4 3', /^landed$/, /^landed$/],
];

describe.each(['px4', 'ardupilot'] as const)('a show with %s in which something goes wrong', (flavour) => {
  it.each(outcomes)(
    '%s ends with the drone on the ground, and the reason in the report',
    async (fault, px4, ardupilot) => {
      const { until, truth, drone, clock } = await flown(flavour, { faults: `12 drone-1 ${fault}` });
      await until(120, () => !truth().armed && truth().positionM.z < 0.01);
      await clock.advance(8000);
      expect(drone.player.report.result).toMatch(flavour === 'px4' ? px4 : ardupilot);
      expect(drone.player.report.isFlying).toBe(false);
      expect(drone.player.isBusy).toBe(false);
    },
  );

  it('a link that is cut for good leaves the drone to its autopilot, and says so', async () => {
    const { until, truth, drone, clock } = await flown(flavour, { faults: '12 drone-1 link-cut' });
    await until(60, () => !truth().armed && truth().isLanded);
    await clock.advance(8000);
    expect(drone.player.report.result).toMatch(
      /^failsafe: position lost.*; not seen on the ground yet; the autopilot is not heard any more/,
    );
  });

  it('a pilot who takes over keeps the drone: nothing is sent any more', async () => {
    const { until, truth, drone, clock, vehicle } = await flown(flavour, {
      faults: `12 drone-1 pilot ${flavour === 'px4' ? 'POSCTL' : 'LOITER'}`,
    });
    await until(40, () => !drone.player.isBusy);
    expect(drone.player.report.result).toMatch(/^pilot took over: (POSCTL|LOITER)/);
    await clock.advance(10_000);
    expect(truth().armed).toBe(true);
    expect(vehicle.state.role).toBe('manual');
    expect(drone.guard.state.fired.map(({ id }) => id).join()).toMatch(/takeover/);
  });

  it('a lost server is flown through by default, and obeyed where it is configured', async () => {
    const through = await flown(flavour);
    await through.until(120, () => !through.truth().armed);
    await through.clock.advance(2000);
    expect(through.drone.player.report.result).toBe('landed');
    const obeyed = await flown(flavour, { ini: '[FAILSAFE]\nlink_lost_action = land\n' });
    await obeyed.until(40, () => !obeyed.truth().armed);
    await obeyed.clock.advance(2000);
    expect(obeyed.drone.player.report.result).toMatch(/^failsafe: .*server/);
  });

  it('what fired is in the record of the flight', async () => {
    const { until, truth, clock, dataFolder } = await flown(flavour, { faults: '12 drone-1 gps-loss' });
    await until(60, () => !truth().armed);
    await clock.advance(8000);
    expect(readdirSync(join(dataFolder, 'flight-logs'))).toHaveLength(1);
  });
});
