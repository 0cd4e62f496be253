/**
 * The serving side of one wevis connection: bytes in, bytes and events out, orders taken. Knows protocol and clock; no
 * socket, no room and no other connection but through the count of its user's.
 */
import { CorruptFrameError } from '../../errors.js';
import type { Clock } from '../../time/clock.js';
import { type AdmissionOptions, admission, unexpectedMessage } from './admission.js';
import type { WevisFields } from './argument-types.js';
import { defaultMaxMessageBytes, encodeWevisMessage, type WevisMessage } from './codec.js';
import { WevisDecoder, type WevisDecoderOptions } from './decoder.js';
import type { WevisLayout } from './message-list.js';
import { ServerPings } from './server-pings.js';

/** Largest message of a peer that has not logged in, bytes: a login is hardly larger than its 128 digits. */
const maxStrangerBytes = 4096;

/** Characters of a reason that are sent. */
const longestReason = 1000;

export type WevisEvent =
  /** Logged in; the accept is sent already. */
  | { readonly type: 'entered'; readonly user: string; readonly version: string }
  /** Any message but a pong, the protocol's own among them. */
  | { readonly type: 'message'; readonly message: WevisMessage }
  | { readonly type: 'pong'; readonly latencyMs: number }
  /** A handler, or the check of the login, threw. */
  | { readonly type: 'failed'; readonly during: string; readonly error: unknown }
  /** Once, last. `user` is whoever had entered. */
  | { readonly type: 'closed'; readonly user: string | undefined; readonly reason: string };

/** What a session needs of its connection. */
export interface WevisSessionPort {
  /** Queues bytes; may be called within any call of the session. */
  send(bytes: Uint8Array): void;
  /** Ends the connection after what was queued. Called once. */
  close(): void;
  /** Takes an event. What it throws costs no other connection: a `message` is given up, an `entered` closes this one. */
  event(event: WevisEvent): void;
}

export type WevisSessionOptions = AdmissionOptions & WevisDecoderOptions & { readonly clock: Clock };

/**
 * Call `start` once the connection stands, `receive` with what comes, `end` when nothing more does. Who wants to have a
 * say in how fast messages are taken calls `push` and `step` instead of `receive`.
 */
export class WevisSession {
  readonly #port: WevisSessionPort;
  readonly #options: WevisSessionOptions;
  readonly #decoder: WevisDecoder;
  readonly #pings: ServerPings;
  #isClosed = false;
  #user: string | undefined;
  /** What shall come again, and in how many ms. */
  #postponed: { readonly message: WevisMessage; readonly waitMs: number } | undefined;
  #taking: WevisMessage | undefined;

  constructor(port: WevisSessionPort, options: WevisSessionOptions) {
    this.#port = port;
    this.#options = options;
    this.#decoder = new WevisDecoder(options.definitions, options);
    this.#decoder.maxMessageBytes = Math.min(this.#maxMessageBytes, maxStrangerBytes);
    this.#pings = new ServerPings({
      clock: options.clock,
      isLoggedIn: () => this.#user !== undefined,
      isHeld: () => this.#postponed !== undefined,
      sendPing: () => this.#sendOwn('_ping'),
      giveUp: (reason) => this.close(reason),
    });
  }

  /** Whoever has entered, until the end. */
  get user(): string | undefined {
    return this.#user;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Sends the welcome; from now on the peer has its time to log in. */
  start(): void {
    this.#sendOwn('_welcome', { salt: this.#options.salt });
    this.#pings.start();
  }

  /** Instead of `start`: welcomes the peer, since clients wait for that first, and refuses it before it says a word. */
  turnAway(reason: string): void {
    this.#sendOwn('_welcome', { salt: this.#options.salt });
    this.#refuse(reason);
  }

  /** Takes bytes of the peer, which are borrowed for the call, and all messages in them. Never throws for what they are. */
  receive(bytes: Uint8Array): void {
    this.push(bytes);
    if (this.#postponed === undefined) this.step();
  }

  /** Takes bytes of the peer, which are borrowed for the call; `step` looks at them. */
  push(bytes: Uint8Array): void {
    if (!this.#isClosed) this.#decoder.push(bytes);
  }

  /**
   * Takes the messages that have come, the postponed one first, until one is postponed. Never throws for what they are.
   * @returns In how many ms to call again; 0: when more has come.
   */
  step(): number {
    while (!this.#isClosed) {
      const message = this.#postponed?.message ?? this.#next();
      if (!message) return 0;
      this.#postponed = undefined;
      this.#take(message);
      if (this.#waitMs > 0) return this.#waitMs;
    }
    return 0;
  }

  /** Within the event of a message: it was not served, and shall come again after so many ms, nothing else before it. */
  postpone(waitMs: number): void {
    if (this.#taking !== undefined && waitMs > 0) this.#postponed = { message: this.#taking, waitMs };
  }

  /** Bytes of the peer that were looked at, in all: messages, with their lengths, and empty frames. */
  get takenBytes(): number {
    return this.#decoder.takenBytes;
  }

  /** The peer sends no more. */
  end(): void {
    this.close(this.#decoder.pendingBytes > 0 ? 'the peer left inside a message' : 'the peer left');
  }

  /**
   * Sends a message; nothing when the session is closed or nobody has logged in.
   * @returns Whether it was sent.
   * @throws WevisValueError when it does not fit its definition; the session goes on.
   */
  send(name: string, fields: WevisFields = {}): boolean {
    const layout = this.#options.definitions.userMessage(name);
    return this.sendFrame(encodeWevisMessage(layout, fields, this.#maxMessageBytes));
  }

  /** As `send`, for one frame of `encodeWevisMessage` that goes to many sessions. */
  sendFrame(frame: Uint8Array): boolean {
    if (this.#isClosed || this.#user === undefined) return false;
    this.#port.send(frame);
    return true;
  }

  /** Ends the session; again does nothing. `reason` goes to the event alone: the protocol has no word for it. */
  close(reason: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#pings.stop();
    const user = this.#user;
    this.#user = undefined;
    if (user !== undefined) this.#options.limit.leave(user);
    this.#port.close();
    this.#emit({ type: 'closed', user, reason });
  }

  get #waitMs(): number {
    return this.#postponed?.waitMs ?? 0;
  }

  get #maxMessageBytes(): number {
    return this.#options.maxMessageBytes ?? defaultMaxMessageBytes;
  }

  #next(): WevisMessage | undefined {
    try {
      return this.#decoder.next();
    } catch (error) {
      if (!(error instanceof CorruptFrameError)) throw error;
      this.close(error.message);
      return undefined;
    }
  }

  #take(message: WevisMessage): void {
    if (this.#user === undefined) this.#takeFirst(message);
    else if (message.name === '_pong') this.#takePong();
    else this.#takeMessage(message);
  }

  #takeMessage(message: WevisMessage): void {
    this.#taking = message;
    this.#emit({ type: 'message', message });
    this.#taking = undefined;
    if (message.name !== '_ping' || this.#isClosed || this.#postponed !== undefined) return;
    // The reference leaves a ping unanswered; a client of ours measures with it.
    this.#sendOwn('_pong');
  }

  #takeFirst({ name, fields }: WevisMessage): void {
    if (name !== '_login') {
      this.#refuse(unexpectedMessage);
      return;
    }
    const failed = (error: unknown) => this.#emit({ type: 'failed', during: 'login', error });
    const admitted = admission(fields, this.#options, failed);
    if (admitted.user === undefined) this.#refuse(admitted.refusal);
    else if (this.#isClosed) this.#options.limit.leave(admitted.user);
    else this.#enter(admitted.user, admitted.version);
  }

  #refuse(reason: string): void {
    if (this.#isClosed) return;
    // Words of a plugin must not break the message that carries them.
    const sendable = reason.slice(0, longestReason).replace(/\p{Cs}/gu, '?');
    this.#sendOwn('_loginReject', { reason: sendable });
    this.close(`login refused: ${sendable}`);
  }

  #enter(user: string, version: string): void {
    this.#user = user;
    this.#decoder.maxMessageBytes = this.#maxMessageBytes;
    this.#sendOwn('_loginAccept');
    if (!this.#emit({ type: 'entered', user, version })) this.close('entering failed');
  }

  #takePong(): void {
    const latencyMs = this.#pings.takePong();
    if (latencyMs !== undefined) this.#emit({ type: 'pong', latencyMs });
  }

  #sendOwn(name: WevisLayout['name'], fields: WevisFields = {}): void {
    this.#port.send(encodeWevisMessage(this.#options.definitions.named(name), fields));
  }

  /** Whether the handler did not throw; when it did, that is an event as well. */
  #emit(event: WevisEvent): boolean {
    try {
      this.#port.event(event);
      return true;
    } catch (error) {
      if (event.type === 'failed') throw error;
      this.#port.event({ type: 'failed', during: event.type, error });
      return false;
    }
  }
}
