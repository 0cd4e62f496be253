/**
 * One link to a peer from connect to loss: hello, first-frame limit, pings, and what they tell of the peer.
 * Knows time and messages; no handlers, and no other session.
 */
import type { Duplex } from 'node:stream';
import type { Cancel, Clock } from '../../time/clock.js';
import { every } from '../../time/clock.js';
import { createActionMessage } from '../create-message.js';
import type { FrameLimits } from '../frame-decoder.js';
import type { Json } from '../json.js';
import type { Kwargs, Message } from '../message.js';
import { type ClockOffset, Heartbeat } from './heartbeat.js';
import { type Hello, helloAction, helloKwargs, readHello } from './hello.js';
import type { OutgoingFrame, OutgoingLanes } from './outgoing-lanes.js';
import { StreamLink } from './stream-link.js';

/** A peer that has not said hello by then is an old one, ms. Source: the protocol, additions, 1. */
const helloTimeoutMs = 1000;

export type SessionOptions = {
  readonly clock: Clock;
  readonly lanes: OutgoingLanes;
  readonly hello: Hello | undefined;
  readonly limits: FrameLimits;
  readonly maxStreamBytes: number;
  readonly firstFrameTimeoutMs: number;
  readonly heartbeatIntervalMs: number;
  readonly maxFails: number;
};

/** To whom a session tells what happens. */
export interface SessionOwner {
  /** Every message but a hello. */
  received(message: Message): void;
  helloReceived(hello: Hello): void;
  heartbeat(latencyMs: number): void;
  warn(text: string): void;
  /** Told at most once, and not after `end` or `destroy`. */
  lost(session: Session, reason: string, error?: Error): void;
  /** Sends a ping; `onAnswer` gets the value of the answer, if one comes. */
  ping(kwargs: Kwargs, onAnswer: (value: Json) => void): void;
}

export class Session {
  readonly #options: SessionOptions;
  readonly #owner: SessionOwner;
  readonly #link: StreamLink;
  readonly #heartbeat: Heartbeat;
  readonly #settled: Promise<Hello | undefined>;
  #settle: (hello: Hello | undefined) => void = () => undefined;
  #isSettled = false;
  #hasHeard = false;
  #heardAtMs: number;
  #peer: Hello | undefined;
  #cancelFirstFrame: Cancel | undefined;
  #cancelHello: Cancel | undefined;
  #cancelBeat: Cancel | undefined;

  constructor(stream: Duplex, options: SessionOptions, owner: SessionOwner) {
    this.#options = options;
    this.#owner = owner;
    this.#heartbeat = new Heartbeat(options.maxFails);
    this.#heardAtMs = options.clock.monotonicMs();
    this.#settled = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.#link = new StreamLink(stream, {
      ...options,
      onBytes: () => {
        this.#heardAtMs = options.clock.monotonicMs();
        this.#heartbeat.noteTraffic();
      },
      onMessage: (message) => this.#receive(message),
      onLost: (reason, error) => this.#owner.lost(this, reason, error),
    });
  }

  start(): void {
    const { clock, hello, firstFrameTimeoutMs } = this.#options;
    this.#cancelFirstFrame = clock.after(firstFrameTimeoutMs, () =>
      this.#owner.lost(this, `no complete frame within ${firstFrameTimeoutMs} ms of connecting`),
    );
    // One more turn, so that a hello that waits in the socket behind a busy event loop is read first.
    this.#cancelHello = clock.after(helloTimeoutMs, () => {
      this.#cancelHello = clock.after(0, () => this.#settleHello(undefined));
    });
    this.#link.start(hello && createActionMessage(helloAction, { kwargs: helloKwargs(hello) }));
  }

  /** What the peer said of itself; undefined for an old peer, and before its hello. */
  get peer(): Hello | undefined {
    return this.#peer;
  }

  /** It has spoken, and ours say hello before all else; a silent peer may be one of ours that hangs. */
  get isOldPeer(): boolean {
    return this.#hasHeard && !this.#peer;
  }

  /** How long ago a byte came from the peer, or the link began, ms. */
  get heardMsAgo(): number {
    return this.#options.clock.monotonicMs() - this.#heardAtMs;
  }

  hasFeature(feature: string): boolean {
    return this.#peer?.features.includes(feature) ?? false;
  }

  /** Resolves when it is known whether the peer is one of ours, or the link is lost. */
  helloSettled(): Promise<Hello | undefined> {
    return this.#settled;
  }

  get latencyMs(): number | undefined {
    return this.#heartbeat.latencyMs;
  }

  get clockOffset(): ClockOffset | undefined {
    return this.#heartbeat.clockOffset;
  }

  set limits(limits: FrameLimits) {
    this.#link.limits = limits;
  }

  wake(): void {
    this.#link.wake();
  }

  flush(): void {
    this.#link.flush();
  }

  /** Ends in order. Gives back the frame that was cut, if one was; the stream is dropped when it lingers. */
  end(lingerMs: number): OutgoingFrame | undefined {
    this.#stopTimers();
    const cancelLinger = this.#options.clock.after(lingerMs, () => this.#link.destroy());
    return this.#link.end(cancelLinger);
  }

  /** Drops the stream. Gives back the frame that was cut, if one was. */
  destroy(): OutgoingFrame | undefined {
    this.#stopTimers();
    return this.#link.destroy();
  }

  #stopTimers(): void {
    this.#cancelFirstFrame?.();
    this.#cancelBeat?.();
    this.#settleHello(undefined);
  }

  #receive(message: Message): void {
    this.#hasHeard = true;
    if (this.#cancelFirstFrame) {
      this.#cancelFirstFrame();
      this.#cancelFirstFrame = undefined;
    }
    if (message.type === 'action' && message.action === helloAction) this.#receiveHello(message.kwargs);
    else this.#owner.received(message);
  }

  #receiveHello(kwargs: Kwargs): void {
    if (this.#peer) {
      this.#owner.warn('a second hello is ignored');
      return;
    }
    const hello = readHello(kwargs);
    if (!hello) {
      this.#owner.warn('a hello that can not be understood is ignored');
      return;
    }
    // Whoever was held up for a second is still one of ours: taken for an old peer it would have no clock and no answers.
    if (this.#isSettled) this.#owner.warn('its hello came late');
    this.#peer = hello;
    this.#settleHello(hello);
    this.#owner.helloReceived(hello);
    if (this.hasFeature('heartbeat')) this.#startHeartbeat();
  }

  #settleHello(hello: Hello | undefined): void {
    this.#isSettled = true;
    this.#cancelHello?.();
    this.#settle(hello);
  }

  #startHeartbeat(): void {
    const { clock, heartbeatIntervalMs, maxFails } = this.#options;
    this.#cancelBeat = every(clock, heartbeatIntervalMs, () => {
      if (this.#heartbeat.beat())
        this.#owner.lost(this, `the peer is dead: not a byte within ${maxFails} heartbeats`);
      else this.#ping();
    });
    this.#ping();
  }

  #ping(): void {
    const { clock } = this.#options;
    const sentMs = clock.monotonicMs();
    this.#owner.ping({ sent: clock.utcMs() / 1000 }, (value) => {
      const latencyMs = this.#heartbeat.noteAnswer(value, sentMs, clock.monotonicMs());
      if (latencyMs !== undefined) this.#owner.heartbeat(latencyMs);
    });
  }
}
