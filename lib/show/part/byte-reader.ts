/** Reads what `ByteWriter` wrote, and trusts none of it. Knows bytes alone. */
import { ShowError } from '../../errors.js';

/** Largest value that is read: beyond it sums of two would not be exact. */
const maxValue = 2 ** 52;

export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly name: string;
  #at = 0;

  /** `name` is for messages. */
  constructor(bytes: Uint8Array, name: string) {
    this.#bytes = bytes;
    this.name = name;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** @throws ShowError at the end of the bytes. */
  byte(): number {
    const value = this.#bytes[this.#at];
    if (value === undefined) throw this.error('it ends too early');
    this.#at += 1;
    return value;
  }

  /** @throws ShowError for what no writer writes: too large, or longer than it need be. */
  unsigned(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte % 128) * scale;
      if (value > maxValue) throw this.error('a number is too large');
      if (byte >= 128) continue;
      if (byte === 0 && scale > 1) throw this.error('a number is not in its shortest form');
      return value;
    }
  }

  signed(): number {
    const value = this.unsigned();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** A number of items, each of which takes `leastBytes` at least. @throws ShowError when so many can not follow. */
  count(leastBytes: number): number {
    const value = this.unsigned();
    if (value * leastBytes > this.#bytes.length - this.#at) throw this.error('it ends too early');
    return value;
  }

  /** A view of bytes that were written with their number before them. */
  block(): Uint8Array {
    return this.raw(this.count(1));
  }

  raw(count: number): Uint8Array {
    if (count > this.#bytes.length - this.#at) throw this.error('it ends too early');
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  error(what: string): ShowError {
    return new ShowError(`${this.name}: ${what} (byte ${this.#at}); upload it again`);
  }
}
