/** Lacewing's framing over TCP: type, variant, size, body. Knows no message, no socket and no time. */
import { Buffer } from 'node:buffer';
import { CorruptFrameError } from '../../errors.js';
import { ByteQueue } from '../byte-queue.js';
import { u8, u16, u32 } from './fields.js';

/** Largest body of one message unless told otherwise, bytes. The protocol itself would go to 4 GiB. */
export const defaultMaxMessageBytes = 1024 * 1024;

/** Smallest size that does not fit the one-byte form, and the marks of the two longer ones. */
const u16Mark = 0xfe;
const u32Mark = 0xff;
const firstU32Size = 0xffff;

/** One message as it came: the code of its type (4 bits), its variant (4 bits), its body. */
export type LacewingFrame = { readonly code: number; readonly variant: number; readonly body: Uint8Array };

/** @throws CorruptFrameError when code or variant has more than 4 bits. */
export function encodeTypeByte(code: number, variant: number): Uint8Array {
  if (!(variant >= 0 && variant <= 0xf)) throw new CorruptFrameError(`the variant ${variant} is not 0 to 15`);
  return u8((code << 4) | variant);
}

/** The message with its size, in the shortest of the three forms. Throws as `encodeTypeByte` does. */
export function encodeLacewingFrame({ code, variant, body }: LacewingFrame): Uint8Array {
  return Buffer.concat([encodeTypeByte(code, variant), encodeSize(body.length), body]);
}

function encodeSize(bytes: number): Uint8Array {
  if (bytes < u16Mark) return u8(bytes);
  if (bytes < firstU32Size) return Buffer.concat([u8(u16Mark), u16(bytes)]);
  return Buffer.concat([u8(u32Mark), u32(bytes)]);
}

/**
 * The decoder of one incoming stream: `push` bytes as they come, then `next` until it gives undefined (incomplete).
 * Bytes are copied. After a throw the stream can not be read on: every later call of `next` throws as well.
 */
export class LacewingDecoder {
  /** Largest body that is let in, bytes; may be changed at any time and holds from the next message on. */
  maxMessageBytes: number;
  readonly #queue = new ByteQueue();

  constructor(options: { readonly maxMessageBytes?: number } = {}) {
    this.maxMessageBytes = options.maxMessageBytes ?? defaultMaxMessageBytes;
  }

  /** Bytes that are held and belong to no message given out yet. */
  get pendingBytes(): number {
    return this.#queue.length;
  }

  push(bytes: Uint8Array): void {
    this.#queue.push(bytes);
  }

  /**
   * The next whole message, or undefined when more bytes are needed. Its body is a copy of its own.
   * @throws CorruptFrameError for a size over the limit, as soon as the size is there.
   */
  next(): LacewingFrame | undefined {
    const size = this.#readSize();
    if (!size) return undefined;
    if (size.bodyBytes > this.maxMessageBytes)
      throw new CorruptFrameError(
        `a message of ${size.bodyBytes} bytes is over the limit of ${this.maxMessageBytes}`,
      );
    if (this.#queue.length < 1 + size.bytes + size.bodyBytes) return undefined;
    const [type = 0] = this.#queue.held;
    this.#queue.drop(1 + size.bytes);
    return { code: type >> 4, variant: type & 0xf, body: this.#queue.take(size.bodyBytes) };
  }

  /**
   * Tells that no more bytes come; call it when `next` has given undefined.
   * @throws CorruptFrameError when the stream ends inside a message.
   */
  end(): void {
    if (this.pendingBytes > 0) throw new CorruptFrameError('the stream ended inside a message');
  }

  #readSize(): { readonly bytes: number; readonly bodyBytes: number } | undefined {
    const { held } = this.#queue;
    const first = held[1];
    if (first === undefined) return undefined;
    if (first < u16Mark) return { bytes: 1, bodyBytes: first };
    const bytes = first === u16Mark ? 3 : 5;
    if (held.length < 1 + bytes) return undefined;
    return { bytes, bodyBytes: first === u16Mark ? held.readUInt16LE(2) : held.readUInt32LE(2) };
  }
}
