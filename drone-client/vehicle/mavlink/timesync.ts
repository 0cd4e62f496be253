/**
 * Measures how the autopilot's time of boot maps to ours, by TIMESYNC. Knows no link: it is asked what to send, and
 * told what arrived.
 * Source: MAVLink, time synchronization protocol.
 */
import { common } from 'mavlink-mappings';

/** `own = boot + offset`, ms, and how wrong that can be. */
export type TimesyncEstimate = { readonly offsetMs: number; readonly uncertaintyMs: number };

type Sample = { readonly atMs: number; readonly offsetMs: number; readonly halfTripMs: number };

const settlingIntervalMs = 100;
const settledIntervalMs = 1000;
/** So many answers that agree make an estimate. */
const settledSamples = 10;
/** Answers older than this are no more measure of two quartzes. */
const sampleLifeMs = 20_000;
/** An answer that took longer says nothing worth having. */
const longestTripMs = 500;
/** How far two quartzes drift apart, at worst: 100 ppm. */
const driftPerMs = 1e-4;
/** Slack for what is rounded on the way: PX4 measures in µs, and hands its answers on between two turns, ms. */
const slackMs = 1;
/** So many answers in a row that contradict the estimate are right, and it is wrong. */
const contradictions = 5;
/** A time of boot that falls back by more is that of another boot, ms. */
const rebootMs = 1000;
const nsPerMs = 1e6;

export class Timesync {
  /** Requests under way: their `ts1`, and when they left. */
  readonly #pending = new Map<bigint, number>();
  #samples: Sample[] = [];
  #isSettled = false;
  #contradicting = 0;
  #askedMs = Number.NEGATIVE_INFINITY;
  /** The autopilot's time of boot as of its last answer. */
  #bootMs = 0;

  /** The request that is due, if one is. `nowMs` is monotonic. Call it at least every 100 ms. */
  tick(nowMs: number): common.TimeSync | undefined {
    for (const [ts1, sentMs] of this.#pending) if (nowMs - sentMs > longestTripMs) this.#pending.delete(ts1);
    this.#samples = this.#samples.filter(({ atMs }) => nowMs - atMs <= sampleLifeMs);
    if (this.#samples.length === 0) this.#isSettled = false;
    const intervalMs = this.#isSettled ? settledIntervalMs : settlingIntervalMs;
    if (nowMs - this.#askedMs < intervalMs) return undefined;
    this.#askedMs = nowMs;
    const ts1 = BigInt(Math.round(nowMs * nsPerMs));
    this.#pending.set(ts1, nowMs);
    return Object.assign(new common.TimeSync(), { tc1: 0n, ts1 });
  }

  /** Takes an answer (`tc1` is not 0); answers to others' requests, and second ones to ours, are passed over. */
  received(answer: { readonly tc1: bigint; readonly ts1: bigint }, nowMs: number): void {
    const sentMs = this.#pending.get(answer.ts1);
    if (sentMs === undefined || answer.tc1 <= 0n) return;
    this.#pending.delete(answer.ts1);
    const tripMs = nowMs - sentMs;
    if (tripMs < 0 || tripMs > longestTripMs) return;
    // Whole µs in a number: exact for 285 years of uptime.
    const bootMs = Number(answer.tc1 / 1000n) / 1000;
    if (bootMs < this.#bootMs - rebootMs) this.reset();
    this.#bootMs = bootMs;
    this.#add({ atMs: nowMs, offsetMs: sentMs + tripMs / 2 - bootMs, halfTripMs: tripMs / 2 });
  }

  /** Of the answer with the shortest round trip of the recent ones; undefined until enough of them agree. */
  get estimate(): TimesyncEstimate | undefined {
    return this.#isSettled ? this.#best() : undefined;
  }

  /** The last answer contradicts the estimate: one of the two is wrong. */
  get isDoubted(): boolean {
    return this.#contradicting > 0;
  }

  /**
   * A time of the autopilot (`time_boot_ms`) on our monotonic clock, ms; undefined as long as that is not known, and
   * for a time of another boot than the one that was measured.
   */
  toOwnMs(bootMs: number): number | undefined {
    if (bootMs < this.#bootMs - rebootMs) return undefined;
    const { estimate } = this;
    return estimate && bootMs + estimate.offsetMs;
  }

  /** Forgets everything that was measured: another autopilot, or another boot of it. */
  reset(): void {
    this.#samples = [];
    this.#isSettled = false;
    this.#contradicting = 0;
    this.#bootMs = 0;
  }

  #add(sample: Sample): void {
    const best = this.#best();
    if (best && !agree(sample, best)) {
      this.#contradicting += 1;
      if (this.#contradicting < contradictions) return;
      this.#samples = [];
      this.#isSettled = false;
    }
    this.#contradicting = 0;
    this.#samples.push(sample);
    this.#isSettled ||= this.#samples.length >= settledSamples;
  }

  /** Ageing costs a sample what the clocks may have drifted since. */
  #best(): TimesyncEstimate | undefined {
    const newestMs = this.#samples.at(-1)?.atMs ?? 0;
    let best: TimesyncEstimate | undefined;
    for (const { atMs, offsetMs, halfTripMs } of this.#samples) {
      const uncertaintyMs = halfTripMs + (newestMs - atMs) * driftPerMs;
      if (!best || uncertaintyMs <= best.uncertaintyMs) best = { offsetMs, uncertaintyMs };
    }
    return best;
  }
}

/** The true offset lies within half the round trip of each: intervals that do not meet can not both be right. */
function agree(sample: Sample, { offsetMs, uncertaintyMs }: TimesyncEstimate): boolean {
  return Math.abs(sample.offsetMs - offsetMs) <= sample.halfTripMs + uncertaintyMs + slackMs;
}
