/**
 * A vehicle whose autopilot is reached by MAVLink over a link given from outside: the port's commands and setpoints,
 * said as the autopilot's flavour wants them. Knows no sockets and no ports.
 */
import { common, type MavLinkData, minimal, standard } from 'mavlink-mappings';
import { DisconnectedError, errorText, NotSupportedError } from '../../../lib/errors.js';
import { type Cancel, type Clock, every } from '../../../lib/time/clock.js';
import type {
  AttitudeSetpoint,
  GlobalSetpoint,
  Setpoint,
  Vehicle,
  VehicleEvent,
  VehicleMaintenance,
  VehicleState,
} from '../vehicle.js';
import { CalibrationReader } from './calibration.js';
import { CommandTracker } from './commands.js';
import type { Flavour } from './flavour.js';
import { MavlinkMaintenance } from './maintenance.js';
import { AutopilotEvent, ParamValueBits } from './messages.js';
import { type Operation, Operations } from './operations.js';
import {
  commandLong,
  companionComponentId,
  intervalRequest,
  ledControl,
  paramRequestRead,
  versionRequest,
} from './outgoing.js';
import { RefusalReasons } from './refusal-reasons.js';
import { AutopilotSession, type SessionOptions } from './session.js';
import { SetpointSender } from './setpoint-sender.js';
import { StatusTextAssembler } from './status-text.js';
import type { WantedStream } from './stream-keeper.js';

export type MavlinkVehicleOptions = SessionOptions & {
  /** Takes what a listener of `onEvent` threw. */
  readonly reportError?: (error: unknown) => void;
};

/** Grain of resends and time limits. */
const tickMs = 50;
/** A take-off that has not begun by then is asked for again, ms. */
const takeOffMs = 2500;
/** Source: MAV_CMD_COMPONENT_ARM_DISARM, param2 that forces. */
const forceCode = 21196;

const { COMPONENT_ARM_DISARM, DO_SET_MODE, DO_FLIGHTTERMINATION, NAV_TAKEOFF } = common.MavCmd;

export class MavlinkVehicle implements Vehicle {
  readonly #clock: Clock;
  readonly #reportError: (error: unknown) => void;
  readonly #session: AutopilotSession;
  readonly #texts = new StatusTextAssembler();
  readonly #reasons = new RefusalReasons();
  readonly #tracker = new CommandTracker((request, confirmation) =>
    this.#session.send(commandLong(request, this.#session.systemId, confirmation)),
  );
  readonly #operations = new Operations(this.#tracker, (result) =>
    this.#reasons.describe(result, this.#nowMs),
  );
  readonly #maintenance: MavlinkMaintenance;
  readonly #setpoints: SetpointSender;
  readonly #listeners = new Set<(event: VehicleEvent) => void>();
  readonly #stopTick: Cancel;
  readonly #ownComponentId: number;
  #calibration: CalibrationReader | undefined;
  #canTerminate = false;

  constructor(options: MavlinkVehicleOptions) {
    const { clock, ownComponentId = companionComponentId, reportError = () => undefined } = options;
    this.#clock = clock;
    this.#reportError = reportError;
    this.#ownComponentId = ownComponentId;
    this.#setpoints = new SetpointSender({
      clock,
      session: () => this.#session,
      takeOff: (heightM) => this.#takeOff(heightM),
      onRefused: (error) =>
        this.#emit({ type: 'textReceived', severity: 3, text: `take-off: ${errorText(error)}` }),
    });
    this.#session = new AutopilotSession(options, this.#listener(), () => this.#setpoints.isAlive);
    this.#maintenance = new MavlinkMaintenance({
      clock,
      state: () => this.state,
      systemId: () => this.#session.systemId,
      send: (message) => this.#session.send(message),
      run: (operation) => this.#run(operation),
      onCalibrated: () => this.#calibration?.forget(),
    });
    this.#stopTick = every(clock, tickMs, () => this.#tick());
  }

  get state(): VehicleState {
    return this.#session.state;
  }

  get maintenance(): VehicleMaintenance {
    return this.#maintenance;
  }

  onEvent(listener: (event: VehicleEvent) => void): () => void {
    const own = (event: VehicleEvent): void => listener(event);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  arm(): Promise<void> {
    const request = { command: COMPONENT_ARM_DISARM, params: [1] };
    return this.#run({ name: 'arm', request, isDone: (state) => state.armed, supersedes: [] });
  }

  disarm(): Promise<void> {
    const request = { command: COMPONENT_ARM_DISARM, params: [0] };
    return this.#run({ name: 'disarm', request, isDone: (state) => !state.armed, supersedes: ['arm'] });
  }

  async kill(): Promise<void> {
    const isDone = (state: VehicleState) => !state.armed;
    const request = { command: COMPONENT_ARM_DISARM, params: [0, forceCode] };
    const forced = this.#run({ name: 'kill', request, isDone, supersedes: ['arm', 'disarm'] });
    if (!this.#canTerminate) return forced;
    // Whichever of the two reaches it first.
    const terminate = { command: DO_FLIGHTTERMINATION, params: [1] };
    const terminated = this.#run({ name: 'terminate', request: terminate, isDone, supersedes: [] });
    await Promise.any([forced, terminated]).catch(() => forced);
  }

  enterOffboard(): Promise<void> {
    return this.#enterMode('enterOffboard', 'offboard', []);
  }

  land(): Promise<void> {
    // From low height it may have touched down, and shows its earlier mode again, before the next heartbeat.
    return this.#enterMode('land', 'land', ['enterOffboard', 'hold', 'returnHome'], ({ armed }) => !armed);
  }

  hold(): Promise<void> {
    return this.#enterMode('hold', 'hold', ['enterOffboard', 'returnHome']);
  }

  returnHome(): Promise<void> {
    return this.#enterMode('returnHome', 'return', ['enterOffboard', 'hold']);
  }

  sendSetpoint(setpoint: Setpoint): void {
    this.#setpoints.sendLocal(setpoint);
  }

  sendGlobalSetpoint(setpoint: GlobalSetpoint): void {
    this.#setpoints.sendGlobal(setpoint);
  }

  sendAttitude(setpoint: AttitudeSetpoint): void {
    this.#setpoints.sendAttitude(setpoint);
  }

  /** LED_CONTROL: lights that the autopilot drives. At most one message; without an autopilot none. */
  sendLedControl(control: Parameters<typeof ledControl>[0]): void {
    if (this.state.connected) this.#session.send(ledControl(control, this.#session.systemId));
  }

  async close(): Promise<void> {
    if (this.#session.isClosed) return;
    this.#stopTick();
    const closed = this.#session.close();
    this.#endCommands();
    this.#listeners.clear();
    await closed;
  }

  get #nowMs(): number {
    return this.#clock.monotonicMs();
  }

  #takeOff(heightM: number): Promise<void> {
    const request = { command: NAV_TAKEOFF, params: [0, 0, 0, 0, 0, 0, heightM] };
    const isDone = ({ landed }: VehicleState) => landed !== 'on_ground';
    return this.#run({ name: 'takeOff', request, isDone, supersedes: [], limitMs: takeOffMs });
  }

  #enterMode(
    name: Operation['name'],
    verb: keyof Flavour['modes'],
    supersedes: readonly Operation['name'][],
    isNeedless: (state: VehicleState) => boolean = () => false,
  ): Promise<void> {
    const { flavour } = this.#session;
    const mode = flavour?.modes[verb] ?? '';
    const request = { command: DO_SET_MODE, params: flavour?.setModeParams(mode) ?? [] };
    const isDone = (state: VehicleState) => state.mode === mode || isNeedless(state);
    return this.#run({ name, request, isDone, supersedes });
  }

  async #run(operation: Operation): Promise<void> {
    if (this.#session.isClosed) throw new DisconnectedError(`${operation.name}: the vehicle was closed`);
    if (!this.state.connected)
      throw new DisconnectedError(`${operation.name}: no heartbeat of the autopilot`);
    if (!this.#session.flavour)
      throw new NotSupportedError(operation.name, 'the autopilot is neither a PX4 nor an ArduPilot');
    return this.#operations.run(operation, () => this.state, this.#nowMs);
  }

  #listener() {
    return {
      stateChanged: (state: VehicleState) => {
        this.#operations.stateChanged(state);
        this.#emit({ type: 'stateChanged' });
      },
      received: (message: MavLinkData) => this.#received(message),
      appeared: (flavour: Flavour) => this.#appeared(flavour),
      missing: (streams: readonly WantedStream[]) => this.#askFor(streams),
      lost: () => this.#endCommands(),
      beat: () => this.#askForCalibration(),
    };
  }

  #tick(): void {
    const nowMs = this.#nowMs;
    this.#tracker.tick(nowMs);
    this.#operations.tick(nowMs);
    this.#maintenance.tick(nowMs);
  }

  #endCommands(): void {
    this.#operations.disconnect();
    this.#maintenance.disconnect();
  }

  #appeared(flavour: Flavour): void {
    this.#maintenance.setEncoding(flavour.paramEncoding);
    this.#calibration = new CalibrationReader(flavour.calibrationParams);
    this.#tracker.submit(versionRequest, { nowMs: this.#nowMs, settle: () => undefined });
  }

  #askFor(streams: readonly WantedStream[]): void {
    for (const { messageId, rateHz } of streams)
      this.#tracker.submit(intervalRequest(messageId, rateHz), {
        nowMs: this.#nowMs,
        settle: ({ type }) => type === 'rejected' && this.#session.streamRefused(messageId),
      });
  }

  #askForCalibration(): void {
    for (const paramId of this.#calibration?.missing ?? [])
      this.#session.send(paramRequestRead(paramId, this.#session.systemId));
  }

  #received(message: MavLinkData): void {
    const { position } = this.state;
    if (message instanceof common.LocalPositionNed && position)
      this.#emit({ type: 'positionReceived', position });
    else if (message instanceof common.GlobalPositionInt) this.#setpoints.positionReceived(message);
    else if (message instanceof common.CommandAck) this.#acknowledged(message);
    else if (message instanceof common.StatusText) this.#textReceived(message);
    else if (message instanceof AutopilotEvent) this.#reasons.eventReceived(message.id, this.#nowMs);
    else if (message instanceof ParamValueBits) this.#paramReceived(message);
    else if (message instanceof standard.AutopilotVersion) this.#versionReceived(message);
    else if (message instanceof minimal.Heartbeat) this.#emit({ type: 'heartbeatReceived' });
  }

  #acknowledged(message: common.CommandAck): void {
    const isOurs =
      (message.targetSystem === 0 || message.targetSystem === this.#session.ownSystemId) &&
      (message.targetComponent === 0 || message.targetComponent === this.#ownComponentId);
    if (isOurs) this.#tracker.acknowledged(message, this.#nowMs);
  }

  #versionReceived({ capabilities }: standard.AutopilotVersion): void {
    const bits = Number(capabilities);
    const { PARAM_ENCODE_BYTEWISE, PARAM_ENCODE_C_CAST, FLIGHT_TERMINATION } = standard.MavProtocolCapability;
    this.#canTerminate = (bits & FLIGHT_TERMINATION) !== 0;
    if ((bits & PARAM_ENCODE_BYTEWISE) !== 0) this.#maintenance.setEncoding('bytes');
    else if ((bits & PARAM_ENCODE_C_CAST) !== 0) this.#maintenance.setEncoding('cast');
  }

  #textReceived(message: common.StatusText): void {
    const completed = this.#texts.push(message);
    if (!completed) return;
    this.#reasons.textReceived(completed.text, this.#nowMs);
    this.#maintenance.textReceived(completed.text);
    this.#emit({ type: 'textReceived', ...completed });
  }

  #paramReceived(message: ParamValueBits): void {
    const value = this.#maintenance.received(message);
    const calibration = this.#calibration?.push(message.paramId, value);
    if (calibration) this.#session.update({ calibration });
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
}
