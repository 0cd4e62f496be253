import { describe, expect, it } from 'vitest';
import { Ticker } from '../../../drone-client/player/ticker.js';
import type { Cancel } from '../../../lib/time/clock.js';
import { FakeClock } from '../../support/fake-clock.js';
import { StallingClock } from './rig.js';

/** Timers that fire half a millisecond early, as Node's do. */
class EarlyClock extends FakeClock {
  override after(delayMs: number, fn: () => void): Cancel {
    return super.after(delayMs - 0.5, fn);
  }
}

/** Timers that come 2 ms late, as those of a busy machine do; one that waits for its moment does not. */
class LateClock extends FakeClock {
  override after(delayMs: number, fn: () => void): Cancel {
    return super.after(delayMs + 2, fn);
  }

  override at(monotonicMs: number, fn: () => void): Cancel {
    return super.after(monotonicMs - this.monotonicMs(), fn);
  }
}

function ticking(clock: FakeClock) {
  const ticks: number[] = [];
  const ticker = new Ticker(clock, 50, (nowMs) => ticks.push(nowMs));
  return { ticks, ticker };
}

describe('the ticker', () => {
  it('ticks on the grid of its origin, before and after it', async () => {
    const clock = new FakeClock();
    await clock.advance(7);
    const { ticks, ticker } = ticking(clock);
    ticker.start(120);
    await clock.advance(150);
    expect(ticks).toEqual([20, 70, 120]);
  });

  it('is on time at its origin though timers come late', async () => {
    const clock = new LateClock();
    const { ticks, ticker } = ticking(clock);
    ticker.start(100);
    await clock.advance(175);
    expect(ticks).toEqual([2, 52, 100, 152]);
  });

  it('counts a timer that fires early as on time, once', async () => {
    const clock = new EarlyClock();
    const { ticks, ticker } = ticking(clock);
    ticker.start(50);
    await clock.advance(220);
    expect(ticks).toEqual([0, 50, 100, 150, 200]);
  });

  it('runs a late tick at its actual moment, skips what was missed, and returns to the grid', async () => {
    const clock = new StallingClock();
    const { ticks, ticker } = ticking(clock);
    ticker.start(0);
    await clock.advance(60);
    clock.stall(123);
    await clock.advance(60);
    expect(ticks.slice(0, 2)).toEqual([0, 50]);
    expect(ticks[2]).toBe(223);
    expect(ticks.length).toBe(3);
    await clock.advance(50);
    expect(ticks[3]).toBe(250);
  });

  it('is silent after stop', async () => {
    const clock = new FakeClock();
    const { ticks, ticker } = ticking(clock);
    ticker.start(0);
    ticker.stop();
    await clock.advance(500);
    expect(ticks).toEqual([]);
    expect(clock.pending).toBe(0);
  });
});
