import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../drone-client/simulator/random.js';
import { Timesync } from '../../../drone-client/vehicle/mavlink/timesync.js';

type Answer = { readonly atMs: number; readonly tc1: bigint; readonly ts1: bigint };

/** An autopilot behind a line with delays; its clock runs `driftPpm` fast and read 0 at our `bootedMs`. */
type World = {
  bootedMs: number;
  driftPpm: number;
  /** One-way delays, ms, as they come. */
  delay: () => number;
  /** ms by which an answer is wrong. */
  glitch: () => number;
  isLost: () => boolean;
};

const calm: World = { bootedMs: -5000, driftPpm: 0, delay: () => 2, glitch: () => 0, isLost: () => false };

function bootMsAt(world: World, nowMs: number): number {
  return (nowMs - world.bootedMs) * (1 + world.driftPpm / 1e6);
}

/** Runs both for a time in steps of 10 ms; gives the times of the requests. */
function run(timesync: Timesync, world: World, { fromMs, toMs }: { fromMs: number; toMs: number }): number[] {
  const asked: number[] = [];
  let answers: Answer[] = [];
  for (let nowMs = fromMs; nowMs < toMs; nowMs += 10) {
    for (const answer of answers.filter(({ atMs }) => atMs <= nowMs).sort((a, b) => a.atMs - b.atMs))
      timesync.received(answer, answer.atMs);
    answers = answers.filter(({ atMs }) => atMs > nowMs);
    const request = timesync.tick(nowMs);
    if (!request) continue;
    expect(request.tc1).toBe(0n);
    asked.push(nowMs);
    const readMs = nowMs + world.delay();
    const tc1 = BigInt(Math.round((bootMsAt(world, readMs) + world.glitch()) * 1e6));
    if (!world.isLost()) answers.push({ atMs: readMs + world.delay(), tc1, ts1: request.ts1 });
  }
  return asked;
}

function errorMs(timesync: Timesync, world: World, nowMs: number): number | undefined {
  const ownMs = timesync.toOwnMs(bootMsAt(world, nowMs));
  return ownMs === undefined ? undefined : ownMs - nowMs;
}

describe('time synchronization with the autopilot', () => {
  it('asks ten times a second until ten answers agree, then once a second', () => {
    const asked = run(new Timesync(), calm, { fromMs: 0, toMs: 5000 });
    expect(asked.slice(0, 10)).toEqual([0, 100, 200, 300, 400, 500, 600, 700, 800, 900]);
    expect(asked.slice(10)).toEqual([1900, 2900, 3900, 4900]);
  });

  it('knows nothing before it is settled', () => {
    const timesync = new Timesync();
    run(timesync, calm, { fromMs: 0, toMs: 900 });
    expect(timesync.estimate).toBeUndefined();
    expect(timesync.toOwnMs(5000)).toBeUndefined();
  });

  it('maps a time of boot to ours, with half the round trip as its uncertainty', () => {
    const timesync = new Timesync();
    run(timesync, calm, { fromMs: 0, toMs: 2000 });
    expect(timesync.toOwnMs(6000)).toBeCloseTo(1000, 3);
    expect(timesync.estimate?.offsetMs).toBeCloseTo(-5000, 3);
    expect(timesync.estimate?.uncertaintyMs).toBeCloseTo(2, 3);
  });

  it('is never more wrong than it says, whatever the line and the quartz do', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: -80, max: 80 }), (seed, driftPpm) => {
        const random = new Random(seed);
        const world: World = {
          bootedMs: random.between(-1e7, 1e7),
          driftPpm,
          delay: () => random.between(0.2, 1) + (random.next() < 0.3 ? random.between(0, 80) : 0),
          glitch: () => (random.next() < 0.03 ? random.between(-400, 400) : 0),
          isLost: () => random.next() < 0.2,
        };
        world.bootedMs = -Math.abs(world.bootedMs);
        const timesync = new Timesync();
        let wrong = 0;
        for (let fromMs = 0; fromMs < 60_000; fromMs += 1000) {
          run(timesync, world, { fromMs, toMs: fromMs + 1000 });
          const error = errorMs(timesync, world, fromMs + 1000);
          const limitMs = (timesync.estimate?.uncertaintyMs ?? 0) + 1;
          if (fromMs > 5000 && (error === undefined || Math.abs(error) > limitMs)) wrong += 1;
        }
        expect(wrong).toBe(0);
      }),
      { numRuns: 60, seed: 11 },
    );
  });

  it('takes the quick answers for right, not the many slow and lopsided ones', () => {
    const timesync = new Timesync();
    let turn = 0;
    // There in 1 ms, back in 60; every eighth is quick both ways.
    const delay = () => {
      turn += 1;
      return turn % 2 === 1 || turn % 16 === 0 ? 1 : 60;
    };
    run(timesync, { ...calm, delay }, { fromMs: 0, toMs: 8000 });
    expect(Math.abs(errorMs(timesync, calm, 8000) ?? 99)).toBeLessThan(1.1);
  });

  it('leaves out an answer that contradicts the others', () => {
    const timesync = new Timesync();
    run(timesync, calm, { fromMs: 0, toMs: 3000 });
    let isFirst = true;
    const glitch = () => {
      const wrongMs = isFirst ? 300 : 0;
      isFirst = false;
      return wrongMs;
    };
    run(timesync, { ...calm, delay: () => 0.5, glitch }, { fromMs: 3000, toMs: 3950 });
    expect(errorMs(timesync, calm, 3950)).toBeCloseTo(0, 1);
  });

  it('starts anew when the autopilot has booted, and maps no time of the new boot by the old one', () => {
    const timesync = new Timesync();
    run(timesync, calm, { fromMs: 0, toMs: 3000 });
    // The first message of the new boot comes before the first answer.
    expect(timesync.toOwnMs(40)).toBeUndefined();
    const reborn = { ...calm, bootedMs: 2990 };
    const asked = run(timesync, reborn, { fromMs: 3000, toMs: 6000 });
    expect(asked.filter((atMs) => atMs < 4900).length).toBeGreaterThanOrEqual(9);
    expect(errorMs(timesync, reborn, 6000)).toBeCloseTo(0, 3);
  });

  it('starts anew when its clock jumped ahead and stays there', () => {
    const timesync = new Timesync();
    run(timesync, calm, { fromMs: 0, toMs: 3000 });
    const ahead = { ...calm, bootedMs: -15_000 };
    run(timesync, ahead, { fromMs: 3000, toMs: 15_000 });
    expect(errorMs(timesync, ahead, 15_000)).toBeCloseTo(0, 3);
  });

  it('forgets what it measured when no answer came for 20 s, and asks often again', () => {
    const timesync = new Timesync();
    run(timesync, calm, { fromMs: 0, toMs: 3000 });
    run(timesync, { ...calm, isLost: () => true }, { fromMs: 3000, toMs: 24_000 });
    expect(timesync.estimate).toBeUndefined();
    const asked = run(timesync, calm, { fromMs: 24_000, toMs: 25_500 });
    expect(asked.length).toBeGreaterThanOrEqual(9);
  });

  it('takes no answers to what it did not ask, none twice, and none that took too long', () => {
    const timesync = new Timesync();
    for (let nowMs = 0; nowMs < 3000; nowMs += 100) {
      const request = timesync.tick(nowMs);
      timesync.received({ tc1: 9_000_000_000n, ts1: 12345n }, nowMs + 1);
      timesync.received({ tc1: 0n, ts1: request?.ts1 ?? 0n }, nowMs + 1);
      if (request) timesync.received({ tc1: 9_000_000_000n, ts1: request.ts1 }, nowMs + 501);
      if (request && nowMs === 0) {
        timesync.received({ tc1: 9_000_000_000n, ts1: request.ts1 }, 2);
        for (let again = 0; again < 20; again += 1)
          timesync.received({ tc1: 9_000_000_000n, ts1: request.ts1 }, 3);
      }
    }
    expect(timesync.estimate).toBeUndefined();
  });

  it('keeps whole nanoseconds of an autopilot that runs since a month', () => {
    const month = 30 * 24 * 3600 * 1000;
    const timesync = new Timesync();
    run(timesync, { ...calm, bootedMs: -month, delay: () => 0.25 }, { fromMs: 0, toMs: 2000 });
    expect(timesync.toOwnMs(month + 1500)).toBeCloseTo(1500, 2);
  });
});
