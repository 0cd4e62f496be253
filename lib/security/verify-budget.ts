/**
 * How many signatures are checked of what strangers may send: each takes a tenth of a millisecond of a small computer, and
 * a flood of forgeries must neither fill it nor keep what is genuine out. Pure: knows addresses as texts, and no datagram.
 */
import { TokenBucket } from '../time/ntp/rate-limit.js';

type Limits = { readonly burst: number; readonly perS: number };

/** Of one address that has proven nothing: a server repeats an order 20 times a second. */
const ofOne: Limits = { burst: 20, perS: 40 };

/** Of all those together. */
const ofAll: Limits = { burst: 100, perS: 200 };

/** Of one that was genuine before: it shares with nobody, and others may put its name on what they send. */
const ofProven: Limits = { burst: 100, perS: 100 };

/** Most addresses that are remembered; the one that was silent longest is forgotten first. */
const maxAddresses = 256;
const maxProven = 4;

/** At most 200 a second and 100 for each of four proven addresses. */
export class VerifyBudget {
  readonly #monotonicMs: () => number;
  readonly #strangers = new TokenBucket();
  readonly #byAddress = new Map<string, TokenBucket>();
  readonly #proven = new Map<string, TokenBucket>();

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
  }

  /** Whether one more may be checked that came from there; if so, it is counted. */
  take(address: string): boolean {
    const nowMs = this.#monotonicMs();
    const proven = this.#proven.get(address);
    if (proven) return proven.take(nowMs, ofProven);
    // In this order: one that has used up its own takes nothing from the others.
    return this.#bucketOf(address).take(nowMs, ofOne) && this.#strangers.take(nowMs, ofAll);
  }

  /** What came from there was genuine. */
  proven(address: string): void {
    remember(this.#proven, address, maxProven);
  }

  #bucketOf(address: string): TokenBucket {
    return remember(this.#byAddress, address, maxAddresses);
  }
}

/** Its bucket, moved to the end of the table. */
function remember(table: Map<string, TokenBucket>, address: string, most: number): TokenBucket {
  const bucket = table.get(address) ?? new TokenBucket();
  table.delete(address);
  table.set(address, bucket);
  const [oldest] = table.keys();
  if (table.size > most && oldest !== undefined) table.delete(oldest);
  return bucket;
}
