/** TPP frames, `<decimal length>\n<UTF-8 JSON>`: bytes in, values out. Knows no socket, no time and no action. */
import { CorruptFrameError, errorText } from '../../errors.js';
import { ByteQueue } from '../byte-queue.js';

/** Largest JSON text of one frame unless told otherwise, bytes. The reference has no limit. */
export const defaultMaxBodyBytes = 1024 * 1024;

/** Anything that `JSON.parse` gives. */
export type TppJson =
  | null
  | boolean
  | number
  | string
  | readonly TppJson[]
  | { readonly [key: string]: TppJson };

/** One whole frame, decoded. In an object, because `null` and `false` are values as well. */
export type TppFrame = { readonly value: TppJson };

/**
 * One frame of `value`. What JSON does not know (NaN, infinities, undefined in a list) becomes `null`.
 * @throws CorruptFrameError when the value has no JSON text (a function, `undefined`).
 */
export function encodeTppFrame(value: unknown): Uint8Array {
  const text = JSON.stringify(value);
  if (text === undefined) throw new CorruptFrameError('the value to send has no JSON text');
  const body = new TextEncoder().encode(text);
  const prefix = new TextEncoder().encode(`${body.length}\n`);
  const frame = new Uint8Array(prefix.length + body.length);
  frame.set(prefix);
  frame.set(body, prefix.length);
  return frame;
}

/**
 * The decoder of one incoming stream: `push` bytes as they come, then `next` until it gives undefined (incomplete).
 * Bytes are copied. After a throw the stream can not be read on: every later call throws as well.
 */
export class TppDecoder {
  readonly #maxBodyBytes: number;
  readonly #maxDigits: number;
  readonly #queue = new ByteQueue();

  constructor(options: { readonly maxBodyBytes?: number } = {}) {
    this.#maxBodyBytes = options.maxBodyBytes ?? defaultMaxBodyBytes;
    this.#maxDigits = String(this.#maxBodyBytes).length;
  }

  /** Bytes that are held and belong to no frame given out yet. */
  get pendingBytes(): number {
    return this.#queue.length;
  }

  push(bytes: Uint8Array): void {
    this.#queue.push(bytes);
  }

  /**
   * The next whole frame, or undefined when more bytes are needed.
   * @throws CorruptFrameError for a length that is not 1 to N digits (a carriage return after them is forgiven) or is
   * over the limit, as soon as that is seen; for text that is not UTF-8 or not JSON, an empty one included.
   */
  next(): TppFrame | undefined {
    const prefix = this.#readPrefix();
    if (!prefix || this.pendingBytes < prefix.bytes + prefix.bodyBytes) return undefined;
    const bytes = prefix.bytes + prefix.bodyBytes;
    const value = parseBody(this.#queue.held.subarray(prefix.bytes, bytes));
    this.#queue.drop(bytes);
    return { value };
  }

  /**
   * Tells that no more bytes come; call it when `next` has given undefined.
   * @throws CorruptFrameError when the stream ends inside a frame.
   */
  end(): void {
    if (this.pendingBytes > 0) throw new CorruptFrameError('the stream ended inside a frame');
  }

  #readPrefix(): { bytes: number; bodyBytes: number } | undefined {
    const { held } = this.#queue;
    let digits = 0;
    let bodyBytes = 0;
    for (const byte of held) {
      if (isDigit(byte) && digits < this.#maxDigits) {
        digits++;
        bodyBytes = bodyBytes * 10 + byte - 0x30;
        if (bodyBytes > this.#maxBodyBytes) throw new CorruptFrameError('the frame is longer than the limit');
        continue;
      }
      const isReturn = byte === 0x0d;
      if (digits === 0 || !(isReturn || byte === 0x0a))
        throw new CorruptFrameError('the length is not a number');
      if (!isReturn) return { bytes: digits + 1, bodyBytes };
      if (digits + 1 >= held.length) return undefined;
      if (held[digits + 1] !== 0x0a) throw new CorruptFrameError('the length is not a number');
      return { bytes: digits + 2, bodyBytes };
    }
    return undefined;
  }
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function parseBody(bytes: Uint8Array): TppJson {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)) as TppJson;
  } catch (error) {
    throw new CorruptFrameError(`the frame is not JSON: ${errorText(error)}`, { cause: error });
  }
}
