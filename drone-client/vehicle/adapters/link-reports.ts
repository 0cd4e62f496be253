/** Decides what of a link's ups and downs people are told, and that they are told once. Knows no link. */

/** `text` says which link, what happened and, when it broke, what to do. */
export type LinkReport = { readonly kind: 'open' | 'broken' | 'overloaded'; readonly text: string };

/**
 * A line that is tried each second fails each second: each reason is told once, until the line is known to be well,
 * which it is when it opens, or, after an opening that brought no byte, when it brings one.
 */
export class LinkReports {
  readonly #name: string;
  readonly #tell: (report: LinkReport) => void;
  readonly #told = new Set<string>();
  #isOpen = false;
  #isOpenTold = false;
  #hasHeard = false;
  #wasDud = false;

  constructor(name: string, tell: (report: LinkReport) => void) {
    this.#name = name;
    this.#tell = tell;
  }

  opened(): void {
    this.#isOpen = true;
    this.#hasHeard = false;
    if (!this.#wasDud) this.#tellOpen();
  }

  /** Bytes arrived. */
  heard(): void {
    if (this.#hasHeard) return;
    this.#hasHeard = true;
    if (!this.#isOpenTold) this.#tellOpen();
  }

  broken(reason: string): void {
    if (this.#isOpen) this.#wasDud = !this.#hasHeard;
    this.#isOpen = false;
    this.#isOpenTold = false;
    this.#once('broken', reason);
  }

  /** Frames were dropped because the line is too slow for them. */
  overloaded(): void {
    this.#once('overloaded', 'slower than what is to be sent: older messages are dropped; use a faster line');
  }

  #tellOpen(): void {
    this.#isOpenTold = true;
    this.#told.clear();
    this.#tell({ kind: 'open', text: `${this.#name}: open` });
  }

  #once(kind: 'broken' | 'overloaded', what: string): void {
    if (this.#told.has(what)) return;
    this.#told.add(what);
    this.#tell({ kind, text: `${this.#name}: ${what}` });
  }
}
