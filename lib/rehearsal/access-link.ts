/** One computer's way to the network of a rehearsal: how long packets take, and which are lost. Knows sizes and moments; no bytes. */
import type { SeededRandom } from './seeded-random.js';

/** What a link does to every packet, each way. */
export type LinkConditions = {
  /** Least time over this link, one way, ms. */
  readonly latencyMs: number;
  /** What comes on top on average, exponentially spread, ms. */
  readonly jitterMs: number;
  /** Of packets, 0…1. */
  readonly lossFraction: number;
  /** Infinite: as fast as it likes. */
  readonly bytesPerS: number;
};

export const perfectLink: LinkConditions = {
  latencyMs: 0,
  jitterMs: 0,
  lossFraction: 0,
  bytesPerS: Number.POSITIVE_INFINITY,
};

export type Way = 'up' | 'down';

/** What waits for a slow link before packets are dropped, bytes. */
const queueBytes = 256 * 1024;

export class AccessLink {
  conditions: LinkConditions;
  /** Nothing passes. */
  isCut = false;
  readonly #random: { readonly [way in Way]: SeededRandom };
  /** Until when the link is busy with what was sent before, ms. */
  readonly #busyMs = { up: 0, down: 0 };

  constructor(conditions: LinkConditions, random: SeededRandom) {
    this.conditions = conditions;
    this.#random = { up: random.fork('up'), down: random.fork('down') };
  }

  /**
   * How long a packet that is sent at `nowMs` takes over this link, ms; undefined when it is lost. It queues by the
   * moment of its sending, also where another link comes first: what waits there long holds up nobody here.
   */
  delayMs(way: Way, bytes: number, nowMs: number): number | undefined {
    const { latencyMs, jitterMs, lossFraction, bytesPerS } = this.conditions;
    if (this.isCut) return undefined;
    const random = this.#random[way];
    // Both are drawn for each packet, whatever becomes of it: conditions that change move no later draw.
    const [chance, lateMs] = [random.next(), random.exponential(jitterMs)];
    const queuedMs = Math.max(0, this.#busyMs[way] - nowMs);
    const isFull = queuedMs > 0 && (queuedMs * bytesPerS) / 1000 > queueBytes;
    if (chance < lossFraction || isFull) return undefined;
    const ownMs = queuedMs + (bytes / bytesPerS) * 1000;
    this.#busyMs[way] = nowMs + ownMs;
    return ownMs + latencyMs + lateMs;
  }
}

/** From one computer to another. */
export class Path {
  readonly #from: AccessLink;
  readonly #to: AccessLink;

  constructor(from: AccessLink, to: AccessLink) {
    this.#from = from;
    this.#to = to;
  }

  /** When a packet sent at `nowMs` arrives; undefined when it is lost. */
  carry(bytes: number, nowMs: number): number | undefined {
    const upMs = this.#from.delayMs('up', bytes, nowMs);
    const downMs = upMs === undefined ? undefined : this.#to.delayMs('down', bytes, nowMs);
    return upMs === undefined || downMs === undefined ? undefined : nowMs + upMs + downMs;
  }

  /** There and back as it is most often, ms. */
  get roundTripMs(): number {
    const [a, b] = [this.#from.conditions, this.#to.conditions];
    return 2 * (a.latencyMs + a.jitterMs + b.latencyMs + b.jitterMs);
  }
}
