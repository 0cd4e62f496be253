/** Those who hear of one kind of thing. Knows nothing of it. */
import type { Cancel } from '../../time/clock.js';

/** Nobody waits for a promise that it gives. */
export type Listener<Item> = (item: Item) => unknown;

export class Listeners<Item> {
  readonly #all = new Set<Listener<Item>>();
  readonly #onError: (error: unknown) => void;

  /** `onError` takes what a listener throws, or rejects with; the others hear all the same. */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  add(listener: Listener<Item>): Cancel {
    this.#all.add(listener);
    return () => this.#all.delete(listener);
  }

  /** Whether anybody was told. */
  tell(item: Item): boolean {
    const all = [...this.#all];
    for (const listener of all) {
      try {
        const given = listener(item);
        if (given instanceof Promise) given.catch((error: unknown) => this.#onError(error));
      } catch (error) {
        this.#onError(error);
      }
    }
    return all.length > 0;
  }
}
