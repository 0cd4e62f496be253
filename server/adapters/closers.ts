/** What was opened, closed in reverse order. Knows none of it. */

export class Closers {
  readonly #all: (() => void | Promise<void>)[] = [];

  add(close: () => void | Promise<void>): void {
    this.#all.push(close);
  }

  /** Once: a second call finds nothing left. */
  async close(): Promise<void> {
    for (const close of this.#all.splice(0).reverse()) await close();
  }
}
