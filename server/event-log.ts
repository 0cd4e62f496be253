/** The last lines of what happened, for the screen; the whole story is in the log file. Knows no file and no clock. */
import type { LogLine } from './snapshot.js';

/** Keeps the newest `capacity` lines. */
export class EventLog {
  readonly #capacity: number;
  #lines: readonly LogLine[] = [];

  constructor(capacity = 2_000) {
    this.#capacity = capacity;
  }

  get lines(): readonly LogLine[] {
    return this.#lines;
  }

  add(line: LogLine): void {
    this.#lines = [...this.#lines.slice(-(this.#capacity - 1)), line];
  }
}
