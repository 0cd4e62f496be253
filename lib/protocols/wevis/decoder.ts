/** Cuts one incoming stream of bytes into wevis messages: bytes are pushed in, messages pulled out. Knows no socket. */
import { Buffer } from 'node:buffer';
import { CorruptFrameError } from '../../errors.js';
import { decodeWevisPayload, defaultMaxMessageBytes, type WevisMessage } from './codec.js';
import type { WevisDefinitions } from './message-list.js';
import type { DecodeOptions } from './unpack-value.js';

const lengthBytes = 4;

/** Memory that a decoder without bytes keeps: enough for the messages of most, bytes. */
const maxIdleBytes = 4096;

export type WevisDecoderOptions = DecodeOptions & { readonly maxMessageBytes?: number };

/**
 * The decoder of one stream: `push` bytes as they come, then `next` until it gives undefined (incomplete). Bytes are
 * copied. Once `next` has given undefined, less than one message of the largest size is pending.
 */
export class WevisDecoder {
  /** Largest payload, bytes. May be changed at any time; holds from the next message on. */
  maxMessageBytes: number;
  readonly #definitions: WevisDefinitions;
  readonly #options: DecodeOptions;
  #buffer = Buffer.alloc(0);
  #start = 0;
  #end = 0;
  #takenBytes = 0;
  #corruption: CorruptFrameError | undefined;

  constructor(definitions: WevisDefinitions, options: WevisDecoderOptions = {}) {
    this.#definitions = definitions;
    this.#options = options;
    this.maxMessageBytes = options.maxMessageBytes ?? defaultMaxMessageBytes;
  }

  /** Bytes that are held and belong to no message given out yet. */
  get pendingBytes(): number {
    return this.#end - this.#start;
  }

  /** Bytes of messages given out and of empty frames, in all. */
  get takenBytes(): number {
    return this.#takenBytes;
  }

  /** Memory that is held for them, bytes. */
  get heldBytes(): number {
    return this.#buffer.length;
  }

  /** Takes bytes in; after corrupt ones, nothing any more. */
  push(bytes: Uint8Array): void {
    if (this.#corruption) return;
    this.#makeRoom(bytes.length);
    this.#buffer.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /**
   * The next whole message, or undefined when more bytes are needed. Empty frames are skipped.
   * @throws CorruptFrameError for a length over the limit, as soon as that is seen, or a payload that is no message; now
   * and ever after: the stream must be closed.
   */
  next(): WevisMessage | undefined {
    if (this.#corruption) throw this.#corruption;
    try {
      const message = this.#next();
      if (!message && this.pendingBytes === 0 && this.heldBytes > maxIdleBytes) this.#release();
      return message;
    } catch (error) {
      if (error instanceof CorruptFrameError) this.#corruption = error;
      this.#release();
      throw error;
    }
  }

  /**
   * Tells that no more bytes come; call it when `next` has given undefined.
   * @throws CorruptFrameError when the stream ends inside a message.
   */
  end(): void {
    if (this.pendingBytes > 0) throw new CorruptFrameError('the stream ended inside a message');
  }

  #next(): WevisMessage | undefined {
    while (this.pendingBytes >= lengthBytes) {
      const payloadBytes = this.#buffer.readUInt32LE(this.#start);
      if (payloadBytes > this.maxMessageBytes)
        throw new CorruptFrameError(`a message of ${payloadBytes} bytes is over ${this.maxMessageBytes}`);
      if (this.pendingBytes < lengthBytes + payloadBytes) return undefined;
      const payloadStart = this.#start + lengthBytes;
      this.#start = payloadStart + payloadBytes;
      this.#takenBytes += lengthBytes + payloadBytes;
      if (payloadBytes === 0) continue;
      return decodeWevisPayload(
        this.#definitions,
        this.#buffer.subarray(payloadStart, this.#start),
        this.#options,
      );
    }
    return undefined;
  }

  #release(): void {
    this.#buffer = Buffer.alloc(0);
    this.#start = 0;
    this.#end = 0;
  }

  #makeRoom(bytes: number): void {
    if (this.#end + bytes <= this.#buffer.length) return;
    const held = this.#buffer.subarray(this.#start, this.#end);
    const needed = held.length + bytes;
    const next = needed * 2 > this.#buffer.length ? Buffer.allocUnsafeSlow(needed * 2) : this.#buffer;
    next.set(held);
    this.#buffer = next;
    this.#start = 0;
    this.#end = held.length;
  }
}
