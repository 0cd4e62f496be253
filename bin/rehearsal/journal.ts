/** What happened in a rehearsal, line by line: the same lines for the same seed. Knows texts and the true time; no drone. */

import { printable } from '../../lib/printable.js';
import type { Clock } from '../../lib/time/clock.js';

export class Journal {
  readonly #clock: Clock;
  readonly #lines: string[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  /** `who`: a drone, the server, the field. */
  note(who: string, text: string): void {
    const atS = (this.#clock.monotonicMs() / 1000).toFixed(3);
    this.#lines.push(`${atS.padStart(9)} ${who} ${printable(text)}`);
  }
}
