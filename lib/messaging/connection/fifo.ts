/** A queue that gives out its first item in constant time, whatever its length. Knows nothing of what it holds. */

/** Used-up places that are tolerated before the rest is moved to the front. */
const compactAbove = 1024;

export class Fifo<T> {
  #items: T[] = [];
  #first = 0;

  get length(): number {
    return this.#items.length - this.#first;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    const item = this.#items[this.#first];
    if (item === undefined) return undefined;
    this.#first += 1;
    if (this.#first === this.#items.length || this.#first > Math.max(compactAbove, this.length)) {
      this.#items = this.#items.slice(this.#first);
      this.#first = 0;
    }
    return item;
  }
}
