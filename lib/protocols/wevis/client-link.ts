/** A wevis client's end of a stream: messages in and out, and the one end of it all. Knows no login and no socket. */
import type { Duplex } from 'node:stream';
import { DisconnectedError, errorText, QueueFullError, StarlingError } from '../../errors.js';
import type { Cancel, Clock } from '../../time/clock.js';
import type { WevisFields } from './argument-types.js';
import { encodeWevisMessage, type WevisMessage } from './codec.js';
import { WevisDecoder, type WevisDecoderOptions } from './decoder.js';
import type { WevisDefinitions, WevisLayout } from './message-list.js';

/** Most bytes that wait to be sent. */
const maxQueuedBytes = 4 * 1024 * 1024;
/** How long the stream may take to close once it was asked to, ms. */
const maxCloseMs = 1000;
/** A server pings every 15 s at the latest: one that is silent for so long is gone, ms. */
const defaultMaxSilenceMs = 30_000;

export type ClientLinkOptions = WevisDecoderOptions & {
  readonly definitions: WevisDefinitions;
  readonly clock: Clock;
  /** Silence of the server after which it counts as lost, ms; default 30,000. */
  readonly maxSilenceMs?: number;
};

export type ClientLinkHandler = {
  message(message: WevisMessage): void;
  /** Once: nothing comes any more. */
  ended(error: StarlingError): void;
};

export class ClientLink {
  readonly #stream: Duplex;
  readonly #options: ClientLinkOptions;
  readonly #handler: ClientLinkHandler;
  readonly #decoder: WevisDecoder;
  readonly #maxSilenceMs: number;
  #heardMs: number;
  #cancelWatch: Cancel;
  #error: StarlingError | undefined;

  constructor(stream: Duplex, options: ClientLinkOptions, handler: ClientLinkHandler) {
    this.#stream = stream;
    this.#options = options;
    this.#handler = handler;
    // Servers of the reference cut every text that is not ASCII, the reason of a refusal among them.
    this.#decoder = new WevisDecoder(options.definitions, { cutTexts: 'mark', ...options });
    this.#maxSilenceMs = options.maxSilenceMs ?? defaultMaxSilenceMs;
    this.#heardMs = options.clock.monotonicMs();
    this.#cancelWatch = options.clock.after(this.#maxSilenceMs, () => this.#watch());
    stream.on('data', (bytes: Uint8Array) => this.#receive(bytes));
    stream.on('end', () => this.#takeEnd());
    stream.on('error', (cause) => this.fail(asOurs(cause)));
    stream.on('close', () => this.fail(new DisconnectedError('the connection is closed')));
  }

  /** Nothing comes any more. */
  get #isEnded(): boolean {
    return this.#error !== undefined;
  }

  /**
   * @throws WevisValueError when the message does not fit; QueueFullError when the server reads too slowly; whatever
   * ended the connection.
   */
  send(layout: WevisLayout, fields?: WevisFields): void {
    const frame = encodeWevisMessage(layout, fields, this.#options.maxMessageBytes);
    if (this.#error) throw this.#error;
    if (this.#stream.writableLength + frame.length > maxQueuedBytes)
      throw new QueueFullError(
        `more than ${maxQueuedBytes} bytes wait to be sent: the server reads too slowly`,
      );
    this.#stream.write(frame);
  }

  /** Ends everything at once; again does nothing. */
  fail(error: StarlingError): void {
    if (this.#finish(error)) this.#stream.destroy();
  }

  /** Sends what waits, then ends; resolves when the stream is closed. */
  async close(): Promise<void> {
    this.#finish(new DisconnectedError('this client was closed'));
    if (this.#stream.closed) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#options.clock.after(maxCloseMs, () => this.#stream.destroy());
      this.#stream.once('close', () => {
        cancel();
        resolve();
      });
      this.#stream.end();
    });
  }

  #finish(error: StarlingError): boolean {
    if (this.#error) return false;
    this.#error = error;
    this.#cancelWatch();
    this.#handler.ended(error);
    return true;
  }

  #receive(bytes: Uint8Array): void {
    if (this.#isEnded) return;
    this.#heardMs = this.#options.clock.monotonicMs();
    try {
      this.#decoder.push(bytes);
      for (let message = this.#decoder.next(); message; message = this.#decoder.next()) {
        this.#handler.message(message);
        // Whoever got it may have closed the connection.
        if (this.#isEnded) return;
      }
    } catch (error) {
      this.fail(asOurs(error));
    }
  }

  #takeEnd(): void {
    try {
      this.#decoder.end();
      this.fail(new DisconnectedError('the server closed the connection'));
    } catch (error) {
      this.fail(asOurs(error));
    }
  }

  #watch(): void {
    const leftMs = this.#heardMs + this.#maxSilenceMs - this.#options.clock.monotonicMs();
    if (leftMs > 0) this.#cancelWatch = this.#options.clock.after(leftMs, () => this.#watch());
    else this.fail(new DisconnectedError(`the server was silent for ${this.#maxSilenceMs} ms`));
  }
}

/** An error of ours that says what a caught value says. */
export function asOurs(cause: unknown): StarlingError {
  if (cause instanceof StarlingError) return cause;
  return new DisconnectedError(`the connection broke: ${errorText(cause)}`, { cause });
}
