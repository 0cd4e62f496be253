import { describe, expect, it } from 'vitest';
import { SystemClock } from '../../../../lib/time/adapters/system-clock.js';

const clock = new SystemClock();

describe('the clock of this machine', () => {
  it('calls at a moment, never before it, and reads and writes while it waits', async () => {
    let turns = 0;
    const count = () => {
      turns += 1;
      turning = setImmediate(count);
    };
    let turning = setImmediate(count);
    let allTurns = 0;
    for (const aheadMs of [0.3, 1, 2.5, 7.3, 20.9]) {
      const dueMs = clock.monotonicMs() + aheadMs;
      turns = 0;
      const calledMs = await new Promise<number>((resolve) =>
        clock.at(dueMs, () => resolve(clock.monotonicMs())),
      );
      expect(calledMs).toBeGreaterThanOrEqual(dueMs);
      allTurns += turns;
    }
    // A machine that is busy may let one moment pass before the first turn.
    expect(allTurns).toBeGreaterThan(5);
    clearImmediate(turning);
  });

  it('calls at once for a moment that is over, and still not before it was asked', async () => {
    let isCalled = false;
    const called = new Promise<void>((resolve) => {
      clock.at(clock.monotonicMs() - 1000, () => {
        isCalled = true;
        resolve();
      });
    });
    expect(isCalled).toBe(false);
    await called;
  });

  it('does not call what was taken back, in its coarse wait or in its fine one', async () => {
    const called: string[] = [];
    const nowMs = clock.monotonicMs();
    const cancelFine = clock.at(nowMs + 1, () => called.push('fine'));
    const cancelCoarse = clock.at(nowMs + 300, () => called.push('coarse'));
    cancelFine();
    await new Promise<void>((resolve) => clock.at(nowMs + 6, resolve));
    cancelCoarse();
    await new Promise<void>((resolve) => clock.at(nowMs + 310, resolve));
    expect(called).toEqual([]);
  });
});
