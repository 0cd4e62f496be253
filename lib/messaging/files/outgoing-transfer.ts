/** How far a file has been sent and acknowledged. Pure: knows numbers; no bytes, no connection, no time. */
import { isCount } from './file-wire.js';

export class OutgoingTransfer {
  readonly #size: number;
  #sent: number;
  #acked: number;

  /** `offset`: where the receiver wants the file from, 0…`size`. */
  constructor(size: number, offset: number) {
    this.#size = size;
    this.#sent = offset;
    this.#acked = offset;
  }

  get ackedBytes(): number {
    return this.#acked;
  }

  get isComplete(): boolean {
    return this.#acked === this.#size;
  }

  /** Takes the next piece of at most so many bytes; undefined when all has been sent. */
  next(maxBytes: number): { readonly offset: number; readonly bytes: number } | undefined {
    const bytes = Math.min(maxBytes, this.#size - this.#sent);
    if (bytes <= 0) return undefined;
    const offset = this.#sent;
    this.#sent += bytes;
    return { offset, bytes };
  }

  /** Takes a cumulative acknowledgement: how many bytes it adds; undefined for one that can not be true. */
  acknowledge(offset: unknown): number | undefined {
    if (!isCount(offset) || offset < this.#acked || offset > this.#sent) return undefined;
    const added = offset - this.#acked;
    this.#acked = offset;
    return added;
  }
}
