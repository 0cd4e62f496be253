import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OsStepWatch } from '../../../lib/time/os-step-watch.js';

const utcMs = 1_700_000_000_000;

describe('the watch on the clock of the operating system', () => {
  it('tells a step by its size and sign, once', () => {
    const watch = new OsStepWatch();
    expect(watch.look(0, utcMs)).toBeUndefined();
    expect(watch.look(400, utcMs + 400 + 3200)).toBe(3200);
    expect(watch.look(800, utcMs + 800 + 3200)).toBeUndefined();
    expect(watch.look(1200, utcMs + 1200)).toBe(-3200);
    expect(watch.look(1600, utcMs + 1600)).toBeUndefined();
  });

  it('takes 51 ms for a step and 50 for two clocks read apart', () => {
    const watch = new OsStepWatch();
    watch.look(0, utcMs);
    expect(watch.look(400, utcMs + 450)).toBeUndefined();
    expect(watch.look(800, utcMs + 901)).toBe(51);
  });

  it('never takes slewing for a step, however long nobody looked', () => {
    const looks = fc.array(fc.integer({ min: 1, max: 60_000 }), { minLength: 1, maxLength: 20 });
    const slews = fc.integer({ min: -99_999, max: 99_999 });
    fc.assert(
      fc.property(looks, slews, (intervalsMs, ppm) => {
        const watch = new OsStepWatch();
        let nowMs = 0;
        watch.look(0, utcMs);
        for (const intervalMs of intervalsMs) {
          nowMs += intervalMs;
          expect(watch.look(nowMs, utcMs + nowMs * (1 + ppm / 1e6))).toBeUndefined();
        }
      }),
      { numRuns: 50 },
    );
  });
});
