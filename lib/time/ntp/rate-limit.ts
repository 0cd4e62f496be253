/** How often an address may ask. Knows addresses as texts and the time it is given; no packet, no socket. */

/** What a request gets: the time, a kiss of death, or nothing. */
export type Verdict = 'answered' | 'kissed' | 'silenced';

/**
 * A drone asks 8 times in 400 ms when it meets a server, 4 times a second until its clock is known, then once a second;
 * where an answer contradicts the others, 8 times more at once and 5 times a second until that is decided. What stays
 * within this is served, with some to spare for what a network delivers late and together.
 */
const burst = 20;
const perS = 6;

/** Between two kisses of death to one address, ms. */
const kissIntervalMs = 1000;

/** Addresses that are remembered; the one that was silent longest is forgotten first. */
const maxAddresses = 4096;

/** So many at once, and so many a second in the long run. `nowMs` is monotonic. */
export class TokenBucket {
  #tokens: number | undefined;
  #filledMs = 0;

  /** Takes a token if there is one. A bucket starts full; one whose limits change keeps what it has. */
  take(nowMs: number, limits: { readonly burst: number; readonly perS: number }): boolean {
    const gained =
      this.#tokens === undefined ? limits.burst : ((nowMs - this.#filledMs) / 1000) * limits.perS;
    this.#tokens = Math.min(limits.burst, (this.#tokens ?? 0) + gained);
    this.#filledMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}

type Caller = { readonly bucket: TokenBucket; kissedMs: number | undefined };

/** Keeps a bucket for each address, in a bounded table. */
export class RateLimit {
  readonly #callers = new Map<string, Caller>();

  /** Judges one request from `address`, which `clients` share (drones behind one router, simulated ones). */
  judge(address: string, nowMs: number, clients = 1): Verdict {
    const caller = this.#touch(address);
    const share = Math.max(1, clients);
    if (caller.bucket.take(nowMs, { burst: burst * share, perS: perS * share })) return 'answered';
    if (caller.kissedMs !== undefined && nowMs - caller.kissedMs < kissIntervalMs) return 'silenced';
    caller.kissedMs = nowMs;
    return 'kissed';
  }

  /** How many addresses are remembered. */
  get size(): number {
    return this.#callers.size;
  }

  /** The caller, moved to the end of the table: the first in it was silent longest. */
  #touch(address: string): Caller {
    const caller = this.#callers.get(address) ?? { bucket: new TokenBucket(), kissedMs: undefined };
    this.#callers.delete(address);
    this.#callers.set(address, caller);
    if (this.#callers.size > maxAddresses)
      for (const [oldest] of this.#callers) {
        this.#callers.delete(oldest);
        break;
      }
    return caller;
  }
}
