/** The server and the drones have the same idea of which moment of the show it is. */
import { describe, expect, it } from 'vitest';
import { ShowTime } from '../../../drone-client/player/show-time.js';
import { showSecondsAt } from '../../../server/oversight/show-seconds.js';
import { pauseRun, resumeRun, type ShowRun } from '../../../server/show-control/show-run.js';

const run: ShowRun = {
  ...{ ids: ['drone-1'], startUtcMs: 10_000, toldUtcMs: 10_000, noReturnUtcMs: 7000 },
  ...{ pausedUtcMs: undefined, resumedUtcMs: undefined, restoredUtcMs: undefined },
  ...{ scope: 'live', holding: new Set<string>(), least: 1 },
};

describe('the moment of the show', () => {
  it('is counted from the start, and before it', () => {
    expect(showSecondsAt(run, 25_000, 1.5)).toBe(15);
    expect(showSecondsAt(run, 6000, 1.5)).toBe(-4);
  });

  it('slows down to a pause and gathers speed as it does on a drone', () => {
    for (const rampS of [0, 1.5, 4]) {
      const drone = new ShowTime(10_000);
      drone.pause(20_000, rampS * 1000);
      const paused = pauseRun(run, 20_000);
      for (let utcMs = 19_000; utcMs <= 30_000; utcMs += 250)
        expect(showSecondsAt(paused, utcMs, rampS)).toBeCloseTo(drone.showMs(utcMs) / 1000, 9);
      drone.resume(32_000);
      const resumed = resumeRun(paused, 32_000);
      for (let utcMs = 32_000; utcMs <= 40_000; utcMs += 250)
        expect(showSecondsAt(resumed, utcMs, rampS)).toBeCloseTo(drone.showMs(utcMs) / 1000, 9);
    }
  });

  it('stands in a countdown that is held, and starts when it goes on', () => {
    const held = pauseRun(run, 8000);
    expect(showSecondsAt(held, 9000, 1.5)).toBe(-2);
    expect(showSecondsAt(resumeRun(held, 12_000), 13_000, 1.5)).toBe(1);
  });
});
