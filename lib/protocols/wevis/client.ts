/** The user's side of wevis over a stream that somebody else opened: logs in, sends, receives. Knows no socket. */
import type { Duplex } from 'node:stream';
import { CancelledError, errorText, RequestTimeoutError, StarlingError } from '../../errors.js';
import type { Cancel } from '../../time/clock.js';
import type { WevisFields } from './argument-types.js';
import { asOurs, ClientLink, type ClientLinkOptions } from './client-link.js';
import type { WevisMessage } from './codec.js';
import { WevisRejectedError } from './errors.js';
import { Inbox, type InboxLimits } from './inbox.js';
import { wevisProof } from './login.js';
import { schemaVersion } from './message-list.js';
import { PingQueue } from './ping-queue.js';

const defaultLoginMs = 5000;
const defaultPingMs = 5000;
const defaultInbox: InboxLimits = { maxMessages: 1000, maxBytes: 16 * 1024 * 1024 };

export type WaitOptions = {
  /** How long to wait, ms; absent: for ever. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
};

export type WevisClientOptions = ClientLinkOptions & {
  readonly user: string;
  readonly password: string;
  /** Default: says which definitions this client has; servers that do not know that ignore it or want another text. */
  readonly version?: string;
  /** Messages that nobody has asked for yet; default 1,000 and 16 MiB. */
  readonly inbox?: InboxLimits;
  /** Takes what a callback throws; without it, that ends the connection. */
  readonly onError?: (error: unknown) => void;
};

type Callback = (message: WevisMessage) => void;

export class WevisClient {
  readonly #options: WevisClientOptions;
  readonly #link: ClientLink;
  readonly #inbox: Inbox;
  readonly #pings: PingQueue;
  readonly #callbacks = new Map<string, Set<Callback>>();
  readonly #closed: Promise<StarlingError>;

  private constructor(stream: Duplex, options: WevisClientOptions) {
    this.#options = options;
    this.#inbox = new Inbox(options.inbox ?? defaultInbox);
    this.#pings = new PingQueue(options.clock);
    let onClosed: (error: StarlingError) => void = () => undefined;
    this.#closed = new Promise((resolve) => {
      onClosed = resolve;
    });
    this.#link = new ClientLink(stream, options, {
      message: (message) => this.#take(message),
      ended: (error) => {
        this.#inbox.end(error);
        this.#pings.end(error);
        onClosed(error);
      },
    });
  }

  /**
   * Logs in over a connected stream, which is closed when that fails.
   * @throws WevisRejectedError; RequestTimeoutError (5 s unless told otherwise), CancelledError; DisconnectedError when
   * the server leaves; CorruptFrameError for what is no wevis; WevisValueError for a name that can not be sent.
   */
  static async login(stream: Duplex, options: WevisClientOptions & WaitOptions): Promise<WevisClient> {
    const { clock, timeoutMs = defaultLoginMs, signal } = options;
    if (signal?.aborted) {
      stream.destroy();
      throw new CancelledError('login');
    }
    const client = new WevisClient(stream, options);
    const onAbort = () => client.#link.fail(new CancelledError('login'));
    const cancelTimeout = clock.after(timeoutMs, () =>
      client.#link.fail(new RequestTimeoutError('login', timeoutMs)),
    );
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      await client.#logIn();
      return client;
    } catch (error) {
      client.#link.fail(asOurs(error));
      throw error;
    } finally {
      cancelTimeout();
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /** Resolves, never rejects, with why nothing comes any more, this client's own `close` included. */
  get closed(): Promise<StarlingError> {
    return this.#closed;
  }

  /** Messages that were neither received nor had a callback, and had to make room for newer ones. */
  get dropped(): number {
    return this.#inbox.dropped;
  }

  /**
   * Queues a message.
   * @throws WevisValueError when it does not fit its definition; QueueFullError when the server reads too slowly;
   * whatever ended the connection, once it has ended.
   */
  send(name: string, fields: WevisFields = {}): void {
    this.#link.send(this.#options.definitions.userMessage(name), fields);
  }

  /**
   * Calls back for each message of the name, those that wait already first.
   * @throws WevisValueError when no message has that name.
   */
  on(name: string, callback: Callback): Cancel {
    this.#options.definitions.named(name);
    const callbacks = this.#callbacks.get(name) ?? new Set();
    this.#callbacks.set(name, callbacks.add(callback));
    queueMicrotask(() => {
      if (callbacks.has(callback)) for (const message of this.#inbox.takeAll(name)) this.#callBack(message);
    });
    return () => callbacks.delete(callback);
  }

  /**
   * The next message of the name, or of one of the names; what came earlier and was not asked for comes first. Callbacks
   * get it as well.
   * @throws WevisValueError when no message has that name; RequestTimeoutError, CancelledError; whatever ended the
   * connection.
   */
  async receive(names: string | readonly string[], options: WaitOptions = {}): Promise<WevisMessage> {
    const wanted = new Set(typeof names === 'string' ? [names] : names);
    for (const name of wanted) this.#options.definitions.named(name);
    return this.#wait(wanted, `receive ${[...wanted].join(', ')}`, options);
  }

  /**
   * Asks the server for a sign of life. The reference's server gives none; Starling's does.
   * @returns The time there and back, ms.
   * @throws RequestTimeoutError (5 s unless told otherwise); whatever ended the connection.
   */
  ping({ timeoutMs = defaultPingMs }: { readonly timeoutMs?: number } = {}): Promise<number> {
    return this.#pings.ask(() => this.#sendOwn('_ping'), timeoutMs);
  }

  /** Sends what waits and closes; resolves when the connection is closed. Who still waits for messages gets an error. */
  close(): Promise<void> {
    return this.#link.close();
  }

  async #logIn(): Promise<void> {
    const { user, password, definitions, version = schemaVersion(definitions) } = this.#options;
    const welcome = await this.receive('_welcome');
    const proof = wevisProof(password, String(welcome.fields.salt));
    this.#sendOwn('_login', { username: user, password: proof, version });
    const answer = await this.receive(['_loginAccept', '_loginReject']);
    if (answer.name === '_loginReject') throw new WevisRejectedError(String(answer.fields.reason));
  }

  async #wait(
    names: ReadonlySet<string>,
    what: string,
    { timeoutMs, signal }: WaitOptions,
  ): Promise<WevisMessage> {
    if (signal?.aborted) throw new CancelledError(what);
    const waiting = this.#inbox.wait(names);
    const onAbort = () => waiting.cancel(new CancelledError(what));
    signal?.addEventListener('abort', onAbort, { once: true });
    const cancelTimeout =
      timeoutMs === undefined
        ? undefined
        : this.#options.clock.after(timeoutMs, () =>
            waiting.cancel(new RequestTimeoutError(what, timeoutMs)),
          );
    try {
      return await waiting.message;
    } finally {
      cancelTimeout?.();
      signal?.removeEventListener('abort', onAbort);
    }
  }

  #take(message: WevisMessage): void {
    if (message.name === '_ping') this.#sendOwn('_pong');
    if (message.name === '_pong' && this.#pings.answer()) return;
    const isReceived = this.#inbox.give(message);
    const isCalledBack = this.#callBack(message);
    if (!isReceived && !isCalledBack && message.name !== '_ping') this.#inbox.keep(message);
  }

  /** Whether anybody was called. */
  #callBack(message: WevisMessage): boolean {
    const callbacks = this.#callbacks.get(message.name);
    if (!callbacks || callbacks.size === 0) return false;
    for (const callback of callbacks) {
      try {
        callback(message);
      } catch (error) {
        this.#report(error, message.name);
      }
    }
    return true;
  }

  #report(cause: unknown, name: string): void {
    if (this.#options.onError) this.#options.onError(cause);
    else
      this.#link.fail(
        new StarlingError('callback_failed', `the callback of ${name} threw: ${errorText(cause)}`, { cause }),
      );
  }

  #sendOwn(name: string, fields?: WevisFields): void {
    this.#link.send(this.#options.definitions.named(name), fields);
  }
}
