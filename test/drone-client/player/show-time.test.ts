import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ShowTime } from '../../../drone-client/player/show-time.js';

const ms = (min: number, max: number) => fc.double({ min, max, noNaN: true });

/** Pauses of random length at random moments, and moments to look at. */
const histories = fc.record({
  startMs: ms(-1e6, 1e6),
  rampMs: fc.oneof(fc.constant(0), ms(1, 5000)),
  // A pause of less than a millisecond is nobody's wish, and shorter than what the properties look back.
  pauses: fc.array(fc.tuple(ms(0, 30_000), ms(1, 30_000)), { maxLength: 6 }),
});

function play({ startMs, rampMs, pauses }: { startMs: number; rampMs: number; pauses: [number, number][] }) {
  const time = new ShowTime(startMs);
  let atMs = startMs;
  for (const [afterMs, heldMs] of pauses) {
    atMs += afterMs;
    time.pause(atMs, rampMs);
    atMs += heldMs;
    time.resume(atMs);
  }
  return { time, endMs: atMs + 2 * rampMs };
}

describe('the time of a show', () => {
  it('is the time since its start', () => {
    const time = new ShowTime(1000);
    expect([time.showMs(500), time.showMs(1000), time.showMs(3500)]).toEqual([-500, 0, 2500]);
    expect([time.momentOf(2500), time.rateAt(0), time.startAtMs]).toEqual([3500, 1, 1000]);
  });

  it('slows down over the ramp, stands, and gathers speed over the ramp again', () => {
    const time = new ShowTime(0);
    time.pause(10_000, 2000);
    // Half the speed after half the ramp: 1000 − 1000² / 4000.
    expect([time.showMs(11_000), time.rateAt(11_000)]).toEqual([10_750, 0.5]);
    expect([time.showMs(12_000), time.rateAt(12_000), time.showMs(60_000)]).toEqual([11_000, 0, 11_000]);
    expect([time.momentOf(10_750), time.momentOf(11_000.001)]).toEqual([11_000, Number.POSITIVE_INFINITY]);
    time.resume(60_000);
    expect([time.showMs(61_000), time.rateAt(61_000)]).toEqual([11_250, 0.5]);
    expect([time.showMs(62_000), time.rateAt(62_000)]).toEqual([12_000, 1]);
    expect(time.momentOf(11_250)).toBe(61_000);
    expect([time.showMs(70_000), time.startAtMs]).toEqual([20_000, 50_000]);
  });

  it('is late by exactly the time between pause and resume after both, ten times over', () => {
    const time = new ShowTime(0);
    let heldMs = 0;
    for (let n = 1; n <= 10; n++) {
      time.pause(n * 20_000, 1500);
      time.resume(n * 20_000 + 3000 + n);
      heldMs += 3000 + n;
    }
    expect(time.showMs(1_000_000)).toBe(1_000_000 - heldMs);
    expect(time.momentOf(1_000_000 - heldMs)).toBe(1_000_000);
  });

  it('stands for as much longer as it heard of the pause too late, and is with the others again', () => {
    const [others, late] = [new ShowTime(0), new ShowTime(0)];
    others.pause(10_000, 1500);
    late.pause(16_000, 1500, 10_000);
    // Whoever asks again means the same moment.
    late.pause(18_000, 1500, 10_000);
    for (const time of [others, late]) time.resume(20_000);
    expect(late.showMs(27_500) - others.showMs(27_500)).toBe(0);
    expect(late.showMs(60_000)).toBe(50_000);
    // The next pause holds both at once, and a late one is late by the others' moment.
    others.pause(70_000, 1500);
    late.pause(73_000, 1500, 70_000);
    for (const time of [others, late]) time.resume(75_000);
    expect(late.showMs(90_000)).toBe(others.showMs(90_000));
  });

  it('that heard of a pause in the countdown only when it flew waits for the others at their start', () => {
    const [others, late] = [new ShowTime(10_000), new ShowTime(10_000)];
    others.pause(9000, 1500);
    late.pause(15_000, 1500, 9000);
    for (const time of [others, late]) time.resume(30_000);
    expect(late.showMs(60_000)).toBe(others.showMs(60_000));
  });

  it('held in the countdown beyond its beginning counts no drift twice', () => {
    const drift = 100e-6;
    const time = new ShowTime(10_000 * (1 + drift));
    const steer = (fromMs: number, toMs: number) => {
      for (let nowMs = fromMs; nowMs < toMs; nowMs += 50) time.steer(10_000 + drift * nowMs, nowMs);
    };
    steer(0, 8000);
    time.pause(8000 * (1 + drift), 1500);
    steer(8000, 608_000);
    time.resume(608_000 * (1 + drift));
    steer(608_000, 640_000);
    expect(Math.abs(time.showMs(640_000 * (1 + drift)) - 32_000)).toBeLessThan(1);
  });

  it('goes on no earlier than it stands, and is paused no earlier than it runs', () => {
    const time = new ShowTime(0);
    time.pause(10_000, 2000);
    time.resume(10_500);
    expect([time.rateAt(12_000), time.rateAt(14_000)]).toEqual([0, 1]);
    time.pause(12_500, 2000);
    expect([time.pausedSinceMs, time.rateAt(15_000)]).toEqual([14_000, 0.5]);
  });

  it('stops at once where nothing moves: in the countdown, which goes on as planned', () => {
    const time = new ShowTime(10_000);
    time.pause(4000, 2000);
    expect([time.showMs(4500), time.showMs(20_000), time.rateAt(5000)]).toEqual([-6000, -6000, 0]);
    time.resume(7000);
    expect(time.momentOf(0)).toBe(10_000);
    time.pause(8000, 2000);
    time.resume(15_000);
    expect([time.momentOf(0), time.showMs(16_000)]).toEqual([15_000, 1000]);
  });

  it('keeps the first of two pauses, and a resume without one changes nothing', () => {
    const time = new ShowTime(0);
    time.resume(5000);
    expect(time.showMs(6000)).toBe(6000);
    time.pause(10_000, 0);
    time.pause(11_000, 0);
    expect([time.pausedSinceMs, time.showMs(20_000)]).toEqual([10_000, 10_000]);
  });

  it('never jumps, never runs back, never runs faster than it should', () => {
    fc.assert(
      fc.property(histories, ms(0, 1), (history, u) => {
        if (history.rampMs === 0) return;
        const { time, endMs } = play(history);
        const nowMs = history.startMs + u * (endMs - history.startMs);
        const passedMs = time.showMs(nowMs + 1) - time.showMs(nowMs);
        expect(passedMs).toBeGreaterThanOrEqual(-1e-6);
        expect(passedMs).toBeLessThanOrEqual(1 + 1e-6);
        expect(Math.abs(passedMs - time.rateAt(nowMs + 0.5))).toBeLessThan(1 / history.rampMs + 1e-6);
      }),
    );
  });

  it('and its moments are each other’s inverse while it runs', () => {
    fc.assert(
      fc.property(histories, ms(0, 1), (history, u) => {
        const { time, endMs } = play(history);
        const nowMs = history.startMs + u * (endMs - history.startMs);
        // Where it stands, and at the very end of that, many moments have one show time.
        if (Math.min(time.rateAt(nowMs), time.rateAt(nowMs - 0.01)) < 0.01) return;
        expect(Math.abs(time.momentOf(time.showMs(nowMs)) - nowMs)).toBeLessThan(1e-3);
      }),
    );
  });
});

describe('a show that follows the server’s clock', () => {
  it('takes what is known better before it begins, and not in its last half second', () => {
    const time = new ShowTime(10_000);
    time.steer(10_007, 1000);
    expect(time.startAtMs).toBe(10_007);
    time.steer(10_107, 9600);
    expect(time.startAtMs).toBeLessThan(10_012);
  });

  it('stays with a clock that drifts by 100 ppm, without a jump', () => {
    const time = new ShowTime(0);
    const drift = 100e-6;
    let lastS = 0;
    for (let nowMs = 0; nowMs <= 600_000; nowMs += 50) {
      // The server's clock runs slower: for it the show began ever later on the own clock.
      time.steer(drift * nowMs, nowMs);
      const showS = time.showMs(nowMs);
      if (nowMs > 0) expect(Math.abs(showS - lastS - 50)).toBeLessThan(0.026);
      lastS = showS;
    }
    expect(Math.abs(time.showMs(600_000) - (600_000 - 60))).toBeLessThan(0.1);
  });

  it('keeps what a pause in the countdown has held it back by, whatever the clock says later', () => {
    const time = new ShowTime(10_000);
    time.pause(9000, 1000);
    time.resume(10_200);
    expect(time.startAtMs).toBe(10_200);
    time.steer(10_001, 9500);
    expect(time.startAtMs).toBe(10_201);
    for (let nowMs = 10_000; nowMs < 60_000; nowMs += 50) time.steer(10_001, nowMs);
    expect(time.startAtMs).toBe(10_201);
    expect(time.offsetMs(10_000)).toBe(1);
  });

  it('loses nothing in ten long pauses that clocks which drift apart measure each in its own way', () => {
    const drift = 100e-6;
    /** Own moment of one on the server's clock, whose zero is the start of the show. */
    const own = (serverMs: number) => serverMs * (1 + drift);
    const time = new ShowTime(0);
    let heldMs = 0;
    let nowMs = 0;
    const flyTo = (serverMs: number) => {
      // The start of the show by what is known now: it seems ever later on a clock that runs fast.
      for (; nowMs < own(serverMs); nowMs += 50) time.steer(drift * nowMs, nowMs);
    };
    for (let pause = 1; pause <= 10; pause += 1) {
      const atMs = pause * 70_000;
      flyTo(atMs);
      time.pause(own(atMs), 1500);
      flyTo(atMs + 60_000);
      time.resume(own(atMs + 60_000));
      heldMs += 60_000;
      flyTo(atMs + 65_000);
      expect(Math.abs(time.showMs(own(atMs + 65_000)) - (atMs + 65_000 - heldMs))).toBeLessThan(0.6);
    }
  });

  it('runs on when somebody sets a clock, and while it is paused', () => {
    const time = new ShowTime(0);
    time.steer(0, 1000);
    for (const plannedMs of [3_600_000, -251, Number.NaN]) time.steer(plannedMs, 2000);
    expect(time.showMs(4000)).toBe(4000);
    time.pause(5000, 1000);
    time.steer(100, 7000);
    expect(time.showMs(8000)).toBe(5500);
  });
});
