/**
 * The conversation with one autopilot over one link: who it is, whether it is there, its state, what it streams, and
 * our own heartbeat. Knows no commands and no setpoints: their owner is told of each message and sends through here.
 */
import { common, type MavLinkData, minimal, standard } from 'mavlink-mappings';
import { type Cancel, type Clock, every } from '../../../lib/time/clock.js';
import type { VehicleState } from '../vehicle.js';
import { MavlinkDecoder, MavlinkEncoder, type ReceivedMessage } from './codec.js';
import { type Flavour, flavourOf } from './flavour.js';
import type { MavlinkLink } from './link.js';
import {
  autopilotComponentId,
  companionComponentId,
  companionHeartbeat,
  groundStation,
  groundStationHeartbeat,
  timesyncAnswer,
  wantedStreams,
} from './outgoing.js';
import type { MavlinkSigner } from './signing.js';
import { reduceMessage, unknownState } from './state.js';
import { StreamKeeper, type WantedStream } from './stream-keeper.js';
import { Timesync } from './timesync.js';

export type SessionOptions = {
  readonly link: MavlinkLink;
  readonly clock: Clock;
  /** The autopilot's system id; without it the first autopilot heard on the link is ours. */
  readonly systemId?: number;
  /** Ours; default: the autopilot's system id and 191, a companion's component id. */
  readonly ownSystemId?: number;
  readonly ownComponentId?: number;
  /** Signs what we send and drops what is not signed with the same key. */
  readonly signer?: MavlinkSigner;
};

/** What the session tells its owner. */
export type SessionListener = {
  /** The state changed; it is already the new one. */
  stateChanged(state: VehicleState): void;
  /** A message of our autopilot, already in the state. */
  received(message: MavLinkData): void;
  /** It is there (again), or has booted anew: it may have forgotten what it was told. */
  appeared(flavour: Flavour): void;
  /** A message that should come does not: to be asked for. */
  missing(streams: readonly WantedStream[]): void;
  /** No heartbeat for 5 s, or the link is gone. */
  lost(): void;
  /** Once a second while it is there. */
  beat(): void;
};

/** Source: MAVLink heartbeat protocol; 1 Hz, lost after five. */
const heartbeatMs = 1000;
const lostAfterMs = 5000;
const tickMs = 50;
/** A time of boot that falls back by more than this is a new boot, ms. */
const rebootMs = 1000;
/** The system id that we speak under until an autopilot was heard. Source: MAVLink, the default of autopilots. */
const firstSystemId = 1;

export class AutopilotSession {
  readonly #options: SessionOptions;
  readonly #listener: SessionListener;
  readonly #decoder: MavlinkDecoder;
  readonly #streams = new StreamKeeper(wantedStreams);
  readonly #timesync = new Timesync();
  readonly #stopTimers: readonly Cancel[];
  readonly #asGroundStation: MavlinkEncoder;
  /** Whether the heartbeat that a ground station would send may go out: nobody else may keep a dead client alive. */
  readonly #mayBeatAsGroundStation: () => boolean;
  #systemId: number | undefined;
  #encoder: MavlinkEncoder;
  #flavour: Flavour | undefined;
  #state = unknownState;
  #lastHeartbeatMs = 0;
  #bootMs = 0;
  #isClosed = false;

  constructor(options: SessionOptions, listener: SessionListener, mayBeatAsGroundStation: () => boolean) {
    this.#options = options;
    this.#listener = listener;
    this.#mayBeatAsGroundStation = mayBeatAsGroundStation;
    const { link, clock, systemId, signer } = options;
    this.#decoder = new MavlinkDecoder(signer && { signer });
    this.#systemId = systemId;
    this.#encoder = this.#encoderAs(systemId ?? firstSystemId);
    this.#asGroundStation = new MavlinkEncoder(groundStation, signer && { signer });
    link.onData((bytes) => this.#receivedBytes(bytes));
    link.onClose(() => this.#lose());
    link.onReopen?.(() => this.#decoder.reset());
    this.#stopTimers = [
      every(clock, tickMs, () => this.#tick()),
      every(clock, heartbeatMs, () => this.#heartbeat()),
    ];
    this.send(companionHeartbeat());
  }

  get state(): VehicleState {
    return this.#state;
  }

  /** Undefined as long as no autopilot that Starling speaks was heard. */
  get flavour(): Flavour | undefined {
    return this.#flavour;
  }

  /** Of the autopilot; a guess until it was heard. */
  get systemId(): number {
    return this.#systemId ?? firstSystemId;
  }

  /** The one that we speak under. */
  get ownSystemId(): number {
    return this.#options.ownSystemId ?? this.systemId;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Adds what was learnt outside the messages themselves. */
  update(change: Partial<VehicleState>): void {
    this.#setState({ ...this.#state, ...change });
  }

  /** The autopilot does not have this message. */
  streamRefused(messageId: number): void {
    this.#streams.refused(messageId);
  }

  send(message: MavLinkData): void {
    if (!this.#isClosed) this.#options.link.send(this.#encoder.encode(message));
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    for (const stop of this.#stopTimers) stop();
    this.#isClosed = true;
    await this.#options.link.close();
  }

  #encoderAs(autopilotsSystemId: number): MavlinkEncoder {
    const { ownSystemId, ownComponentId, signer } = this.#options;
    const sender = {
      systemId: ownSystemId ?? autopilotsSystemId,
      componentId: ownComponentId ?? companionComponentId,
    };
    return new MavlinkEncoder(sender, signer && { signer });
  }

  #tick(): void {
    const nowMs = this.#options.clock.monotonicMs();
    if (this.#state.connected && nowMs - this.#lastHeartbeatMs >= lostAfterMs) this.#lose();
    if (!this.#state.connected || !this.#flavour) return;
    const request = this.#timesync.tick(nowMs);
    if (request) this.send(request);
  }

  #heartbeat(): void {
    this.send(companionHeartbeat());
    if (!this.#state.connected || !this.#flavour) return;
    if (this.#flavour.watchesGcsHeartbeat && this.#mayBeatAsGroundStation())
      this.#options.link.send(this.#asGroundStation.encode(groundStationHeartbeat()));
    const due = this.#streams.takeDue(this.#options.clock.monotonicMs());
    if (due.length > 0) this.#listener.missing(due);
    this.#listener.beat();
  }

  #lose(): void {
    if (this.#isClosed) return;
    this.#listener.lost();
    this.#setState({ ...this.#state, connected: false });
  }

  #receivedBytes(bytes: Uint8Array): void {
    if (this.#isClosed) return;
    if (this.#options.link.framing === 'datagram') this.#decoder.reset();
    for (const received of this.#decoder.push(bytes)) this.#take(received);
  }

  #take(received: ReceivedMessage): void {
    const { systemId, componentId, message } = received;
    if (this.#isClosed || componentId !== autopilotComponentId) return;
    if (message instanceof minimal.Heartbeat && !this.#meet(systemId, message)) return;
    if (systemId !== this.#systemId) return;
    const nowMs = this.#options.clock.monotonicMs();
    const before = this.#state;
    const hasRebooted = this.#noteBootTime(message);
    if (hasRebooted) this.#timesync.reset();
    if (message instanceof minimal.Heartbeat) this.#lastHeartbeatMs = nowMs;
    this.#streams.heard(messageIdOf(message), nowMs);
    this.#setState(reduceMessage(before, message, this.#contextOf(message, nowMs)));
    if ((!before.connected && this.#state.connected) || hasRebooted) this.#appeared();
    if (message instanceof common.TimeSync) this.#synchronize(message, received, nowMs);
    this.#listener.received(message);
  }

  #contextOf(message: MavLinkData, nowMs: number) {
    const bootMs = bootTimeOf(message);
    const measuredMs = bootMs === undefined ? undefined : this.#timesync.toOwnMs(bootMs);
    return {
      nowMs,
      flavour: this.#flavour,
      ...(measuredMs !== undefined && this.#isLikely(measuredMs, nowMs) && { measuredMs }),
    };
  }

  /** A mapping that puts it into the future is no good one; long ago it was if the line holds things up, and not else. */
  #isLikely(measuredMs: number, nowMs: number): boolean {
    return measuredMs <= nowMs && (measuredMs > nowMs - rebootMs || !this.#timesync.isDoubted);
  }

  #synchronize(message: common.TimeSync, sender: ReceivedMessage, nowMs: number): void {
    if (message.tc1 === 0n) this.send(timesyncAnswer(message, { ...sender, nowMs }));
    else this.#timesync.received(message, nowMs);
  }

  /** Whether the heartbeat is of our autopilot; the first one heard becomes ours, unless we were told which is. */
  #meet(systemId: number, message: minimal.Heartbeat): boolean {
    if (message.autopilot === minimal.MavAutopilot.INVALID) return false;
    if (this.#systemId === undefined) {
      this.#systemId = systemId;
      this.#encoder = this.#encoderAs(systemId);
    }
    if (systemId !== this.#systemId) return false;
    this.#flavour = flavourOf(message.autopilot);
    return true;
  }

  /** True when the autopilot has booted since the last message. */
  #noteBootTime(message: MavLinkData): boolean {
    const bootMs = bootTimeOf(message);
    if (bootMs === undefined) return false;
    const hasRebooted = bootMs < this.#bootMs - rebootMs;
    this.#bootMs = bootMs;
    return hasRebooted;
  }

  #appeared(): void {
    this.#streams.forget();
    if (!this.#flavour) return;
    this.#listener.appeared(this.#flavour);
    this.#heartbeat();
  }

  #setState(state: VehicleState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#listener.stateChanged(state);
  }
}

function messageIdOf(message: MavLinkData): number {
  const { MSG_ID } = message.constructor as { readonly MSG_ID?: number };
  return MSG_ID ?? -1;
}

/** ms since the autopilot's boot, where the message has it. */
function bootTimeOf(message: MavLinkData): number | undefined {
  if (message instanceof standard.AutopilotVersion) return undefined;
  return 'timeBootMs' in message && typeof message.timeBootMs === 'number' ? message.timeBootMs : undefined;
}
