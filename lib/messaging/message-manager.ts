/**
 * Messages of one incoming stream: bytes in, messages out; and, as static methods, the encoders of each kind.
 * Knows frames and kinds; no socket, no clock, no handlers.
 */
import {
  createActionMessage,
  createErrorResponse,
  createFileMessage,
  createJsonMessage,
  createMessage,
  createRequest,
  createResponse,
} from './create-message.js';
import { FrameDecoder, type FrameLimits } from './frame-decoder.js';
import { type Message, readMessage } from './message.js';

export class MessageManager {
  static readonly createMessage = createMessage;
  static readonly createJsonMessage = createJsonMessage;
  static readonly createActionMessage = createActionMessage;
  static readonly createRequest = createRequest;
  static readonly createResponse = createResponse;
  static readonly createErrorResponse = createErrorResponse;
  static readonly createFileMessage = createFileMessage;

  readonly #decoder: FrameDecoder;
  #corruption: unknown;

  constructor(limits?: FrameLimits) {
    this.#decoder = new FrameDecoder(limits);
  }

  /** The largest frame that is let in; a change holds from the next header on. */
  get limits(): FrameLimits {
    return this.#decoder.limits;
  }

  set limits(limits: FrameLimits) {
    this.#decoder.limits = limits;
  }

  /** Whether bytes of an incomplete message are held. */
  get isMidFrame(): boolean {
    return this.#decoder.isMidFrame;
  }

  /** Takes bytes in, borrowed: unchanged until the messages they hold have been used. */
  push(bytes: Uint8Array): void {
    this.#decoder.push(bytes);
  }

  /**
   * The next complete message, or undefined when more bytes are needed. A file's content may be a view of what was pushed.
   * @throws CorruptFrameError when the stream can not be read on, now and ever after: it must be closed.
   */
  next(): Message | undefined {
    if (this.#corruption !== undefined) throw this.#corruption;
    const frame = this.#decoder.next();
    try {
      return frame && readMessage(frame);
    } catch (error) {
      this.#corruption = error;
      throw error;
    }
  }
}
