import { beforeEach, describe, expect, it } from 'vitest';
import { BulkBudget } from '../../../../lib/messaging/index.js';
import { FakeClock } from '../../../support/fake-clock.js';

let clock: FakeClock;
beforeEach(() => {
  clock = new FakeClock();
});

/** A link that carries one byte after the other: what is sent is acknowledged a round trip after its last byte left. */
class Link {
  stuck = false;
  readonly #bytesPerMs: number;
  readonly #roundTripMs: number;
  #busyUntilMs = 0;

  constructor(bytesPerMs: number, roundTripMs: number) {
    this.#bytesPerMs = bytesPerMs;
    this.#roundTripMs = roundTripMs;
  }

  /** A loss: all behind it waits until it was sent again. */
  stall(forMs: number): void {
    this.#busyUntilMs = Math.max(this.#busyUntilMs, clock.monotonicMs()) + forMs;
  }

  carry(bytes: number, onAcked: () => void): void {
    this.#busyUntilMs = Math.max(this.#busyUntilMs, clock.monotonicMs()) + bytes / this.#bytesPerMs;
    clock.after(this.#busyUntilMs - clock.monotonicMs() + this.#roundTripMs, () => this.stuck || onAcked());
  }
}

type Transfer = { readonly done: Promise<void>; doneMs: number; inFlightBytes: number; mostBytes: number };

/** Sends so many bytes over a link, within the budget. */
function transfer(budget: BulkBudget, link: Link, sizeBytes: number, signal?: AbortSignal): Transfer {
  const state = { doneMs: Number.NaN, inFlightBytes: 0, mostBytes: 0, done: Promise.resolve() };
  const run = async () => {
    const place = await budget.enter(signal);
    let left = sizeBytes;
    let acked = 0;
    await new Promise<void>((resolve) => {
      place.start((maxBytes) => {
        const bytes = Math.min(maxBytes, left);
        left -= bytes;
        state.inFlightBytes += bytes;
        state.mostBytes = Math.max(state.mostBytes, state.inFlightBytes);
        if (bytes > 0)
          link.carry(bytes, () => {
            state.inFlightBytes -= bytes;
            acked += bytes;
            place.acknowledge(bytes);
            if (acked === sizeBytes) resolve();
          });
        return bytes;
      });
    });
    state.doneMs = clock.monotonicMs();
    place.leave();
  };
  state.done = run();
  state.done.catch(() => undefined);
  return state;
}

/** 100 Mbit/s. */
const fastBytesPerMs = 12_500;

describe('files that share one link', () => {
  it('keep it busy, and have no more on their way than it carries in a tenth of a second', async () => {
    const budget = new BulkBudget({ clock });
    const link = new Link(fastBytesPerMs, 2);
    const all = Array.from({ length: 60 }, () => transfer(budget, link, 200_000));
    let most = 0;
    for (let ms = 0; ms < 1500; ms += 5) {
      await clock.advance(5);
      most = Math.max(most, budget.state.inFlightBytes);
    }
    expect(most).toBeLessThan(1.15 * 100 * fastBytesPerMs);
    expect(Math.max(...all.map(({ doneMs }) => doneMs))).toBeLessThan(
      1.1 * ((60 * 200_000) / fastBytesPerMs),
    );
  });

  it('have the same part of it each', async () => {
    const budget = new BulkBudget({ clock });
    const link = new Link(fastBytesPerMs, 2);
    const all = Array.from({ length: 4 }, () => transfer(budget, link, 1_000_000));
    await clock.advance(600);
    const ends = all.map(({ doneMs }) => doneMs);
    expect(Math.max(...ends) - Math.min(...ends)).toBeLessThan(0.1 * Math.max(...ends));
  });

  it('do not make the queue longer and longer, however long they take', async () => {
    const budget = new BulkBudget({ clock });
    const link = new Link(1250, 2);
    const file = transfer(budget, link, 40_000_000);
    await clock.advance(30_000);
    file.mostBytes = 0;
    await clock.advance(1000);
    expect(file.mostBytes).toBeLessThan(1.3 * 100 * 1250);
  });

  it('do not make the queue longer and longer, file after file', async () => {
    const budget = new BulkBudget({ clock, maxTransfers: 4 });
    const link = new Link(1250, 2);
    for (let n = 0; n < 80; n += 1) transfer(budget, link, 125_000);
    await clock.advance(6000);
    let most = 0;
    for (let step = 0; step < 40; step += 1) {
      await clock.advance(20);
      most = Math.max(most, budget.state.inFlightBytes);
    }
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThan(1.3 * 100 * 1250);
  });

  it('leave the place that is free to those who wait, in order, and to none who gave up', async () => {
    const budget = new BulkBudget({ clock, maxTransfers: 2 });
    const link = new Link(100, 1);
    const abort = new AbortController();
    const short = transfer(budget, link, 5000);
    const long = transfer(budget, new Link(50, 1), 30_000);
    const gone = transfer(budget, link, 10_000, abort.signal);
    const next = transfer(budget, link, 10_000);
    await clock.advance(20);
    expect([gone.mostBytes, next.mostBytes]).toEqual([0, 0]);
    abort.abort();
    await expect(gone.done).rejects.toMatchObject({ code: 'cancelled' });
    await clock.advance(700);
    expect(next.doneMs).toBeGreaterThan(short.doneMs);
    expect(next.doneMs).toBeLessThan(long.doneMs);
    await expect(transfer(budget, link, 1, abort.signal).done).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('take no more of it than they are allowed', async () => {
    const budget = new BulkBudget({ clock, maxBytesPerS: 1_000_000 });
    const link = new Link(fastBytesPerMs, 2);
    const all = [transfer(budget, link, 250_000), transfer(budget, link, 250_000)];
    await clock.advance(1000);
    const endMs = Math.max(...all.map(({ doneMs }) => doneMs));
    expect(endMs).toBeGreaterThan(450);
    expect(endMs).toBeLessThan(600);
  });
});

describe('a drone with a slow link of its own', () => {
  it('keeps little in flight, and the others from nothing', async () => {
    const budget = new BulkBudget({ clock });
    const slow = transfer(budget, new Link(250, 20), 500_000);
    const shared = new Link(fastBytesPerMs, 2);
    const fast = Array.from({ length: 3 }, () => transfer(budget, shared, 2_000_000));
    await clock.advance(600);
    expect(Math.max(...fast.map(({ doneMs }) => doneMs))).toBeLessThan(580);
    expect(slow.mostBytes).toBeLessThan(80_000);
    await clock.advance(2000);
    expect(slow.doneMs).toBeLessThan(2200);
  });

  it('that is stuck with much in flight holds up nobody for long', async () => {
    const budget = new BulkBudget({ clock });
    const link = new Link(fastBytesPerMs, 2);
    const stuck = transfer(budget, link, 10_000_000);
    await clock.advance(400);
    expect(stuck.inFlightBytes).toBeGreaterThan(600_000);
    link.stuck = true;
    const startMs = clock.monotonicMs();
    const other = transfer(budget, new Link(fastBytesPerMs, 2), 2_000_000);
    await clock.advance(1500);
    expect(other.doneMs - startMs).toBeLessThan(900);
  });
});

describe('a file over a long way', () => {
  it('finds out in a few round trips what the link carries, and uses it', async () => {
    const budget = new BulkBudget({ clock });
    const file = transfer(budget, new Link(fastBytesPerMs, 200), 30_000_000);
    await clock.advance(6000);
    expect(file.doneMs).toBeLessThan(2 * (30_000_000 / fastBytesPerMs));
  });

  it('keeps going where packets are lost: 2 Mbit/s, 80 ms, a stall of 200 ms now and then', async () => {
    const budget = new BulkBudget({ clock });
    const link = new Link(250, 80);
    const file = transfer(budget, link, 2_500_000);
    let stalledMs = 0;
    for (let ms = 0; ms < 25_000 && Number.isNaN(file.doneMs); ms += 50) {
      await clock.advance(50);
      if (ms % 650 !== 0) continue;
      link.stall(200);
      stalledMs += 200;
    }
    expect(file.doneMs).toBeLessThan(1.15 * (10_000 + stalledMs));
    expect(file.mostBytes).toBeLessThan(100_000);
  });
});
