/**
 * A client's end of the wire: requests out, events in, what they tell of rooms, messages for whoever waits, and the one end
 * of it all. Knows the wire; not what a program does with it.
 */
import {
  CancelledError,
  DisconnectedError,
  errorCode,
  errorText,
  RefusedError,
  RequestTimeoutError,
  StarlingError,
} from '../../errors.js';
import type { Cancel, Clock } from '../../time/clock.js';
import type { ConnectionManager } from '../connection-manager.js';
import type { MessageDefinitions } from '../definitions/message-definitions.js';
import type { Endpoint } from '../endpoint.js';
import type { Json } from '../json.js';
import type { Kwargs } from '../message.js';
import { Inbox, type InboxLimits, type Wanted } from './inbox.js';
import { KwargsReader } from './kwargs-reader.js';
import { type Listener, Listeners } from './listeners.js';
import { maxRequestBytes, requestBytes } from './request-size.js';
import { RequestWindow } from './request-window.js';
import { messageBytes, type RoomMessage, readRoomMessage } from './room-message.js';
import type { RoomEvent, Values } from './room-types.js';
import { RoomViews, type ViewEvent } from './room-views.js';
import { eventAction, readEvent, telemetryRequest } from './wire.js';

const defaultInbox: InboxLimits = { maxMessages: 1000, maxBytes: 16 * 1024 * 1024 };

export type WaitOptions = {
  /** How long to wait, ms; absent: for ever. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
};

export type ClientLinkOptions = {
  /** Connected, and of no other use; closed with the client. */
  readonly connection: ConnectionManager;
  /** The connection's, and of no other. */
  readonly endpoint: Endpoint;
  readonly clock: Clock;
  /** Messages of these names are checked, sent and received; all others may hold anything. */
  readonly definitions?: MessageDefinitions | undefined;
  /** Messages that nobody has asked for yet; default 1,000 and 16 MiB. */
  readonly inbox?: InboxLimits | undefined;
  /** Takes what a callback throws; without it, that ends the connection. */
  readonly onError?: ((error: unknown) => void) | undefined;
};

/** What happened, told when the rooms know of it already. */
export type RoomNews =
  | ViewEvent
  | { readonly type: 'memberVariables'; readonly memberId: string; readonly changed: Values }
  | { readonly type: 'roomVariables'; readonly room: string; readonly changed: Values }
  /** Something came that does not fit; it was dropped, nothing else was. */
  | { readonly type: 'refused'; readonly code: string; readonly text: string };

export class ClientLink {
  readonly views = new RoomViews();
  /** Messages that nobody has asked for. */
  readonly inbox: Inbox;
  /** Resolves, never rejects. */
  readonly closed: Promise<StarlingError>;
  readonly #options: ClientLinkOptions;
  readonly #window = new RequestWindow();
  readonly #news: Listeners<RoomNews>;
  readonly #named = new Map<string, Listeners<RoomMessage>>();
  readonly #all: Listeners<RoomMessage>;
  #resolveClosed: (error: StarlingError) => void = () => undefined;

  constructor(options: ClientLinkOptions) {
    const { connection, endpoint, inbox = defaultInbox } = options;
    this.#options = options;
    this.inbox = new Inbox(inbox);
    this.#news = this.#listeners();
    this.#all = this.#listeners();
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    endpoint.messageCallback(eventAction, (_, ...args) =>
      this.#contained('an event', args.at(-1), (reader) => this.#takeEvent(readEvent(reader))),
    );
    endpoint.requestCallback(telemetryRequest, (_, ...args) => {
      this.#contained('telemetry', args.at(-1), (reader) => this.#takeTelemetry(reader));
      return null;
    });
    connection.onEvent((event) => {
      if (event.type === 'disconnected' || event.type === 'closed')
        this.end(new DisconnectedError(`the connection is lost: ${event.reason}`));
    });
  }

  /**
   * @throws as `ConnectionManager.getResponse`; QueueFullError when too many wait; RefusedError `too_large` for what no
   * server takes.
   */
  async request(name: string, kwargs: Kwargs = {}, { timeoutMs, signal }: WaitOptions = {}): Promise<Json> {
    const sizeBytes = requestBytes(kwargs);
    if (sizeBytes > maxRequestBytes)
      throw new RefusedError(
        'too_large',
        `${sizeBytes} bytes in one request: at most ${maxRequestBytes} are taken`,
      );
    const send = () => this.#options.connection.getResponse(name, { kwargs, timeoutMs, signal });
    return this.#window.through(send, sizeBytes);
  }

  /** The next message that is wanted. @throws RequestTimeoutError, CancelledError; whatever ended the connection. */
  async wait(wanted: Wanted, what: string, { timeoutMs, signal }: WaitOptions): Promise<RoomMessage> {
    if (signal?.aborted) throw new CancelledError(what);
    const waiting = this.inbox.wait(wanted);
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

  /** `name` undefined: of each message. */
  onMessage(name: string | undefined, callback: Listener<RoomMessage>): Cancel {
    if (name === undefined) return this.#all.add(callback);
    const callbacks = this.#named.get(name) ?? this.#listeners();
    this.#named.set(name, callbacks);
    return callbacks.add(callback);
  }

  onNews(listener: Listener<RoomNews>): Cancel {
    return this.#news.add(listener);
  }

  /** Nothing comes any more; the first reason counts. */
  end(error: StarlingError): void {
    this.inbox.end(error);
    this.#resolveClosed(error);
  }

  #takeEvent(event: RoomEvent): void {
    if (event.type === 'message') this.#takeMessage(readRoomMessage(event, this.#options.definitions));
    else if (event.type === 'ended') this.end(new RefusedError(event.code, event.reason));
    else if (this.views.apply(event)) this.#news.tell(event);
  }

  #takeMessage(message: RoomMessage): void {
    const isReceived = this.inbox.give(message);
    const named = message.name === undefined ? undefined : this.#named.get(message.name);
    const isHeard = [named, this.#all].filter((callbacks) => callbacks?.tell(message));
    if (!isReceived && isHeard.length === 0) this.inbox.keep(message, messageBytes(message));
  }

  #takeTelemetry(reader: KwargsReader): void {
    const members = reader.object('members');
    for (const memberId of members.keys) {
      const changed = members.values(memberId);
      if (this.views.changeMember(memberId, changed))
        this.#news.tell({ type: 'memberVariables', memberId, changed });
    }
    const rooms = reader.object('rooms');
    for (const room of rooms.keys) {
      const changed = rooms.values(room);
      if (this.views.changeRoom(room, changed)) this.#news.tell({ type: 'roomVariables', room, changed });
    }
  }

  /** What does not fit costs nothing but itself. */
  #contained(what: string, kwargs: Json | undefined, take: (reader: KwargsReader) => void): void {
    try {
      take(new KwargsReader(what, kwargs));
    } catch (error) {
      if (!(error instanceof StarlingError)) throw error;
      this.#news.tell({ type: 'refused', code: errorCode(error), text: error.message });
    }
  }

  #listeners<Item>(): Listeners<Item> {
    return new Listeners((error) => this.#report(error));
  }

  #report(cause: unknown): void {
    const { onError, connection } = this.#options;
    if (onError) {
      onError(cause);
      return;
    }
    this.end(new StarlingError('callback_failed', `a callback threw: ${errorText(cause)}`, { cause }));
    connection.close('a callback threw');
  }
}
