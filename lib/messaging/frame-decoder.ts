/**
 * Cuts one incoming stream of bytes into frames: bytes are pushed in, complete frames pulled out.
 * Knows lengths, caps and the header's required keys; no socket, no clock, no meaning of a message.
 */
import { Buffer, isUtf8 } from 'node:buffer';
import { CorruptFrameError } from '../errors.js';
import { type Frame, type FrameHeader, parseHeader } from './frame.js';

/** The largest header and content that are let in, bytes. */
export type FrameLimits = {
  readonly maxHeaderBytes: number;
  /** Content of a JSON frame. */
  readonly maxJsonBytes: number;
  /** Content of a binary frame. */
  readonly maxFileBytes: number;
};

/** For a peer that has said who it is. Source: the protocol's table of bad input. */
export const defaultLimits: FrameLimits = {
  maxHeaderBytes: 16 * 1024,
  maxJsonBytes: 1024 * 1024,
  maxFileBytes: 64 * 1024 * 1024,
};

/** Content of any frame before the peer has said who it is, bytes. */
export const defaultUnidentifiedBytes = 64 * 1024;

const protoheaderBytes = 2;

export class FrameDecoder {
  /** May be changed at any time; holds from the next header on. */
  limits: FrameLimits;
  /** What was pushed and not used yet: a first chunk, how far it is used, and the chunks behind it. */
  #chunk: Buffer = Buffer.alloc(0);
  #offset = 0;
  #later: Buffer[] = [];
  #nextLater = 0;
  /** Bytes in `#chunk` from `#offset` on and in all later chunks. */
  #available = 0;
  #headerBytes: number | undefined;
  #header: FrameHeader | undefined;
  /** Content that did not come in one chunk, as far as it came. */
  #content: Buffer | undefined;
  #contentBytes = 0;
  #corruption: unknown;

  constructor(limits: FrameLimits = defaultLimits) {
    this.limits = limits;
  }

  /** Takes bytes in. They are borrowed: unchanged until the frames they hold have been used. */
  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const chunk = Buffer.isBuffer(bytes)
      ? bytes
      : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (this.#available === 0) {
      this.#chunk = chunk;
      this.#offset = 0;
    } else {
      this.#later.push(chunk);
    }
    this.#available += chunk.length;
  }

  /** Whether bytes of an incomplete frame are held. */
  get isMidFrame(): boolean {
    return this.#available > 0 || this.#headerBytes !== undefined;
  }

  /**
   * The next complete frame, or undefined when more bytes are needed.
   * Content that came in one chunk is a view of it; otherwise a buffer of its own.
   * @throws CorruptFrameError when the stream can not be read on, now and ever after: it must be closed.
   */
  next(): Frame | undefined {
    if (this.#corruption !== undefined) throw this.#corruption;
    try {
      return this.#next();
    } catch (error) {
      this.#corruption = error;
      throw error;
    }
  }

  #next(): Frame | undefined {
    const header = this.#header ?? this.#readHeader();
    if (!header) return undefined;
    this.#header = header;
    const content = this.#readContent(header.contentLength);
    if (!content) return undefined;
    this.#headerBytes = undefined;
    this.#header = undefined;
    return { header, content };
  }

  #readHeader(): FrameHeader | undefined {
    if (this.#headerBytes === undefined) {
      if (this.#available < protoheaderBytes) return undefined;
      this.#headerBytes = this.#takeByte() * 256 + this.#takeByte();
    }
    const { maxHeaderBytes } = this.limits;
    if (this.#headerBytes > maxHeaderBytes)
      throw new CorruptFrameError(`a header of ${this.#headerBytes} bytes is over ${maxHeaderBytes}`);
    if (this.#available < this.#headerBytes) return undefined;
    const header = parseHeader(textOf(this.#take(this.#headerBytes)));
    const maxBytes = header.contentType === 'binary' ? this.limits.maxFileBytes : this.limits.maxJsonBytes;
    if (header.contentLength > maxBytes)
      throw new CorruptFrameError(`content of ${header.contentLength} bytes is over ${maxBytes}`);
    return header;
  }

  /** All content, or undefined. What comes in pieces is put into place at once, so that no piece is held or moved twice. */
  #readContent(length: number): Buffer | undefined {
    if (this.#content === undefined) {
      this.#skipUsedChunk();
      if (this.#chunk.length - this.#offset >= length) return this.#take(length);
      this.#content = Buffer.allocUnsafe(length);
      this.#contentBytes = 0;
    }
    while (this.#contentBytes < length && this.#available > 0) {
      const piece = this.#takePiece(length - this.#contentBytes);
      this.#content.set(piece, this.#contentBytes);
      this.#contentBytes += piece.length;
    }
    if (this.#contentBytes < length) return undefined;
    const content = this.#content;
    this.#content = undefined;
    return content;
  }

  #takeByte(): number {
    return this.#takePiece(1)[0] ?? 0;
  }

  /** Exactly `length` bytes, which must be available: a view when they lie in one chunk. */
  #take(length: number): Buffer {
    this.#skipUsedChunk();
    if (this.#chunk.length - this.#offset >= length) return this.#takePiece(length);
    const whole = Buffer.allocUnsafe(length);
    for (let filled = 0; filled < length; ) {
      const piece = this.#takePiece(length - filled);
      whole.set(piece, filled);
      filled += piece.length;
    }
    return whole;
  }

  /** A view of at most `atMost` bytes, as many as the first chunk holds. */
  #takePiece(atMost: number): Buffer {
    this.#skipUsedChunk();
    const end = Math.min(this.#offset + atMost, this.#chunk.length);
    const piece = this.#chunk.subarray(this.#offset, end);
    this.#available -= end - this.#offset;
    this.#offset = end;
    return piece;
  }

  #skipUsedChunk(): void {
    if (this.#offset < this.#chunk.length) return;
    const chunk = this.#later[this.#nextLater];
    if (chunk === undefined) return;
    this.#nextLater += 1;
    this.#chunk = chunk;
    this.#offset = 0;
    if (this.#nextLater === this.#later.length) {
      this.#later = [];
      this.#nextLater = 0;
    }
  }
}

/** @throws CorruptFrameError for what is not UTF-8: two names of a file would become one. */
function textOf(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  // The decoder writes U+FFFD for what is not UTF-8; only then a second look is worth its time.
  if (text.includes('\ufffd') && !isUtf8(bytes)) throw new CorruptFrameError('the header is not UTF-8');
  return text;
}
