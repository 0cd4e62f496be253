/**
 * One listing of all parameters: the flood, its gaps by index, its end. Knows no link and no clock (time is an
 * argument), and no encoding: values are kept as they came.
 */
import { RefusedError } from '../../../lib/errors.js';
import type { ParamValueBits } from './messages.js';

export type ListingRequests = {
  /** PARAM_REQUEST_LIST. */
  readonly askAll: () => void;
  /** PARAM_REQUEST_READ of one index. */
  readonly askIndex: (index: number) => void;
};

/** The flood is over when nothing came for so long; so long is waited for one asked by index. */
const silenceMs = 500;
/** The request itself may have been lost. */
const resendMs = 1000;
const limitMs = 60_000;
/** Source: ArduPilot's queue of parameter requests; what exceeds it is thrown away. */
const maxAsked = 20;

/** Ends by exactly one of `onDone` and an error from `tick`. */
export class ParameterListing {
  readonly #requests: ListingRequests;
  readonly #startedMs: number;
  readonly #values = new Map<string, ParamValueBits>();
  /** Indexes not yet seen; those asked for last stand at the end. */
  readonly #missing = new Set<number>();
  /** When to ask again for an index that was asked for. */
  readonly #asked = new Map<number, number>();
  #count: number | undefined;
  #quietSinceMs: number;
  #isFlooding = true;

  constructor(requests: ListingRequests, nowMs: number) {
    this.#requests = requests;
    this.#startedMs = nowMs;
    this.#quietSinceMs = nowMs;
    requests.askAll();
  }

  /** Takes a value; gives them all when this was the last, as they came, by id. */
  received(
    id: string,
    message: ParamValueBits,
    nowMs: number,
  ): ReadonlyMap<string, ParamValueBits> | undefined {
    const { paramIndex, paramCount } = message;
    // 65535: an answer to a question by name, or no parameter at all (PX4's `_HASH_CHECK`).
    if (paramIndex >= paramCount) return undefined;
    if (this.#count !== paramCount) this.#expect(paramCount);
    this.#quietSinceMs = nowMs;
    this.#values.set(id, message);
    this.#missing.delete(paramIndex);
    this.#asked.delete(paramIndex);
    if (this.#missing.size === 0) return this.#values;
    if (!this.#isFlooding) this.#askMissing(nowMs);
    return undefined;
  }

  /** Asks again as the time says. @returns the error with which it ends, if it does. */
  tick(nowMs: number): RefusedError | undefined {
    if (nowMs - this.#startedMs >= limitMs) return this.#tooLate();
    const quietMs = nowMs - this.#quietSinceMs;
    if (this.#count === undefined) {
      if (quietMs >= resendMs) this.#askAgain(nowMs);
    } else if (!this.#isFlooding) this.#askMissing(nowMs);
    else if (quietMs >= silenceMs) {
      this.#isFlooding = false;
      this.#askMissing(nowMs);
    }
    return undefined;
  }

  /** The number of parameters is told, or has changed: then the places of those seen have, too, and none counts. */
  #expect(count: number): void {
    const isFirst = this.#count === undefined;
    this.#count = count;
    this.#values.clear();
    this.#asked.clear();
    this.#missing.clear();
    for (let index = 0; index < count; index += 1) this.#missing.add(index);
    this.#isFlooding = true;
    if (!isFirst) this.#requests.askAll();
  }

  #askAgain(nowMs: number): void {
    this.#quietSinceMs = nowMs;
    this.#requests.askAll();
  }

  #askMissing(nowMs: number): void {
    for (const [index, dueMs] of [...this.#asked]) if (nowMs >= dueMs) this.#asked.delete(index);
    for (const index of this.#missing) {
      if (this.#asked.size >= maxAsked || this.#asked.has(index)) return;
      this.#missing.delete(index);
      this.#missing.add(index);
      this.#asked.set(index, nowMs + silenceMs);
      this.#requests.askIndex(index);
    }
  }

  #tooLate(): RefusedError {
    const what =
      this.#count === undefined
        ? 'the autopilot sent none of its parameters'
        : `${this.#missing.size} of the autopilot's ${this.#count} parameters are missing`;
    return new RefusedError(
      'parameters_missing',
      `${what} after ${limitMs / 1000} s: the line is too slow or loses too much; ` +
        'try again nearer or by USB, or read single ones',
    );
  }
}
