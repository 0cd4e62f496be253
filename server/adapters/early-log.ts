/** Keeps what is said before there is a log to say it to. Knows levels and texts. */
import type { LogLine } from '../snapshot.js';

export type Log = (level: LogLine['level'], text: string) => void;

export class EarlyLog {
  #said: [level: LogLine['level'], text: string][] = [];
  #log: Log | undefined;

  readonly log: Log = (level, text) => {
    if (this.#log) this.#log(level, text);
    else this.#said.push([level, text]);
  };

  /** Tells all that was kept, in its order, and everything from now on. */
  use(log: Log): void {
    this.#log = log;
    for (const [level, text] of this.#said) log(level, text);
    this.#said = [];
  }
}
