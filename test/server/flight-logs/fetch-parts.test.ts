import { getEventListeners } from 'node:events';
import { beforeEach, describe, expect, it } from 'vitest';
import { BulkBudget } from '../../../lib/messaging/index.js';
import { fetchParts, type Part, type PartsJob } from '../../../server/flight-logs/fetch-parts.js';
import { FakeClock } from '../../support/fake-clock.js';

/** 100 Mbit/s. */
const bytesPerMs = 12_500;

let clock: FakeClock;
let budget: BulkBudget;
beforeEach(() => {
  clock = new FakeClock();
  budget = new BulkBudget({ clock, maxTransfers: 2 });
});

/** One link that everything shares: how much is in its queue, and what comes out of it a millisecond later. */
class SharedLink {
  inFlightBytes = 0;
  mostBytes = 0;
  #freeMs = 0;

  carry(bytes: number): Promise<void> {
    this.inFlightBytes += bytes;
    this.mostBytes = Math.max(this.mostBytes, this.inFlightBytes);
    this.#freeMs = Math.max(this.#freeMs, clock.monotonicMs()) + bytes / bytesPerMs;
    return new Promise((resolve) =>
      clock.after(this.#freeMs - clock.monotonicMs() + 1, () => {
        this.inFlightBytes -= bytes;
        resolve();
      }),
    );
  }
}

/** An upload of so many bytes over the same link. */
async function upload(link: SharedLink, sizeBytes: number): Promise<number> {
  const place = await budget.enter();
  let left = sizeBytes;
  let acked = 0;
  await new Promise<void>((resolve) => {
    place.start((maxBytes) => {
      const bytes = Math.min(maxBytes, left);
      left -= bytes;
      if (bytes > 0)
        void link.carry(bytes).then(() => {
          acked += bytes;
          place.acknowledge(bytes);
          if (acked === sizeBytes) resolve();
        });
      return bytes;
    });
  });
  place.leave();
  return clock.monotonicMs();
}

type Fetched = { readonly asked: Part[]; readonly taken: number[]; doneMs: number; error: unknown };

function fetchOver(link: SharedLink, bytes: number, changes: Partial<PartsJob> = {}): Fetched {
  const fetched: Fetched = { asked: [], taken: [], doneMs: Number.NaN, error: undefined };
  fetchParts({
    ...{ bytes, budget, shouldStop: () => false, signal: new AbortController().signal },
    ask: async (part) => {
      fetched.asked.push(part);
      await link.carry(part.length);
      return new Uint8Array(part.length).fill(fetched.asked.indexOf(part) % 256);
    },
    take: async (part) => {
      fetched.taken.push(part[0] ?? -1);
    },
    ...changes,
  }).then(
    () => {
      fetched.doneMs = clock.monotonicMs();
    },
    (error: unknown) => {
      fetched.error = error;
    },
  );
  return fetched;
}

describe('a flight log beside files', () => {
  it('has with them no more on its way than the link carries in a tenth of a second, and its fair part of it', async () => {
    const link = new SharedLink();
    const done = upload(link, 20_000_000);
    const log = fetchOver(link, 20_000_000);
    await clock.advance(5000);
    expect(link.mostBytes).toBeLessThan(1.3 * 100 * bytesPerMs);
    expect(Math.max(...log.asked.map(({ length }) => length))).toBeLessThanOrEqual(16_384);
    // Both together are 3.2 s of the link.
    expect(log.doneMs).toBeGreaterThan(2600);
    expect(log.doneMs).toBeLessThan(3900);
    expect(await done).toBeGreaterThan(2600);
    expect(log.taken).toEqual(log.asked.map((_part, place) => place % 256));
  });

  it('waits for a place when as many files as may be are under way', async () => {
    const link = new SharedLink();
    const uploads = [upload(link, 3_000_000), upload(link, 3_000_000)];
    const log = fetchOver(link, 100_000);
    await clock.advance(100);
    expect(log.asked).toEqual([]);
    await clock.advance(2000);
    await Promise.all(uploads);
    expect(log.doneMs).toBeGreaterThan(400);
  });
});

describe('a flight log that is to stop', () => {
  it('asks for nothing more, takes what it has asked for, and gives its place back', async () => {
    const link = new SharedLink();
    let isWanted = true;
    const log = fetchOver(link, 20_000_000, { shouldStop: () => !isWanted });
    await clock.advance(500);
    isWanted = false;
    await clock.advance(500);
    expect(log.error).toMatchObject({ code: 'cancelled' });
    expect(log.taken).toHaveLength(log.asked.length);
    expect(budget.state.inFlightBytes).toBe(0);
    await expect(Promise.all([budget.enter(), budget.enter()])).resolves.toHaveLength(2);
  });

  it('is called off also while the drone answers nothing more, by one ear alone however much was asked for', async () => {
    const abort = new AbortController();
    const ask = (_part: Part, signal: AbortSignal) =>
      new Promise<never>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(Object.assign(new Error('x'), { code: 'cancelled' })));
      });
    const log = fetchOver(new SharedLink(), 1_000_000, { signal: abort.signal, ask });
    await clock.advance(1000);
    expect(budget.state.inFlightBytes).toBeGreaterThan(16_384);
    expect(getEventListeners(abort.signal, 'abort')).toHaveLength(1);
    abort.abort();
    await clock.advance(0);
    expect(log.error).toMatchObject({ code: 'cancelled' });
    expect(getEventListeners(abort.signal, 'abort')).toEqual([]);
  });
});
