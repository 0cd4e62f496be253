/**
 * A vehicle whose autopilot is reached by MAVLink over a link given from outside: it wires decoder, state, commands
 * and our own heartbeat together. Knows no sockets and no ports; what is special to one autopilot is its `Flavour`.
 */
import { common, type MavLinkData, minimal } from 'mavlink-mappings';
import { DisconnectedError, NotSupportedError } from '../../../lib/errors.js';
import { type Cancel, type Clock, every } from '../../../lib/time/clock.js';
import type { Setpoint, Vehicle, VehicleEvent, VehicleState } from '../vehicle.js';
import { CalibrationReader } from './calibration.js';
import { MavlinkDecoder, MavlinkEncoder, type ReceivedMessage } from './codec.js';
import { type CommandRequest, CommandTracker } from './commands.js';
import { type Flavour, flavourOf } from './flavour.js';
import type { MavlinkLink } from './link.js';
import { AutopilotEvent, ParamValueBits } from './messages.js';
import { type Operation, Operations } from './operations.js';
import {
  autopilotComponentId,
  commandLong,
  companionComponentId,
  companionHeartbeat,
  fillSetpoint,
  intervalRequests,
  paramRequestRead,
  timesyncAnswer,
} from './outgoing.js';
import { RefusalReasons } from './refusal-reasons.js';
import { reduceMessage, unknownState } from './state.js';
import { StatusTextAssembler } from './status-text.js';

export type MavlinkVehicleOptions = {
  readonly link: MavlinkLink;
  readonly clock: Clock;
  /** The autopilot's system id; without it the first autopilot heard on the link is ours. */
  readonly systemId?: number;
  /** Takes what a listener of `onEvent` threw. */
  readonly reportError?: (error: unknown) => void;
};

/** Source: MAVLink heartbeat protocol; 1 Hz, lost after five. */
const heartbeatMs = 1000;
const lostAfterMs = 5000;
/** Grain of resends and time limits. */
const tickMs = 50;
/** The system id that we speak under until an autopilot was heard. */
const firstSystemId = 1;

export class MavlinkVehicle implements Vehicle {
  readonly #link: MavlinkLink;
  readonly #clock: Clock;
  readonly #reportError: (error: unknown) => void;
  readonly #decoder = new MavlinkDecoder();
  readonly #texts = new StatusTextAssembler();
  readonly #reasons = new RefusalReasons();
  readonly #calibration = new CalibrationReader();
  readonly #tracker = new CommandTracker((request, confirmation) => this.#sendCommand(request, confirmation));
  readonly #operations = new Operations(this.#tracker, (result) =>
    this.#reasons.describe(result, this.#nowMs),
  );
  readonly #setpoint = new common.SetPositionTargetLocalNed();
  readonly #listeners = new Set<(event: VehicleEvent) => void>();
  readonly #stopTimers: readonly Cancel[];
  #systemId: number | undefined;
  #encoder: MavlinkEncoder;
  #flavour: Flavour | undefined;
  #state = unknownState;
  #lastHeartbeatMs = 0;
  #isClosed = false;

  constructor(options: MavlinkVehicleOptions) {
    this.#link = options.link;
    this.#clock = options.clock;
    this.#systemId = options.systemId;
    this.#encoder = encoderAs(options.systemId ?? firstSystemId);
    this.#reportError = options.reportError ?? (() => undefined);
    this.#link.onData((bytes) => this.#received(bytes));
    this.#link.onClose(() => this.#lose());
    this.#stopTimers = [
      every(this.#clock, tickMs, () => this.#tick()),
      every(this.#clock, heartbeatMs, () => this.#heartbeat()),
    ];
    this.#send(companionHeartbeat());
  }

  get state(): VehicleState {
    return this.#state;
  }

  onEvent(listener: (event: VehicleEvent) => void): () => void {
    const own = (event: VehicleEvent): void => listener(event);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  arm(): Promise<void> {
    const request = { command: common.MavCmd.COMPONENT_ARM_DISARM, params: [1] };
    return this.#run({ name: 'arm', request, isDone: (state) => state.armed, supersedes: [] });
  }

  disarm(): Promise<void> {
    const request = { command: common.MavCmd.COMPONENT_ARM_DISARM, params: [0] };
    return this.#run({ name: 'disarm', request, isDone: (state) => !state.armed, supersedes: ['arm'] });
  }

  enterOffboard(): Promise<void> {
    return this.#enterMode('enterOffboard', 'offboard', []);
  }

  land(): Promise<void> {
    // From low height it may have touched down, and shows its earlier mode again, before the next heartbeat.
    return this.#enterMode('land', 'land', ['enterOffboard', 'hold'], ({ armed }) => !armed);
  }

  hold(): Promise<void> {
    return this.#enterMode('hold', 'hold', ['enterOffboard']);
  }

  sendSetpoint(setpoint: Setpoint): void {
    fillSetpoint(this.#setpoint, setpoint, { systemId: this.#systemId ?? firstSystemId, nowMs: this.#nowMs });
    this.#send(this.#setpoint);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    for (const stop of this.#stopTimers) stop();
    this.#isClosed = true;
    this.#operations.disconnect();
    this.#listeners.clear();
    await this.#link.close();
  }

  get #nowMs(): number {
    return this.#clock.monotonicMs();
  }

  #enterMode(
    name: Operation['name'],
    verb: keyof Flavour['modes'],
    supersedes: readonly Operation['name'][],
    isNeedless: (state: VehicleState) => boolean = () => false,
  ): Promise<void> {
    const mode = this.#flavour?.modes[verb] ?? '';
    const request = { command: common.MavCmd.DO_SET_MODE, params: this.#flavour?.setModeParams(mode) ?? [] };
    const isDone = (state: VehicleState) => state.mode === mode || isNeedless(state);
    return this.#run({ name, request, isDone, supersedes });
  }

  async #run(operation: Operation): Promise<void> {
    if (this.#isClosed) throw new DisconnectedError(`${operation.name}: the vehicle was closed`);
    if (!this.#state.connected)
      throw new DisconnectedError(`${operation.name}: no heartbeat of the autopilot`);
    if (!this.#flavour) throw new NotSupportedError(operation.name, 'the autopilot is not a PX4');
    return this.#operations.run(operation, () => this.#state, this.#nowMs);
  }

  #tick(): void {
    const nowMs = this.#nowMs;
    this.#tracker.tick(nowMs);
    this.#operations.tick(nowMs);
    if (this.#state.connected && nowMs - this.#lastHeartbeatMs >= lostAfterMs) this.#lose();
  }

  #heartbeat(): void {
    this.#send(companionHeartbeat());
    if (!this.#state.connected || !this.#flavour) return;
    for (const paramId of this.#calibration.missing)
      this.#send(paramRequestRead(paramId, this.#systemId ?? firstSystemId));
  }

  #lose(): void {
    if (this.#isClosed) return;
    this.#operations.disconnect();
    this.#setState({ ...this.#state, connected: false });
  }

  #received(bytes: Uint8Array): void {
    if (this.#isClosed) return;
    if (this.#link.framing === 'datagram') this.#decoder.reset();
    for (const received of this.#decoder.push(bytes)) this.#take(received);
  }

  #take(received: ReceivedMessage): void {
    const { systemId, componentId, message } = received;
    if (this.#isClosed || componentId !== autopilotComponentId) return;
    if (message instanceof minimal.Heartbeat && !this.#meet(systemId, message)) return;
    if (systemId !== this.#systemId) return;
    const nowMs = this.#nowMs;
    const before = this.#state;
    if (message instanceof minimal.Heartbeat) this.#lastHeartbeatMs = nowMs;
    this.#setState(reduceMessage(before, message, { nowMs, flavour: this.#flavour }));
    if (!before.connected && this.#state.connected) this.#appeared();
    this.#react(message, received);
  }

  /** Whether the heartbeat is of our autopilot; the first one heard becomes ours, unless we were told which is. */
  #meet(systemId: number, message: minimal.Heartbeat): boolean {
    if (message.autopilot === minimal.MavAutopilot.INVALID) return false;
    if (this.#systemId === undefined) {
      this.#systemId = systemId;
      this.#encoder = encoderAs(systemId);
    }
    if (systemId !== this.#systemId) return false;
    this.#flavour = flavourOf(message.autopilot);
    return true;
  }

  /** Also after it was lost: it may have rebooted and forgotten what we asked for. */
  #appeared(): void {
    if (!this.#flavour) return;
    for (const request of intervalRequests)
      this.#tracker.submit(request, { nowMs: this.#nowMs, settle: () => undefined });
    this.#heartbeat();
  }

  #react(message: MavLinkData, sender: ReceivedMessage): void {
    const { position } = this.#state;
    if (message instanceof common.LocalPositionNed && position)
      this.#emit({ type: 'positionReceived', position });
    else if (message instanceof minimal.Heartbeat) this.#emit({ type: 'heartbeatReceived' });
    else if (message instanceof common.CommandAck) this.#acknowledged(message);
    else if (message instanceof common.StatusText) this.#textReceived(message);
    else if (message instanceof AutopilotEvent) this.#reasons.eventReceived(message.id, this.#nowMs);
    else if (message instanceof ParamValueBits) this.#paramReceived(message);
    else if (message instanceof common.TimeSync && message.tc1 === 0n)
      this.#send(timesyncAnswer(message, { ...sender, nowMs: this.#nowMs }));
  }

  #acknowledged(message: common.CommandAck): void {
    const isOurs =
      (message.targetSystem === 0 || message.targetSystem === this.#systemId) &&
      (message.targetComponent === 0 || message.targetComponent === companionComponentId);
    if (isOurs) this.#tracker.acknowledged(message, this.#nowMs);
  }

  #textReceived(message: common.StatusText): void {
    const completed = this.#texts.push(message);
    if (!completed) return;
    this.#reasons.textReceived(completed.text, this.#nowMs);
    this.#emit({ type: 'textReceived', ...completed });
  }

  #paramReceived(message: ParamValueBits): void {
    const value = this.#flavour?.integerParam(message.paramBits);
    const calibration = value === undefined ? undefined : this.#calibration.push(message.paramId, value);
    if (calibration) this.#setState({ ...this.#state, calibration });
  }

  #setState(state: VehicleState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#operations.stateChanged(state);
    this.#emit({ type: 'stateChanged' });
  }

  #emit(event: VehicleEvent): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(event);
      } catch (error) {
        this.#reportError(error);
      }
    }
  }

  #sendCommand(request: CommandRequest, confirmation: number): void {
    this.#send(commandLong(request, this.#systemId ?? firstSystemId, confirmation));
  }

  #send(message: MavLinkData): void {
    if (!this.#isClosed) this.#link.send(this.#encoder.encode(message));
  }
}

function encoderAs(systemId: number): MavlinkEncoder {
  return new MavlinkEncoder({ systemId, componentId: companionComponentId });
}
