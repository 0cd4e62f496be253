import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HoldTime } from '../../../drone-client/failsafe/hold-time.js';

describe('something that must last', () => {
  it('counts after its delay, and from its first look without one', () => {
    const held = new HoldTime();
    expect([0, 100, 200, 300].map((ms) => held.look(true, 300, ms))).toEqual([false, false, false, true]);
    expect(held.sinceMs).toBe(0);
    expect(new HoldTime().look(true, 0, 5)).toBe(true);
  });

  it('never counts before it was seen for its whole delay, however it flickers', () => {
    fc.assert(
      fc.property(
        fc.array(fc.boolean(), { maxLength: 200 }),
        fc.integer({ min: 1, max: 20 }),
        (seen, ticks) => {
          const held = new HoldTime();
          let seenTicks = 0;
          for (const [i, isSeen] of seen.entries()) {
            if (isSeen) seenTicks += 1;
            if (held.look(isSeen, ticks * 100, i * 100)) {
              expect(seenTicks).toBeGreaterThanOrEqual(ticks);
              return;
            }
          }
        },
      ),
    );
  });

  it('does not count the time in which nobody looked', () => {
    const held = new HoldTime();
    held.look(true, 1000, 0);
    expect(held.look(true, 1000, 60_000)).toBe(false);
  });
});
