/** Which of the wanted messages come, and which have to be asked for (again). Knows no link; time is an argument. */

export type WantedStream = { readonly messageId: number; readonly rateHz: number };

/** A message that did not come for this long is asked for again, ms. */
const silenceMs = 3000;

/** One autopilot's streams; `forget` when it (re)appears. */
export class StreamKeeper {
  readonly #wanted: readonly WantedStream[];
  readonly #aliveMs = new Map<number, number>();
  readonly #refused = new Set<number>();

  constructor(wanted: readonly WantedStream[]) {
    this.#wanted = wanted;
  }

  /** Everything is to be asked for anew. */
  forget(): void {
    this.#aliveMs.clear();
    this.#refused.clear();
  }

  /** A message arrived. */
  heard(messageId: number, nowMs: number): void {
    if (this.#aliveMs.has(messageId)) this.#aliveMs.set(messageId, nowMs);
  }

  /** The autopilot does not have it: not asked for again until `forget`. */
  refused(messageId: number): void {
    this.#refused.add(messageId);
  }

  /** What to ask for now; each is then given time to come. */
  takeDue(nowMs: number): WantedStream[] {
    const due = this.#wanted.filter(
      ({ messageId }) =>
        !this.#refused.has(messageId) &&
        nowMs - (this.#aliveMs.get(messageId) ?? Number.NEGATIVE_INFINITY) >= silenceMs,
    );
    for (const { messageId } of due) this.#aliveMs.set(messageId, nowMs);
    return due;
  }
}
