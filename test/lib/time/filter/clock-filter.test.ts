import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClockFilter } from '../../../../lib/time/filter/clock-filter.js';
import type { ClockSample } from '../../../../lib/time/filter/clock-sample.js';
import { badWorld, ClockWorld, loopbackWorld, utcAtZeroMs } from '../../../support/clock-world.js';
import { FilterClient as Client, shifted } from '../../../support/filter-client.js';

function never(): never {
  throw new Error('nothing there');
}

/** A client that has settled on a calm path of 10 ms a way with a little jitter. */
function settled(more: Partial<ConstructorParameters<typeof ClockWorld>[0]> = {}): Client {
  const world = new ClockWorld({ seed: 5, offsetMs: utcAtZeroMs, jitterMs: 2, ...more });
  const client = new Client(world).ask(64, 250);
  client.kinds();
  return client;
}

describe('a clock learnt from four exchanges', () => {
  /** 10 ms each way, the requests of some held up by so much; the offset is 0. */
  const sample = (sentMs: number, heldMs: number): ClockSample => {
    const stampMs = sentMs + 10 + heldMs;
    return { sentMs, serverReceivedMs: stampMs, serverSentMs: stampMs, receivedMs: stampMs + 10 };
  };

  it.each([
    ['one way', 4000, 0],
    ['both ways', 4000, 9000],
  ])('is not off by more than it says when some were held up for long, %s', (_, thereMs, backMs) => {
    const filter = new ClockFilter({ asymmetryMs: 1000, resolutionMs: 1 });
    for (const [i, heldMs] of [0, 0, 0, thereMs].entries()) {
      const made = sample(1000 + i * 2000, heldMs);
      filter.add(i === 1 ? { ...made, receivedMs: made.receivedMs + backMs } : made);
    }
    const { offsetMs, uncertaintyMs } = filter.estimate(12_000) ?? never();
    // Half of the least round trip, and what the stamps and crystals may do.
    expect(Math.abs(offsetMs)).toBeLessThan(11);
    expect(Math.abs(offsetMs)).toBeLessThan(uncertaintyMs);
  });
});

describe('a clock learnt over a bad path', () => {
  it('is within 5 ms after 64 exchanges with 20 ms of jitter, and as far off as it says', () => {
    let within = 0;
    const widths: number[] = [];
    for (let seed = 1; seed <= 40; seed += 1) {
      const client = new Client(badWorld(seed)).ask(64);
      const { errorMs, estimate } = client;
      expect(Math.abs(errorMs), `seed ${seed}`).toBeLessThan(5);
      if (Math.abs(errorMs) <= estimate.uncertaintyMs) within += 1;
      widths.push(estimate.uncertaintyMs);
    }
    expect(within).toBeGreaterThanOrEqual(38);
    expect(widths.sort((a, b) => a - b)[20]).toBeLessThan(5);
  });

  it('is within 0.5 ms on loopback, and says so', () => {
    for (let seed = 1; seed <= 15; seed += 1) {
      const client = new Client(loopbackWorld(seed)).ask(64);
      expect(Math.abs(client.errorMs), `seed ${seed}`).toBeLessThan(0.5);
      expect(client.estimate.uncertaintyMs).toBeLessThan(0.6);
      expect(Math.abs(client.errorMs)).toBeLessThanOrEqual(client.estimate.uncertaintyMs);
    }
  });

  it('is within what it says whatever the offset and the drift', () => {
    const offset = fc.integer({ min: -1e9, max: 1e9 });
    const drift = fc.integer({ min: -200, max: 200 });
    fc.assert(
      fc.property(offset, drift, fc.integer({ min: 1, max: 1e6 }), (offsetMs, driftPpm, seed) => {
        const client = new Client(new ClockWorld({ seed, offsetMs, driftPpm, jitterMs: 3 })).ask(40, 250);
        expect(Math.abs(client.errorMs)).toBeLessThan(2 * client.estimate.uncertaintyMs);
        expect(Math.abs(client.errorMs)).toBeLessThan(1.5);
      }),
      { numRuns: 30 },
    );
  });

  it('follows a drift and tells it in ppm, faster servers being positive', () => {
    for (const driftPpm of [-100, 0, 80]) {
      const client = settled({ driftPpm });
      client.ask(40, 4000);
      expect(client.estimate.driftPpm).toBeGreaterThan(driftPpm - 6);
      expect(client.estimate.driftPpm).toBeLessThan(driftPpm + 6);
      expect(Math.abs(client.errorMs)).toBeLessThan(1);
    }
  });

  it('says nothing before four exchanges fit together', () => {
    const client = new Client(new ClockWorld({ seed: 1, jitterMs: 5 })).ask(3, 50);
    expect(client.filter.estimate(client.nowMs)).toBeUndefined();
    client.ask(1, 50);
    expect(client.estimate.samples).toBe(4);
    expect(Math.abs(client.errorMs)).toBeLessThan(client.estimate.uncertaintyMs);
  });

  it('allows for a path that is slower one way, and names that', () => {
    const client = settled({ thereMs: 12, backMs: 10 });
    expect(client.errorMs).toBeGreaterThan(0.7);
    expect(client.errorMs).toBeLessThan(client.estimate.uncertaintyMs);
    expect(client.estimate.assumption).toContain('equally fast within 2 ms');
  });

  it('is not led astray by a burst of congestion on one way', () => {
    const client = settled();
    client.ask(30, 250, (sample) => {
      const late = 80 + (sample.sentMs % 40);
      return { ...sample, receivedMs: sample.receivedMs + late };
    });
    expect(Math.abs(client.errorMs)).toBeLessThan(1);
    expect(new Set(client.kinds())).toEqual(new Set(['delayed']));
  });

  it('lets coarse stamps widen the uncertainty by what they are coarse', () => {
    const world = new ClockWorld({ seed: 3, offsetMs: utcAtZeroMs + 0.4, jitterMs: 2, resolutionMs: 1 });
    const filter = new ClockFilter({ resolutionMs: 1 });
    for (let i = 0; i < 64; i += 1) {
      const sample = world.exchange(1000.3 + i * 251.7);
      if (sample) filter.add(sample);
    }
    const estimate = filter.estimate(17_200);
    expect(estimate?.uncertaintyMs).toBeGreaterThan(2);
    expect(Math.abs((estimate?.offsetMs ?? 0) - world.trueOffsetMs(17_200))).toBeLessThan(
      estimate?.uncertaintyMs ?? 0,
    );
  });

  it('refuses options that are no lengths of time', () => {
    expect(() => new ClockFilter({ asymmetryMs: -1 })).toThrow('asymmetryMs must be 0 ms or more, not -1');
    expect(() => new ClockFilter({ resolutionMs: Number.NaN })).toThrow(RangeError);
  });
});

describe('exchanges that contradict the others', () => {
  it('puts a single wild one aside, says by how much it is off, and moves nowhere', () => {
    const client = settled();
    const before = client.errorMs;
    for (const byMs of [-5000, 40, 1e9]) {
      client.ask(1, 250, (sample) => shifted(sample, byMs));
      client.ask(3, 250);
    }
    expect(client.kinds().filter((kind) => kind === 'outlier')).toHaveLength(3);
    expect(Math.abs(client.errorMs - before)).toBeLessThan(0.5);
    client.ask(1, 250, (sample) => shifted(sample, -5000));
    expect(client.verdicts[0]?.reason).toMatch(
      /one exchange has the server's clock (499|500)\d\.\d ms behind/,
    );
  });

  it('never follows wild ones that do not agree with each other', () => {
    const client = settled();
    let n = 0;
    client.ask(40, 250, (sample) => shifted(sample, 1000 * (n++ % 7) + 100));
    expect(new Set(client.kinds())).toEqual(new Set(['outlier']));
    expect(Math.abs(client.errorMs)).toBeLessThan(3);
  });

  it('follows a step of the server when five agree, and says so', () => {
    const client = settled();
    client.world.step(300);
    client.ask(4, 250);
    expect(client.errorMs).toBeLessThan(-299);
    client.ask(1, 250);
    expect(client.verdicts.map(({ kind }) => kind)).toEqual([
      'outlier',
      'step',
      'step',
      'step',
      'stepConfirmed',
    ]);
    expect(client.verdicts[4]?.reason).toMatch(
      /^5 exchanges .* (299|30\d)\.\d ms ahead of where it was: followed/,
    );
    expect(Math.abs(client.errorMs)).toBeLessThanOrEqual(client.estimate.uncertaintyMs);
    client.ask(30, 250);
    expect(Math.abs(client.errorMs)).toBeLessThan(1);
  });

  it('follows the step back in the same way', () => {
    const client = settled();
    client.world.step(-40);
    client.ask(20, 250);
    client.world.step(40);
    client.ask(20, 250);
    expect(client.kinds().filter((kind) => kind === 'stepConfirmed')).toHaveLength(2);
    expect(Math.abs(client.errorMs)).toBeLessThan(1.5);
  });

  it('forgets a step that was taken back before it was confirmed', () => {
    const client = settled();
    for (let i = 0; i < 5; i += 1) {
      client.world.step(50);
      client.ask(3, 250);
      client.world.step(-50);
      client.ask(1, 250);
    }
    expect(client.kinds()).not.toContain('stepConfirmed');
    expect(Math.abs(client.errorMs)).toBeLessThan(1.5);
  });

  it('recovers from a wild one that came first', () => {
    const client = new Client(new ClockWorld({ seed: 2, jitterMs: 3 }));
    client.ask(1, 50, (sample) => shifted(sample, 7000));
    client.ask(8, 50);
    expect(Math.abs(client.errorMs)).toBeLessThanOrEqual(client.estimate.uncertaintyMs);
    expect(client.kinds()).toContain('stepConfirmed');
  });

  it('does not lock itself into a wrong beginning by putting aside whatever is right', () => {
    for (const seed of [220, 689, 731]) {
      const client = new Client(badWorld(seed, { jitterMs: 100, loss: 0.2 })).ask(64);
      expect(Math.abs(client.errorMs), `seed ${seed}`).toBeLessThan(1.5 * client.estimate.uncertaintyMs);
    }
  });

  it('counts an exchange once, however often and in whatever order it is told', () => {
    const client = settled();
    const samples: ClockSample[] = [];
    client.ask(30, 250, (sample) => {
      samples.push(sample);
      return sample;
    });
    const again = samples.map((sample) => client.filter.add(sample));
    expect(new Set(again.map(({ kind }) => kind))).toEqual(new Set(['refused']));
    expect(again[0]?.reason).toBe('the same exchange again');
    const wild = shifted(samples[3] ?? never(), 900);
    const told = Array.from({ length: 9 }, () => client.filter.add(wild).kind);
    expect(told).toEqual(['outlier', ...Array.from({ length: 8 }, () => 'refused')]);

    const backwards = new ClockFilter();
    for (const sample of samples.toReversed()) expect(backwards.add(sample).kind).not.toBe('refused');
    const estimate = backwards.estimate(client.nowMs);
    expect(Math.abs((estimate?.offsetMs ?? 0) - client.world.trueOffsetMs(client.nowMs))).toBeLessThan(1);
  });

  it('refuses what makes no sense, with a reason, and stays as it was', () => {
    const client = settled();
    const before = client.estimate;
    const good = { sentMs: 0, receivedMs: 20, serverReceivedMs: 10, serverSentMs: 10 };
    for (const bad of [
      { sentMs: Number.NaN },
      { receivedMs: -1 },
      { serverSentMs: 99 },
      { serverReceivedMs: 11 },
    ])
      expect(client.filter.add({ ...good, ...bad })).toMatchObject({
        kind: 'refused',
        reason: expect.any(String),
      });
    expect(client.estimate).toEqual(before);
  });
});

describe('a server that is gone', () => {
  it('leaves an estimate that grows less certain and stays right', () => {
    for (let seed = 1; seed <= 10; seed += 1) {
      const client = new Client(badWorld(seed, { wanderPpm: 1 })).ask(100, 1000);
      let before = client.estimate.uncertaintyMs;
      expect(client.estimate.isHoldover).toBe(false);
      for (let i = 0; i < 4; i += 1) {
        client.nowMs += 15_000;
        const { uncertaintyMs, isHoldover } = client.estimate;
        expect(isHoldover).toBe(true);
        expect(uncertaintyMs).toBeGreaterThan(before);
        expect(Math.abs(client.errorMs), `seed ${seed}`).toBeLessThan(1.5 * uncertaintyMs);
        before = uncertaintyMs;
      }
      expect(client.estimate.sinceMs).toBeGreaterThan(60_000);
      client.ask(8, 250);
      expect(client.estimate.isHoldover).toBe(false);
      expect(Math.abs(client.errorMs)).toBeLessThan(1.5 * client.estimate.uncertaintyMs);
    }
  });

  it('is learnt anew after an hour, and what was known counts until more is', () => {
    const client = settled({ driftPpm: 50 });
    client.nowMs += 3_600_000;
    const gone = client.estimate;
    client.ask(2, 250);
    expect(client.estimate.offsetMs - gone.offsetMs).toBeLessThan(1);
    client.ask(2, 250);
    expect(client.estimate.samples).toBe(4);
    expect(Math.abs(client.errorMs)).toBeLessThanOrEqual(client.estimate.uncertaintyMs);
    client.ask(60, 250);
    expect(client.kinds().filter((kind) => kind !== 'taken' && kind !== 'delayed')).toEqual([]);
    expect(Math.abs(client.errorMs)).toBeLessThan(0.7);
  });

  it('that comes back with another time is followed when five exchanges say so', () => {
    const client = settled();
    client.nowMs += 600_000;
    client.world.step(20_000);
    client.ask(5, 250);
    expect(client.kinds().at(-1)).toBe('stepConfirmed');
    expect(Math.abs(client.errorMs)).toBeLessThanOrEqual(client.estimate.uncertaintyMs);
  });
});

describe('the memory of the filter', () => {
  it('holds 64 exchanges, however many come', () => {
    const client = settled();
    client.ask(2000, 250);
    expect(client.estimate.samples).toBe(64);
    expect(Math.abs(client.errorMs)).toBeLessThan(0.7);
  });
});
