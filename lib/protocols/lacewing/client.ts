/** A Lacewing client over a stream and datagrams that somebody else opened. Knows no socket. */
import { CancelledError, DisconnectedError, NotSupportedError, RefusedError } from '../../errors.js';
import type { Cancel, Clock } from '../../time/clock.js';
import { Answers } from './answers.js';
import { ClientEar } from './client-ear.js';
import type { LacewingChannel, LacewingClientEvent } from './client-events.js';
import { ClientWire, type WireOptions } from './client-wire.js';
import { type LacewingValue, makeContent } from './content.js';
import { type EventOf, Inbox, type ReceiveOptions } from './inbox.js';
import { type LacewingClientMessage, type LacewingListedChannel, lacewingRevision } from './messages.js';
import { cutName } from './names.js';
import { UdpGreeting } from './udp-greeting.js';

export type LacewingClientOptions = WireOptions & {
  readonly clock: Clock;
  /** How long the server may take for an answer, the first datagram's as well, ms. */
  readonly timeoutMs: number;
  /** Ends the client before it is connected. */
  readonly signal?: AbortSignal | undefined;
  /** What a server that asks is told of the program, UTF-8. */
  readonly implementation?: string | undefined;
};

export type SayOptions = {
  /** 0 to 255; default 0. */
  readonly subchannel?: number;
  /** In a datagram: fast, may get lost, out of order. */
  readonly isBlasted?: boolean;
};

export type JoinOptions = {
  /** The channel is in no list. Counts for who creates it. */
  readonly isHidden?: boolean;
  /** The channel ends when its master leaves. Counts for who creates it. */
  readonly isAutoClose?: boolean;
};

/**
 * Connects over the stream: gives the client when the server has granted Connect.
 * @throws LacewingDeniedError, RequestTimeoutError, CancelledError; DisconnectedError when the server leaves;
 * CorruptFrameError when it speaks something else.
 */
export async function openLacewing(options: LacewingClientOptions): Promise<LacewingClient> {
  const client = new LacewingClient(options);
  await client.opened();
  return client;
}

export class LacewingClient {
  readonly #options: LacewingClientOptions;
  readonly #wire: ClientWire;
  readonly #answers: Answers;
  readonly #inbox: Inbox;
  readonly #udp: UdpGreeting;
  readonly #ear: ClientEar;

  /** Use `openLacewing`, or `connectLacewing` for a host and port. */
  constructor(options: LacewingClientOptions) {
    this.#options = options;
    this.#answers = new Answers(options.clock, options.timeoutMs);
    this.#inbox = new Inbox(options.clock);
    this.#udp = new UdpGreeting({
      clock: options.clock,
      timeoutMs: options.timeoutMs,
      sayHello: () => this.#wire.blast(this.#ear.id, { type: 'udpHello' }),
    });
    this.#ear = new ClientEar({
      answers: this.#answers,
      inbox: this.#inbox,
      implementation: options.implementation ?? 'Starling',
      reply: (message, isBlasted) =>
        isBlasted ? this.#wire.blast(this.#ear.id, message) : this.#wire.reply(message),
      onConnected: () => this.#greet(),
      onUdpWelcome: () => this.#udp.welcomed(),
    });
    this.#wire = new ClientWire(options, {
      onMessage: (message, isBlasted) => this.#ear.take(message, isBlasted),
      onEnd: (error) => this.#end(error),
    });
  }

  /** The id that the server gave. */
  get id(): number {
    return this.#ear.id;
  }

  /** As the server has it; undefined before `setName`. */
  get name(): string | undefined {
    return this.#ear.name;
  }

  /** The server's greeting. */
  get welcome(): string {
    return this.#ear.welcome;
  }

  /** The channels that this client is in, by id. */
  get channels(): ReadonlyMap<number, LacewingChannel> {
    return this.#ear.channels.all;
  }

  /** The server takes datagrams and sends them. */
  get isUdpReady(): boolean {
    return this.#udp.isReady;
  }

  /** How many events were let go because they were neither listened to nor received: of more than 1,024 or 16 MiB the oldest. */
  get missed(): number {
    return this.#inbox.missed;
  }

  /** Part of opening: waits for the server's yes. Closes the client otherwise. */
  async opened(): Promise<void> {
    const { signal } = this.#options;
    const onAbort = () => this.#answers.rejectAll(new CancelledError('connect'));
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      const connected = this.#ask<void>({ type: 'connect', revision: lacewingRevision });
      if (signal?.aborted) onAbort();
      await connected;
    } catch (error) {
      this.close();
      throw error;
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /**
   * Resolves when the server takes datagrams: blast from then on.
   * @throws RequestTimeoutError when it does not answer; DisconnectedError; NotSupportedError when UDP was not wanted.
   */
  udpReady(): Promise<void> {
    return this.#udp.ready;
  }

  /**
   * Gives the name as the server has it.
   * @throws as all requests do: LacewingDeniedError, RequestTimeoutError, DisconnectedError; RefusedError for a name of
   * more than 255 bytes.
   */
  setName(name: string): Promise<string> {
    return this.#askBy(name, { type: 'setName', name });
  }

  /** Joins the channel, which is created when there is none of that name. Throws as all requests do. */
  join(name: string, { isHidden = false, isAutoClose = false }: JoinOptions = {}): Promise<LacewingChannel> {
    return this.#askBy(name, { type: 'joinChannel', name, isHidden, isAutoClose });
  }

  /** Throws as all requests do. */
  leave(channelId: number): Promise<void> {
    return this.#ask({ type: 'leaveChannel', channelId }, channelId);
  }

  /** The channels that are not hidden. Throws as all requests do. */
  listChannels(): Promise<readonly LacewingListedChannel[]> {
    return this.#ask({ type: 'listChannels' });
  }

  /**
   * Says something to the server itself.
   * @throws as all that is said: DisconnectedError, QueueFullError; CorruptFrameError for what does not fit; with
   * `isBlasted` NotSupportedError before UDP is ready.
   */
  sendToServer(value: LacewingValue, options: SayOptions = {}): void {
    this.#say({ type: 'serverMessage', content: makeContent(value, options.subchannel) }, options);
  }

  /** Says something to all others in a channel. The server leaves it alone when this client is not in it. */
  sendToChannel(channelId: number, value: LacewingValue, options: SayOptions = {}): void {
    const content = makeContent(value, options.subchannel);
    this.#say({ type: 'channelMessage', channelId, content }, options);
  }

  /** Says something to one peer in a channel. */
  sendToPeer(
    to: { readonly channelId: number; readonly peerId: number },
    value: LacewingValue,
    options: SayOptions = {},
  ): void {
    const { channelId, peerId } = to;
    this.#say(
      { type: 'peerMessage', channelId, peerId, content: makeContent(value, options.subchannel) },
      options,
    );
  }

  /** Puts a peer out of a channel whose master this client is. There is no answer but the peer's leaving. */
  kick(channelId: number, peerId: number): void {
    this.#wire.send({ type: 'channelMaster', channelId, action: 0, peerId });
  }

  /** Calls `listener` with every event of the type, from now on and until the cancel; its errors are its own. */
  on<Type extends LacewingClientEvent['type']>(type: Type, listener: (event: EventOf<Type>) => void): Cancel {
    return this.#inbox.on(type, listener);
  }

  /**
   * Takes the oldest event of the type that nobody has taken or listened to, or waits for the next.
   * @throws RequestTimeoutError, CancelledError; DisconnectedError (or what broke the connection) when none comes any more.
   */
  receive<Type extends LacewingClientEvent['type']>(
    type: Type,
    options: ReceiveOptions<Type> = {},
  ): Promise<EventOf<Type>> {
    return this.#inbox.receive(type, options);
  }

  /** Leaves: what was said before is still sent; what waits for an answer fails with DisconnectedError. */
  close(): void {
    this.#wire.close();
  }

  /** Some servers answer a name that is too long with a frame that can not be read. */
  #askBy<Value>(name: string, message: LacewingClientMessage): Promise<Value> {
    if (cutName(name) === name) return this.#ask(message, name);
    return Promise.reject(new RefusedError('bad_name', 'a name has at most 255 bytes of UTF-8'));
  }

  #ask<Value>(message: LacewingClientMessage, key: string | number = ''): Promise<Value> {
    try {
      this.#wire.send(message);
    } catch (error) {
      return Promise.reject(error);
    }
    return this.#answers.wait<Value>(message.type, key);
  }

  #say(message: LacewingClientMessage, { isBlasted = false }: SayOptions): void {
    if (!isBlasted || this.#wire.isOver) this.#wire.send(message);
    else if (this.#udp.isReady) this.#wire.blast(this.#ear.id, message);
    else
      throw new NotSupportedError('blasting', 'the server has not answered over UDP (yet): await udpReady()');
  }

  #greet(): void {
    if (this.#wire.hasDatagrams) this.#udp.start();
    else this.#udp.fail(new NotSupportedError('blasting', 'this client was connected without UDP'));
  }

  #end(error: Error | undefined): void {
    const why = error ?? new DisconnectedError('this client has left');
    this.#answers.rejectAll(why);
    this.#udp.fail(why);
    this.#inbox.put({ type: 'disconnected', error });
    this.#inbox.end(why);
  }
}
