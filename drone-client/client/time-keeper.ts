/** Keeps the server's clock: asks for the time again and again and filters the answers. Knows sources by a port; no show. */
import { CancelledError, errorText } from '../../lib/errors.js';
import type { Cancel, Clock } from '../../lib/time/clock.js';
import { ClockFilter, type ClockFilterOptions } from '../../lib/time/filter/clock-filter.js';
import type { ClockEstimate } from '../../lib/time/filter/clock-sample.js';
import { hurries, nextExchangeInMs, type Pace } from '../../lib/time/filter/pace.js';
import { NtpError } from '../../lib/time/ntp/ntp-error.js';
import { TokenBucket } from '../../lib/time/ntp/rate-limit.js';
import type { TimeSource } from '../../lib/time/ntp/time-source.js';
import type { Log } from './drone.js';

/** `id`: changes when it is another clock that is asked, whatever its address. */
export type KnownSource = { readonly id: string; readonly source: TimeSource };

export type TimeKeeperOptions = {
  readonly clock: Clock;
  /** Whom to ask now; undefined while nobody is known. */
  readonly source: () => KnownSource | undefined;
  /** A number 0…1, so that a fleet does not ask in step. */
  readonly random: () => number;
  readonly log: Log;
  /** How soon it is asked again, ms, infinite for never; default: as a server of ours is asked. */
  readonly pace?: (pace: Pace) => number;
  /** How its answers are filtered; default: as those of a server of ours. */
  readonly filter?: ClockFilterOptions;
};

/** How often it is looked who is to be asked: another server's clock must not be taken for this one's, ms. */
const lookMs = 100;

/** How much of an interval is left to chance. */
const chance = 0.2;

/** So many unanswered questions in a row are worth a line in the log. */
const worthTelling = 5;

export class TimeKeeper {
  readonly #options: TimeKeeperOptions;
  readonly #abort = new AbortController();
  #filter: ClockFilter;
  #askedId: string | undefined;
  #unanswered = 0;
  #kissCode: string | undefined;
  #hasTold = false;
  #hurried = new TokenBucket();
  #cancel: Cancel = () => undefined;
  /** When the present source is asked next, monotonic ms. */
  #nextMs = 0;

  constructor(options: TimeKeeperOptions) {
    this.#options = options;
    this.#filter = new ClockFilter(options.filter);
  }

  /**
   * The clock of the server that is the source now; undefined until enough answers of it fit together. It outlives the
   * link, less and less certain, but not another server's beginning.
   */
  get estimate(): ClockEstimate | undefined {
    if (this.#options.source()?.id !== this.#askedId) return undefined;
    return this.#filter.estimate(this.#options.clock.monotonicMs());
  }

  start(): void {
    this.#schedule(0);
  }

  close(): void {
    this.#abort.abort();
    this.#cancel();
  }

  #schedule(afterMs: number): void {
    if (this.#abort.signal.aborted) return;
    this.#cancel = this.#options.clock.after(afterMs, () => void this.#turn());
  }

  async #turn(): Promise<void> {
    const { clock, source, random, pace = nextExchangeInMs } = this.#options;
    const known = source();
    if (known && known.id !== this.#askedId) this.#begin(known.id);
    if (known && clock.monotonicMs() >= this.#nextMs) {
      await this.#ask(known);
      const { samples = 0, uncertaintyMs, isDoubted = false } = this.estimate ?? {};
      const [unanswered, kissCode] = [this.#unanswered, this.#kissCode];
      // Who was sent away does not come back faster.
      const mayHurry =
        isDoubted && kissCode === undefined && this.#hurried.take(clock.monotonicMs(), hurries);
      const everyMs = pace({ samples, uncertaintyMs, unanswered, kissCode, isDoubted, mayHurry });
      this.#nextMs = clock.monotonicMs() + everyMs * (1 + chance * (random() - 0.5));
    }
    this.#schedule(Math.min(lookMs, Math.max(0, this.#nextMs - clock.monotonicMs()) || lookMs));
  }

  #begin(id: string): void {
    this.#askedId = id;
    this.#filter = new ClockFilter(this.#options.filter);
    this.#hurried = new TokenBucket();
    this.#answered();
    this.#nextMs = 0;
  }

  async #ask({ id, source }: KnownSource): Promise<void> {
    const { log } = this.#options;
    try {
      const sample = await source.exchange(this.#abort.signal);
      // Meanwhile another server may have taken its place.
      if (id !== this.#askedId) return;
      this.#answered();
      const { kind, reason } = this.#filter.add(sample);
      if (reason !== undefined && kind !== 'delayed') log('warn', `time from ${source.name}: ${reason}`);
    } catch (error) {
      if (error instanceof CancelledError || id !== this.#askedId) return;
      this.#unanswered += 1;
      this.#kissCode = error instanceof NtpError ? error.kissCode : undefined;
      if (this.#hasTold || (this.#unanswered < worthTelling && this.#kissCode === undefined)) return;
      this.#hasTold = true;
      log('warn', `${errorText(error)}; ${this.#isGivenUp ? 'it is not asked again' : 'it is asked on'}`);
    }
  }

  get #isGivenUp(): boolean {
    const { pace = nextExchangeInMs } = this.#options;
    const [unanswered, kissCode] = [this.#unanswered, this.#kissCode];
    return pace({ samples: 0, uncertaintyMs: undefined, unanswered, kissCode }) === Number.POSITIVE_INFINITY;
  }

  #answered(): void {
    this.#unanswered = 0;
    this.#kissCode = undefined;
    this.#hasTold = false;
  }
}
