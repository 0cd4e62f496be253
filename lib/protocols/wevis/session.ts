/**
 * The serving side of one wevis connection: bytes in, bytes and events out, orders taken. Knows protocol and clock; no
 * socket, no room and no other connection but through the count of its user's.
 */
import { CorruptFrameError } from '../../errors.js';
import type { Cancel, Clock } from '../../time/clock.js';
import type { WevisFields } from './argument-types.js';
import { defaultMaxMessageBytes, encodeWevisMessage, type WevisMessage } from './codec.js';
import { WevisDecoder, type WevisDecoderOptions } from './decoder.js';
import type { WevisLoginCheck, WevisUserLimit, WevisVerdict } from './login.js';
import { hasOtherSchema, type WevisDefinitions, type WevisLayout } from './message-list.js';

/** Time to log in, and from the welcome to the first ping, ms. Source of the times and the first three reasons: wevis 0.0.4. */
const firstDueMs = 5000;
/** From a pong to the next ping, ms. */
const pingAfterMs = 10_000;
/** Time to answer a ping, ms. */
const pongWithinMs = 5000;
const refusals = {
  invalid: 'Invalid credentials.',
  tooMany: 'Maximum number of connections per user reached.',
  unexpected: 'Unexpected message.',
  otherSchema: "The definitions of the messages differ from the server's.",
  noCheck: 'The login could not be checked.',
} as const;

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

export type WevisSessionOptions = {
  readonly definitions: WevisDefinitions;
  /** 128 hex digits, new for each connection. */
  readonly salt: string;
  readonly check: WevisLoginCheck;
  /** Shared by all sessions of a server. */
  readonly limit: WevisUserLimit;
  readonly clock: Clock;
} & WevisDecoderOptions;

/** Call `start` once the connection stands, `receive` with what comes, `end` when nothing more does. */
export class WevisSession {
  readonly #port: WevisSessionPort;
  readonly #options: WevisSessionOptions;
  readonly #decoder: WevisDecoder;
  #isClosed = false;
  #user: string | undefined;
  #cancelTimer: Cancel = () => undefined;
  #pingSentMs: number | undefined;

  constructor(port: WevisSessionPort, options: WevisSessionOptions) {
    this.#port = port;
    this.#options = options;
    this.#decoder = new WevisDecoder(options.definitions, options);
    this.#decoder.maxMessageBytes = Math.min(this.#maxMessageBytes, maxStrangerBytes);
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
    this.#arm(firstDueMs, () => {
      if (this.#user === undefined) this.close('no login in time');
      else this.#ping();
    });
  }

  /** Takes bytes of the peer, which are borrowed for the call. Never throws for what they are. */
  receive(bytes: Uint8Array): void {
    if (this.#isClosed) return;
    this.#decoder.push(bytes);
    while (!this.#isClosed) {
      const message = this.#next();
      if (!message) return;
      this.#take(message);
    }
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
    this.#cancelTimer();
    const user = this.#user;
    this.#user = undefined;
    if (user !== undefined) this.#options.limit.leave(user);
    this.#port.close();
    this.#emit({ type: 'closed', user, reason });
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
    else {
      this.#emit({ type: 'message', message });
      // The reference leaves a ping unanswered; a client of ours measures with it.
      if (message.name === '_ping' && !this.#isClosed) this.#sendOwn('_pong');
    }
  }

  #takeFirst({ name, fields }: WevisMessage): void {
    if (name !== '_login') {
      this.#refuse(refusals.unexpected);
      return;
    }
    const version = String(fields.version);
    const verdict = this.#judge({ user: String(fields.username), proof: String(fields.password), version });
    if (!verdict.isGood) this.#refuse(verdict.reason ?? refusals.invalid);
    else if (hasOtherSchema(version, this.#options.definitions)) this.#refuse(refusals.otherSchema);
    else if (!this.#options.limit.enter(verdict.user)) this.#refuse(refusals.tooMany);
    else this.#enter(verdict.user, version);
  }

  #judge(shown: { readonly user: string; readonly proof: string; readonly version: string }): WevisVerdict {
    try {
      return this.#options.check({ ...shown, salt: this.#options.salt });
    } catch (error) {
      this.#emit({ type: 'failed', during: 'login', error });
      return { isGood: false, reason: refusals.noCheck };
    }
  }

  #refuse(reason: string): void {
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

  #ping(): void {
    this.#pingSentMs = this.#options.clock.monotonicMs();
    this.#sendOwn('_ping');
    this.#arm(pongWithinMs, () => this.close('no answer to a ping'));
  }

  /** Also one that nobody asked for puts the next ping off. */
  #takePong(): void {
    const sentMs = this.#pingSentMs;
    this.#pingSentMs = undefined;
    this.#arm(pingAfterMs, () => this.#ping());
    if (sentMs === undefined) return;
    this.#emit({ type: 'pong', latencyMs: this.#options.clock.monotonicMs() - sentMs });
  }

  #arm(delayMs: number, fn: () => void): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#options.clock.after(delayMs, fn);
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
