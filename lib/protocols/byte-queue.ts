/** Bytes that came and are not read yet, in one buffer that grows as it must. Knows no framing, no socket. */
import { Buffer } from 'node:buffer';

const firstBytes = 256;

export class ByteQueue {
  #buffer = Buffer.alloc(firstBytes);
  #start = 0;
  #end = 0;

  get length(): number {
    return this.#end - this.#start;
  }

  /** The bytes that are held, borrowed: another call of `push` or `take` may overwrite them. */
  get held(): Buffer {
    return this.#buffer.subarray(this.#start, this.#end);
  }

  /** Adds a copy of the bytes. */
  push(bytes: Uint8Array): void {
    this.#makeRoom(bytes.length);
    this.#buffer.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /** The first `count` bytes, which are held no longer; a copy of their own. Fewer when fewer are held. */
  take(count: number): Uint8Array {
    const taken = new Uint8Array(this.held.subarray(0, count));
    this.drop(count);
    return taken;
  }

  /** As `take`, for bytes that nobody wants. */
  drop(count: number): void {
    this.#start = Math.min(this.#end, this.#start + count);
  }

  /** Makes a larger buffer only when what is held fills half of it: a byte is moved twice on average, however it comes. */
  #makeRoom(bytes: number): void {
    if (this.#end + bytes <= this.#buffer.length) return;
    const { held } = this;
    const needed = held.length + bytes;
    const next = needed * 2 > this.#buffer.length ? Buffer.alloc(needed * 2) : this.#buffer;
    next.set(held);
    this.#buffer = next;
    this.#start = 0;
    this.#end = held.length;
  }
}
