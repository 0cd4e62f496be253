import { describe, expect, it } from 'vitest';
import type { ClockSample } from '../../../../lib/time/filter/clock-sample.js';
import { ClockWorld, utcAtZeroMs } from '../../../support/clock-world.js';
import { FilterClient, shifted } from '../../../support/filter-client.js';

const eventMs = 200_000;
const slewMs = 60_000;

type Answered = { readonly errorMs: number; readonly uncertaintyMs: number };

/** 2 ms of jitter; the nearer path has 1 ms a way, the other 10. Asked at its own pace until `eventMs`. */
function settled(seed: number, of: (world: ClockWorld) => unknown = () => undefined): FilterClient {
  const wayMs = seed % 2 === 0 ? 1 : 10;
  const options = { seed, offsetMs: utcAtZeroMs, driftPpm: 20 * (seed - 3), jitterMs: 2 };
  const world = new ClockWorld({ ...options, thereMs: wayMs, backMs: wayMs });
  of(world);
  const client = new FilterClient(world).askUntil(eventMs);
  client.kinds();
  return client;
}

/** After each answer until then. */
function answers(client: FilterClient, untilMs: number): Answered[] {
  const all: Answered[] = [];
  while (client.nowMs < untilMs) all.push(client.ask(1).answered);
  return all;
}

function shareWithin(all: readonly Answered[]): number {
  return all.filter(({ errorMs, uncertaintyMs }) => errorMs <= uncertaintyMs).length / all.length;
}

const seeds = [1, 4];

/** The request was held up by 200 ms. */
function slow(sample: ClockSample): ClockSample {
  const late = shifted(sample, 200);
  return { ...late, receivedMs: late.receivedMs + 200 };
}

describe('a server whose clock is set by 2 s', () => {
  it('is uncertain by as much from the first exchange on that shows it, and followed within half a second', () => {
    for (const seed of seeds) {
      const client = settled(seed);
      client.world.step(2000);
      const first = client.ask(1).answered;
      const firstMs = client.askedMs;
      expect(first.uncertaintyMs, `seed ${seed}`).toBeGreaterThanOrEqual(first.errorMs);
      expect(first.errorMs).toBeGreaterThan(1990);
      const later = answers(client, firstMs + 30_000);
      expect(shareWithin(later)).toBeGreaterThanOrEqual(0.95);
      const followed = later.findIndex(({ errorMs }) => errorMs < 5);
      expect(followed).toBe(3);
      expect(later.at(-1)?.uncertaintyMs).toBeLessThan(3);
    }
  });

  it('is certain enough for a start within a second again', () => {
    for (const seed of seeds) {
      const client = settled(seed);
      client.world.step(-2000);
      client.ask(1);
      const firstMs = client.askedMs;
      client.askUntil(firstMs + 1000);
      expect(client.answered.uncertaintyMs, `seed ${seed}`).toBeLessThan(20);
      expect(client.answered.errorMs).toBeLessThanOrEqual(client.answered.uncertaintyMs);
    }
  });
});

describe('one wild answer', () => {
  it('is a doubt for the 50 ms until a good one', () => {
    for (const seed of seeds) {
      const client = settled(seed);
      const before = client.answered;
      client.ask(1, undefined, (sample) => shifted(sample, -5000));
      expect(client.answered.uncertaintyMs).toBeGreaterThan(4990);
      expect(client.estimate.isDoubted).toBe(true);
      expect(client.nowMs - client.askedMs).toBe(50);
      client.ask(1);
      expect(client.answered.uncertaintyMs, `seed ${seed}`).toBeLessThan(before.uncertaintyMs + 1);
      expect(client.estimate.isDoubted).toBe(false);
    }
  });

  it('keeps in doubt as long as the answers after it are too slow to tell, and no longer', () => {
    const client = settled(1);
    client.ask(1, undefined, (sample) => shifted(sample, 30));
    client.ask(1, undefined, slow);
    expect(client.estimate.isDoubted).toBe(true);
    expect(client.answered.uncertaintyMs).toBeGreaterThan(30);
    client.ask(7, undefined, slow);
    expect(client.answered.uncertaintyMs).toBeLessThan(5);
  });

  it('from somebody who never stops leaves the clock uncertain, and unmoved', () => {
    const client = settled(1);
    let n = 0;
    for (let i = 0; i < 40; i += 1) {
      client.ask(1, undefined, (sample) => shifted(sample, 1000 * (n++ % 7) + 100));
      expect(client.answered.uncertaintyMs).toBeGreaterThan(99);
      expect(client.answered.errorMs).toBeLessThan(5);
    }
  });
});

describe('a path that is held up one way for two minutes', () => {
  it('is not taken for a clock that was set or slewed', () => {
    for (const seed of seeds) {
      const client = settled(seed);
      for (let i = 0; i < 30; i += 1) {
        client.ask(1, undefined, slow);
        expect(client.answered.errorMs, `seed ${seed}`).toBeLessThan(1);
        expect(client.answered.uncertaintyMs).toBeLessThan(20);
      }
    }
  });
});

describe('a clock that is slewed', () => {
  it.each([300, 500])('by %d ppm for a minute is as far off as it says, then and afterwards', (ppm) => {
    const all: Answered[] = [];
    for (const seed of seeds) {
      const client = settled(seed, (world) =>
        world.slew(ppm, { fromMs: eventMs, untilMs: eventMs + slewMs }),
      );
      all.push(...answers(client, eventMs + 2 * slewMs));
    }
    expect(shareWithin(all)).toBeGreaterThanOrEqual(0.95);
    expect(Math.max(...all.map(({ errorMs }) => errorMs))).toBeLessThan(8);
  });

  it('by 500 ppm for good is known as well as any other', () => {
    const all: Answered[] = [];
    for (const seed of seeds.slice(0, 3)) {
      const client = settled(seed, (world) =>
        world.slew(500, { fromMs: 0, untilMs: Number.POSITIVE_INFINITY }),
      );
      all.push(...answers(client, eventMs + slewMs));
      expect(client.estimate.driftPpm).toBeGreaterThan(400);
    }
    expect(shareWithin(all)).toBe(1);
    expect(Math.max(...all.map(({ errorMs }) => errorMs))).toBeLessThan(2);
  });

  it('by 83,333 ppm is uncertain all the time, and known again a second later', () => {
    for (const seed of seeds.slice(0, 3)) {
      const client = settled(seed, (world) =>
        world.slew(83_333, { fromMs: eventMs, untilMs: eventMs + slewMs }),
      );
      while (client.verdicts.every(({ kind }) => kind === 'taken' || kind === 'delayed')) client.ask(1);
      for (const { errorMs, uncertaintyMs } of answers(client, eventMs + slewMs))
        expect(errorMs, `seed ${seed}`).toBeLessThan(uncertaintyMs + 3);
      expect(client.askUntil(eventMs + slewMs + 3000).answered.errorMs).toBeLessThan(3);
      client.askUntil(eventMs + slewMs + 20_000);
      expect(client.answered.uncertaintyMs).toBeLessThan(4);
    }
  });
});
