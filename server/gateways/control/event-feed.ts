/**
 * What one reader of the control port is told as it happens, at a pace it can follow. Holds no queue: its sources know
 * what it has not been told yet. Knows the facade and a clock; no kind of event and no socket.
 */
import type { Cancel, Clock } from '../../../lib/time/clock.js';
import type { ServerFacade, ServerSnapshot } from '../../snapshot.js';

/** Changes within this time are told together, ms. */
const paceMs = 50;

/** A body that is pushed: anything with a JSON text. */
export type EventBody = { readonly [key: string]: unknown };

/** One kind of event for one reader: it remembers what that one was told. */
export interface EventSource {
  /**
   * What the reader has not been told, one body after the other; each counts as told when it is taken. A reader that
   * could not take them is asked again later: what was overtaken meanwhile may be left out where only the newest counts.
   */
  news(snapshot: ServerSnapshot): Iterable<EventBody>;
  /** The reader is gone. */
  close(): void;
}

/** What a source is made with. */
export type EventReader = {
  readonly clock: Clock;
  /** As it was when the reader came. */
  readonly first: ServerSnapshot;
  /** Whether the reader asked for this drone. */
  readonly wants: (id: string) => boolean;
  /** For a source that has news of its own, beside the changes of the server: they are asked for soon. */
  readonly wake: () => void;
};

export type OpenSource = (reader: EventReader) => EventSource;

export type EventFeedOptions = {
  readonly facade: ServerFacade;
  readonly clock: Clock;
  /** Told in this order, when several have news. */
  readonly sources: readonly OpenSource[];
  /** Whose events, where they are of drones; undefined: everybody's, those included who come later. */
  readonly ids: ReadonlySet<string> | undefined;
  /** Hands one body over; false: full, tell nothing until `resume`. */
  readonly push: (body: EventBody) => boolean;
};

export class EventFeed {
  readonly #options: EventFeedOptions;
  #sources: readonly EventSource[];
  readonly #unsubscribe: () => void;
  #cancelTimer: Cancel | undefined;
  #isFull = false;

  constructor(options: EventFeedOptions) {
    this.#options = options;
    const { facade, clock, ids, sources } = options;
    const reader: EventReader = {
      clock,
      first: facade.snapshot(),
      wants: (id) => ids === undefined || ids.has(id),
      wake: () => this.#schedule(),
    };
    this.#sources = sources.map((open) => open(reader));
    this.#unsubscribe = facade.onChange(() => this.#schedule());
    this.#tell();
  }

  /** The reader has taken everything: go on. */
  resume(): void {
    if (!this.#isFull) return;
    this.#isFull = false;
    this.#tell();
  }

  close(): void {
    this.#unsubscribe();
    this.#cancelTimer?.();
    for (const source of this.#sources) source.close();
  }

  #schedule(): void {
    if (this.#cancelTimer || this.#isFull) return;
    this.#cancelTimer = this.#options.clock.after(paceMs, () => {
      this.#cancelTimer = undefined;
      this.#tell();
    });
  }

  #tell(): void {
    const snapshot = this.#options.facade.snapshot();
    for (const [index, source] of this.#sources.entries()) {
      for (const body of source.news(snapshot)) {
        if (this.#options.push(body)) continue;
        this.#isFull = true;
        // Of a slow reader's sources each has its turn, however much the others have to tell.
        this.#sources = [...this.#sources.slice(index + 1), ...this.#sources.slice(0, index + 1)];
        return;
      }
    }
  }
}
