/** Numbers from 0 to 65535 that are given out and come back: Lacewing's ids of clients and of channels. */

const count = 0x10000;

/** Gives the lowest number that is free, so that ids stay small and are used again. */
export class Uint16Pool {
  readonly #taken = new Set<number>();
  /** No number below is free. */
  #lowest = 0;

  /** The lowest free number, undefined when all 65,536 are taken. */
  take(): number | undefined {
    if (this.#taken.size === count) return undefined;
    while (this.#taken.has(this.#lowest)) this.#lowest++;
    this.#taken.add(this.#lowest);
    return this.#lowest++;
  }

  /** Gives back a number; one that is not taken is left alone. */
  release(number: number): void {
    if (this.#taken.delete(number)) this.#lowest = Math.min(this.#lowest, number);
  }
}
