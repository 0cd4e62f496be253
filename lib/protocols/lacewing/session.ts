/**
 * One client as a Lacewing server sees it: bytes and datagrams in, answers and events out. It knows the client's state and
 * the time; no socket, no other client, and not who may do what: it asks, and is told by `approve…`, `deny`, `deliver`.
 */
import { CorruptFrameError, StarlingError } from '../../errors.js';
import type { Cancel } from '../../time/clock.js';
import { makeContent } from './content.js';
import { denialOf } from './deny.js';
import type {
  LacewingClientMessage,
  LacewingJoined,
  LacewingListedChannel,
  LacewingServerMessage,
} from './messages.js';
import { type LacewingPacket, packDelivery } from './packet.js';
import { Pinger } from './pinger.js';
import type { LacewingAsk, LacewingDelivery, LacewingEvent, SessionOptions } from './session-events.js';
import { SessionIntake } from './session-intake.js';
import { judge, type Verdict } from './session-rules.js';
import { encodeServerMessage } from './stream-messages.js';
import { UdpPeer } from './udp-peer.js';

export class LacewingSession {
  readonly #options: SessionOptions;
  readonly #intake = new SessionIntake();
  readonly #pinger: Pinger;
  readonly #udp: UdpPeer;
  readonly #channels = new Set<number>();
  #stage: 'unconnected' | 'connected' | 'closed' = 'unconnected';
  #clientId: number | undefined;
  #name: string | undefined;
  #asked: LacewingAsk | undefined;
  #isReading = false;
  #isHeld = false;
  #cancelTimeLimit: Cancel;

  constructor(options: SessionOptions) {
    const { clock, limits } = options;
    this.#options = options;
    this.#udp = new UdpPeer(options);
    this.#pinger = new Pinger({
      clock,
      intervalMs: limits.pingIntervalMs,
      timeoutMs: limits.pongTimeoutMs,
      sendPing: () => this.#send({ type: 'ping' }),
      isExcused: () => this.isWaiting,
      onLost: () => this.#fail(`no answer to a ping within ${limits.pongTimeoutMs} ms`),
    });
    this.#cancelTimeLimit = this.#limitTime('Connect', limits.connectTimeoutMs);
  }

  /** Undefined before Connect was asked. */
  get clientId(): number | undefined {
    return this.#clientId;
  }

  /** As it was approved last; undefined before. */
  get name(): string | undefined {
    return this.#name;
  }

  /** The channels that the client is in. */
  get channels(): ReadonlySet<number> {
    return this.#channels;
  }

  /** Connect was granted, and the session is not over. */
  get isConnected(): boolean {
    return this.#stage === 'connected';
  }

  /** An answer is owed, or it is held: bytes that come now wait, and too many of them end the session. Better read none. */
  get isWaiting(): boolean {
    return this.#asked !== undefined || this.#isHeld;
  }

  /** Takes bytes of the client's stream, which are copied. Never throws for what is in them. */
  push(bytes: Uint8Array): void {
    if (this.#stage === 'closed') return;
    this.#guard(() => this.#intake.push(bytes));
    this.#read();
    if (this.isWaiting && this.#intake.isFlooded)
      this.#fail('it sends on and on without waiting for an answer');
  }

  /** Nothing is read on from the stream until `release`: what was told last can not be done yet. */
  hold(): void {
    this.#isHeld = true;
  }

  release(): void {
    this.#isHeld = false;
    this.#read();
  }

  /** The client's stream has ended or broke; `why` for people. */
  end(why = 'the client left'): void {
    this.#close(why);
  }

  /** Takes what came in a datagram with this client's id, from its address. */
  takeDatagram(message: LacewingClientMessage, port: number): void {
    if (!this.isConnected) return;
    if (!this.#udp.mayUse(port)) {
      this.#tell({ type: 'ignored', what: `a datagram from port ${port}, not ${this.#udp.port}` });
      return;
    }
    const isHello = message.type === 'udpHello';
    if (this.#udp.learn(port, isHello)) this.#tell({ type: 'udpReady' });
    if (!isHello) this.#take(message, true);
  }

  /**
   * Grants Connect. For all answers: they do nothing once the session is over.
   * @throws StarlingError (`not_asked`) when the client did not ask this; CorruptFrameError, with the answer still owed,
   * for a name of more than 255 bytes: see `cutName`.
   */
  approveConnect(welcome: string): void {
    const ask = this.#owed('connectAsked');
    if (!ask) return;
    const { maxMessageBytes, nameTimeoutMs } = this.#options.limits;
    this.#answer({ type: 'connectAccepted', clientId: ask.clientId, welcome }, () => {
      this.#stage = 'connected';
      this.#intake.allow(maxMessageBytes);
      this.#pinger.start();
      if (nameTimeoutMs !== undefined) this.#cancelTimeLimit = this.#limitTime('SetName', nameTimeoutMs);
    });
  }

  /** `name`, which may differ from the one asked for (an old spelling, say), is the client's from now on. */
  approveName(name?: string): void {
    const ask = this.#owed('nameAsked');
    const granted = name ?? ask?.name;
    if (granted !== undefined)
      this.#answer({ type: 'nameAccepted', name: granted }, () => this.#rename(granted));
  }

  approveJoin(joined: LacewingJoined): void {
    if (this.#owed('joinAsked'))
      this.#answer({ type: 'channelJoined', ...joined }, () => this.#channels.add(joined.channelId));
  }

  approveLeave(): void {
    const ask = this.#owed('leaveAsked');
    if (ask)
      this.#answer({ type: 'channelLeft', channelId: ask.channelId }, () =>
        this.#channels.delete(ask.channelId),
      );
  }

  approveList(channels: readonly LacewingListedChannel[]): void {
    if (this.#owed('listAsked')) this.#answer({ type: 'channelList', channels }, () => undefined);
  }

  /** Denies what was asked, with the reason that the client is shown; a denied Connect ends the session. */
  deny(reason: string): void {
    const ask = this.#owed();
    if (!ask) return;
    this.#asked = undefined;
    this.#refuse(ask, reason);
    this.#read();
  }

  /**
   * Sends something unasked: what others say, `channelLeft` for one who was thrown out, `nameAccepted` for one who was
   * renamed. False when it did not go: the session is over, or as a datagram (`isBlasted`) when the client has
   * no UDP yet, the message is too large for one, or is none that anybody says.
   * @throws CorruptFrameError for what does not fit its field.
   */
  deliver(message: LacewingDelivery, { isBlasted = false } = {}): boolean {
    return this.deliverPacked(packDelivery(message), { isBlasted });
  }

  /** As `deliver`, for a message to many. */
  deliverPacked(packet: LacewingPacket, { isBlasted = false } = {}): boolean {
    if (!this.isConnected) return false;
    if (isBlasted) return this.#udp.blast(packet);
    const { message, bytes } = packet;
    if (message.type === 'channelLeft') this.#channels.delete(message.channelId);
    if (message.type === 'nameAccepted') this.#rename(message.name);
    this.#options.line.send(bytes());
    return true;
  }

  /** Ends the session; a reason is said to the client as a text on subchannel 0. */
  disconnect(reason: string): void {
    this.#fail(reason);
  }

  #read(): void {
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      while (this.#stage !== 'closed' && !this.isWaiting) {
        const message = this.#guard(() => this.#intake.next());
        if (!message) break;
        this.#take(message, false);
      }
    } finally {
      this.#isReading = false;
    }
  }

  /** Ends the session where its bytes are none of the protocol's. */
  #guard<Value>(read: () => Value): Value | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof CorruptFrameError)) throw error;
      this.#fail(error.message);
      return undefined;
    }
  }

  #take(message: LacewingClientMessage, isBlasted: boolean): void {
    const { maxVariant } = this.#options.limits;
    const state = { isConnected: this.isConnected, name: this.#name, channels: this.#channels, maxVariant };
    if (message.type === 'pong' && this.isConnected && !isBlasted) this.#takePong();
    else this.#apply(judge(message, isBlasted, state));
  }

  #apply(verdict: Verdict): void {
    if ('fatal' in verdict) this.#fail(verdict.fatal);
    else if ('tell' in verdict) this.#tell(verdict.tell);
    else if (verdict.denial !== undefined) this.#refuseByRule(verdict.ask, verdict.denial);
    else if (verdict.ask.type === 'connectAsked') this.#askConnect();
    else this.#ask(verdict.ask);
  }

  #takePong(): void {
    const latencyMs = this.#pinger.answered();
    this.#tell(
      latencyMs === undefined
        ? { type: 'ignored', what: 'a pong without a ping' }
        : { type: 'latency', latencyMs },
    );
  }

  #refuseByRule(ask: LacewingAsk, reason: string): void {
    this.#refuse(ask, reason);
    this.#tell({ type: 'ignored', what: `${ask.type}: ${reason}` });
  }

  #refuse(ask: LacewingAsk, reason: string): void {
    this.#send(denialOf(ask, reason));
    if (ask.type === 'connectAsked') this.#close(reason);
  }

  #askConnect(): void {
    this.#cancelTimeLimit();
    this.#clientId = this.#options.enrol();
    if (this.#clientId === undefined) this.#fail('The server is full.');
    else this.#ask({ type: 'connectAsked', clientId: this.#clientId });
  }

  #ask(ask: LacewingAsk): void {
    this.#asked = ask;
    this.#tell(ask);
  }

  /** What the client waits for an answer to; undefined once the session is over. */
  #owed<Type extends LacewingAsk['type']>(type?: Type): Extract<LacewingAsk, { type: Type }> | undefined {
    if (this.#stage === 'closed') return undefined;
    const asked = this.#asked;
    if (!asked || (type !== undefined && asked.type !== type))
      throw new StarlingError('not_asked', `the client did not ask this (${type ?? 'anything'})`);
    return asked as Extract<LacewingAsk, { type: Type }>;
  }

  #answer(message: LacewingServerMessage, takeEffect: () => void): void {
    const bytes = encodeServerMessage(message);
    this.#asked = undefined;
    takeEffect();
    this.#options.line.send(bytes);
    this.#read();
  }

  #rename(name: string): void {
    this.#name = name;
    this.#cancelTimeLimit();
  }

  #limitTime(what: string, limitMs: number): Cancel {
    return this.#options.clock.after(limitMs, () => this.#fail(`no ${what} within ${limitMs} ms`));
  }

  /** Says why, as far as the client listens yet, and closes. */
  #fail(reason: string): void {
    if (this.#stage === 'unconnected' && this.#intake.isGreeted)
      this.#send({ type: 'connectDenied', reason });
    if (this.#stage === 'connected') this.#send({ type: 'serverMessage', content: makeContent(reason) });
    this.#close(reason);
  }

  #send(message: LacewingServerMessage): void {
    if (this.#stage !== 'closed') this.#options.line.send(encodeServerMessage(message));
  }

  #tell(event: LacewingEvent): void {
    if (this.#stage !== 'closed') this.#options.line.tell(event);
  }

  #close(reason: string): void {
    if (this.#stage === 'closed') return;
    this.#stage = 'closed';
    this.#asked = undefined;
    this.#cancelTimeLimit();
    this.#pinger.stop();
    this.#options.line.end();
    this.#options.dismiss();
    this.#options.line.tell({ type: 'closed', reason });
  }
}
