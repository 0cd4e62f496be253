/** The fields of a Lacewing message, little-endian: pieces in, pieces out. Knows no message. */
import { Buffer } from 'node:buffer';
import { CorruptFrameError } from '../../errors.js';

/** The most bytes that a name can have: its length is one byte. */
export const maxNameBytes = 255;

/** @throws CorruptFrameError when the value is no whole number of one byte. */
export function u8(value: number): Uint8Array {
  return Uint8Array.of(whole(value, 0xff));
}

/** @throws CorruptFrameError when the value is no whole number of two bytes. */
export function u16(value: number): Uint8Array {
  const known = whole(value, 0xffff);
  return Uint8Array.of(known & 0xff, known >> 8);
}

/** @throws CorruptFrameError when the value is no whole number of four bytes. */
export function u32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(whole(value, 0xffffffff));
  return bytes;
}

/** A text that is last in its message: UTF-8 without a length. */
export function lastText(text: string): Uint8Array {
  return Buffer.from(text, 'utf8');
}

/**
 * A text with its length in one byte before it.
 * @throws CorruptFrameError when it has more than 255 bytes.
 */
export function shortText(text: string): Uint8Array {
  const bytes = lastText(text);
  if (bytes.length > maxNameBytes)
    throw new CorruptFrameError(`the name has ${bytes.length} bytes, ${maxNameBytes} is the most`);
  return Buffer.concat([u8(bytes.length), bytes]);
}

function whole(value: number, max: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= max) return value;
  throw new CorruptFrameError(`${value} is no whole number from 0 to ${max}`);
}

/** Bytes as text; what is no UTF-8 becomes U+FFFD. */
export function readUtf8(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

/** Reads the fields of one body, one after the other. Every method throws CorruptFrameError where bytes are missing. */
export class FieldReader {
  readonly #bytes: Uint8Array;
  readonly #what: string;
  #at = 0;

  /** `what` names the message in errors. The bytes are borrowed. */
  constructor(bytes: Uint8Array, what: string) {
    this.#bytes = bytes;
    this.#what = what;
  }

  get leftBytes(): number {
    return this.#bytes.length - this.#at;
  }

  u8(): number {
    return this.#take(1)[0] ?? 0;
  }

  u16(): number {
    const [low = 0, high = 0] = this.#take(2);
    return low | (high << 8);
  }

  shortText(): string {
    return readUtf8(this.#take(this.u8()));
  }

  lastText(): string {
    return readUtf8(this.rest());
  }

  /** A copy of everything that is left. */
  rest(): Uint8Array {
    return new Uint8Array(this.#take(this.leftBytes));
  }

  /** The byte `offset` places on, without taking it; undefined behind the end. */
  peek(offset = 0): number | undefined {
    return this.#bytes[this.#at + offset];
  }

  #take(count: number): Uint8Array {
    if (count > this.leftBytes) throw new CorruptFrameError(`the ${this.#what} is cut off`);
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }
}
