/**
 * A simulated autopilot that speaks MAVLink as PX4 or ArduPilot does on its companion link: messages and time in,
 * messages out. Knows no sockets, no clock and nothing of the program that flies it. The same seed, start and input at
 * the same times give the same flight to the bit.
 */
import { ardupilotmega, common, type MavLinkData, minimal, standard } from 'mavlink-mappings';
import type { ReceivedMessage } from '../vehicle/mavlink/codec.js';
import { ParamSetBits } from '../vehicle/mavlink/messages.js';
import type { AutopilotOptions, Truth } from './autopilot-options.js';
import { type CalibratedSensor, Calibration, type CalibrationEnd } from './calibration.js';
import { type Command, type Commanded, commandOf, runCommand } from './command-table.js';
import type { Commander, ModeSource, Situation } from './commander.js';
import type { Fault } from './faults.js';
import type { Firmware } from './firmware.js';
import { firmwareOf } from './firmwares.js';
import { Flight } from './flight.js';
import { Home } from './home.js';
import { Light } from './light.js';
import { eventOf, type Notice, statusTextOf } from './notice.js';
import { OffboardStream } from './offboard-stream.js';
import { ParameterServer } from './parameter-server.js';
import { Parameters } from './parameters.js';
import type { Demand } from './position-control.js';
import { Random } from './random.js';
import { attitudeDemand, globalDemand, localDemand } from './setpoints.js';
import { Streams } from './streams.js';
import { type Report, reportMessage } from './telemetry.js';

export type { AutopilotOptions, Truth } from './autopilot-options.js';

/** Source: MAV_COMP_ID_AUTOPILOT1; 0 means every component, or every system. */
export const autopilotComponentId = 1;
const everyone = 0;
const stepMs = 10;
/** After a longer pause than this the time in between is left out. */
const maxCatchUpMs = 5000;
const bootMs = 500;
const defaultSettleMs = 3000;
/** How long nothing is heard of it when it restarts by command, and by a fault. */
const rebootMs = 2000;
const crashRebootMs = 3000;
/** What a calibration of the gyro leaves in its parameter: some sensor's name. */
const calibratedId = 1310988;

export class Autopilot {
  readonly systemId: number;
  readonly #firmware: Firmware;
  readonly #parameters: Parameters;
  readonly #flight: Flight;
  readonly #home: Home;
  readonly #parameterServer: ParameterServer;
  readonly #stream = new OffboardStream();
  readonly #calibration = new Calibration();
  readonly #light = new Light();
  readonly #random: Random;
  readonly #settleMs: number;
  readonly #sendsStatusText: boolean;
  readonly #commanded: Commanded;
  #commander: Commander;
  #streams: Streams;
  #outbox: MavLinkData[] = [];
  #bootedAtMs: number | undefined;
  #nowMs = 0;
  #eventSequence = 0;
  #isLinkDropped = false;
  #linkCutUntilMs = Number.NEGATIVE_INFINITY;
  #rebootForMs: number | undefined;
  #isModeStuck = false;
  #groundStationHeardMs: number | undefined;
  /** Who asked for the calibration that runs. */
  #calibratesFor: ReceivedMessage | undefined;
  /** Who sent the command that is being carried out. */
  #asking: ReceivedMessage | undefined;

  /** @throws RangeError for a system id that MAVLink does not have, or an unknown parameter. */
  constructor(options: AutopilotOptions) {
    const { systemId, seed, startYawRad = 0, autopilot = 'px4', ledDialect = 'plain' } = options;
    if (!Number.isInteger(systemId) || systemId < 1 || systemId > 255)
      throw new RangeError(`a system id is 1…255, not ${systemId}`);
    this.systemId = systemId;
    this.#firmware = firmwareOf(autopilot, ledDialect);
    this.#settleMs = options.settleMs ?? defaultSettleMs;
    this.#sendsStatusText = options.sendsStatusText ?? false;
    this.#random = new Random(seed);
    const { parameterTable, encoding, systemIdParameter } = this.#firmware;
    const parameters = new Parameters(parameterTable, {
      [systemIdParameter]: systemId,
      ...options.parameters,
    });
    this.#parameters = parameters;
    const send = (message: MavLinkData): void => void this.#outbox.push(message);
    this.#parameterServer = new ParameterServer({ parameters, encoding, send });
    const mode = this.#firmware.makeFlightMode(parameters);
    this.#flight = new Flight({ ...options, startYawRad, parameters, random: this.#random, mode });
    this.#home = new Home(this.#flight.estimator);
    this.#commander = this.#makeCommander();
    this.#streams = new Streams(this.#firmware.defaultRatesHz);
    this.#commanded = this.#makeCommanded();
  }

  get truth(): Truth {
    const { body, battery, landDetector } = this.#flight;
    return {
      positionM: body.positionM,
      velocityMPerS: body.velocityMPerS,
      armed: this.#commander.armed,
      mode: this.#commander.mode,
      isLanded: landDetector.isLanded,
      batteryFraction: battery.fraction,
      ledRgb: this.#light.rgb(this.#nowMs),
    };
  }

  /** Moves on to `nowMs` (monotonic, any zero) in steps of 10 ms; what falls due is in the outbox. The first call boots. */
  step(nowMs: number): void {
    if (this.#bootedAtMs === undefined) {
      this.#bootedAtMs = nowMs;
      this.#nowMs = nowMs;
    }
    if (nowMs - this.#nowMs > maxCatchUpMs) this.#nowMs = nowMs - maxCatchUpMs;
    while (this.#nowMs + stepMs <= nowMs) {
      this.#nowMs += stepMs;
      this.#stepOnce();
    }
    this.#sendDue();
  }

  /** Takes a message from the link. One for another system or component gets no answer at all. */
  receive(received: ReceivedMessage, nowMs: number): void {
    if (this.#isCutOff(nowMs)) return;
    this.step(nowMs);
    if (this.#isBooting) return;
    const { message } = received;
    if ('targetSystem' in message && !isFor(message.targetSystem, this.systemId)) return;
    if ('targetComponent' in message && !isFor(message.targetComponent, autopilotComponentId)) return;
    if (this.#takeSetpoint(message)) return;
    if (message instanceof common.CommandLong || message instanceof common.CommandInt)
      this.#command(commandOf(message), received);
    else if (message instanceof minimal.Heartbeat) this.#heard(message, received.systemId);
    else if (message instanceof common.SetMode) this.#setModeMessage(message, received);
    else if (message instanceof common.TimeSync) this.#timesync(message, received);
    else if (message instanceof common.ParamRequestRead) this.#parameterServer.read(message);
    else if (message instanceof common.ParamRequestList) this.#parameterServer.list();
    else if (message instanceof ParamSetBits) this.#parameterServer.set(message);
    else if (message instanceof ardupilotmega.LedControl) this.#lit(message);
  }

  /** What is to be sent, in order; the outbox is empty afterwards. */
  takeOutbox(): MavLinkData[] {
    const messages = this.#outbox;
    this.#outbox = [];
    return this.#isCutOff(this.#nowMs) ? [] : messages;
  }

  /** A battery of another charge. @throws RangeError outside 0…1. */
  setBatteryFraction(fraction: number): void {
    this.#flight.battery.fraction = fraction;
  }

  /** While true nothing is sent and nothing is heard, as with a pulled cable; it flies on by its own rules. */
  dropLink(isDropped: boolean): void {
    this.#isLinkDropped = isDropped;
  }

  /** Lets a fault happen now. A mode that the pilot can not switch to is refused, as the autopilot does it, in words. */
  applyFault(fault: Fault, nowMs: number): void {
    this.step(nowMs);
    if (this.#flight.applyFault(fault, nowMs)) return;
    if (fault.kind === 'link-cut')
      this.#linkCutUntilMs = nowMs + (fault.durationS ?? Number.POSITIVE_INFINITY) * 1000;
    else if (fault.kind === 'stuck-mode') this.#isModeStuck = true;
    else if (fault.kind === 'reboot') this.#boot(crashRebootMs);
    else if (fault.kind === 'pilot') this.#commander.setMode(fault.mode, this.#situation(), 'pilot');
  }

  /** The pilot's switch. @throws RangeError when the autopilot refuses that mode. */
  setModeByPilot(mode: string): void {
    if (this.#commander.setMode(mode, this.#situation(), 'pilot') !== common.MavResult.ACCEPTED)
      throw new RangeError(`the autopilot does not enter ${mode} now`);
  }

  /** The crew puts it elsewhere on the same ground. @throws Error while it is armed: nobody touches it then. */
  carryTo(positionM: { readonly x: number; readonly y: number }): void {
    if (this.#commander.armed) throw new Error('an armed drone can not be carried');
    this.#flight.body.carryTo(positionM);
  }

  #stepOnce(): void {
    if (this.#rebootForMs !== undefined) this.#boot(this.#rebootForMs);
    this.#flight.step(this.#commander, this.#stream, { nowMs: this.#nowMs, dtS: stepMs / 1000 });
    if (this.#isBooting) return;
    const situation = this.#situation();
    if (!this.#home.localM && situation.isSettled && situation.hasGlobalPosition) this.#setHome();
    this.#commander.step(situation);
    const ended = this.#calibration.step(this.#flight.body.positionM, this.#nowMs);
    if (ended) this.#calibrated(ended);
  }

  /** Everything but the parameters begins anew, in `silentMs`; in the air it falls. */
  #boot(silentMs: number): void {
    this.#rebootForMs = undefined;
    this.#bootedAtMs = this.#nowMs + silentMs;
    this.#commander = this.#makeCommander();
    this.#streams = new Streams(this.#firmware.defaultRatesHz);
    this.#stream.forget();
    this.#flight.mode.reset();
    this.#home.forget();
    this.#flight.mode.homeM = undefined;
    this.#calibration.forget();
    this.#light.forget();
    this.#isModeStuck = false;
    this.#groundStationHeardMs = undefined;
    this.#eventSequence = 0;
  }

  #makeCommander(): Commander {
    return this.#firmware.makeCommander({
      parameters: this.#parameters,
      random: this.#random,
      flightMode: this.#flight.mode,
      settleMs: this.#settleMs,
      tell: (notice) => this.#tell(notice),
    });
  }

  #setHome(): void {
    this.#home.set();
    this.#flight.mode.homeM = this.#home.localM;
  }

  get #sinceBootMs(): number {
    return this.#nowMs - (this.#bootedAtMs ?? this.#nowMs);
  }

  get #isBooting(): boolean {
    return this.#sinceBootMs < 0;
  }

  #isCutOff(nowMs: number): boolean {
    return this.#isLinkDropped || nowMs < this.#linkCutUntilMs;
  }

  #situation(): Situation {
    const { landDetector, estimator, battery, gps } = this.#flight;
    const { isHorizontalValid, isGlobalValid } = estimator.health;
    const heardMs = this.#groundStationHeardMs;
    return {
      nowMs: this.#nowMs,
      sinceBootMs: this.#sinceBootMs,
      isLanded: landDetector.isLanded,
      isSettled: this.#sinceBootMs >= this.#settleMs,
      hasPosition: isHorizontalValid,
      hasGlobalPosition: isGlobalValid,
      hasGpsFix: gps.hasFix,
      isCalibrating: this.#calibration.isRunning,
      stream: this.#stream,
      positionM: estimator.positionM,
      homeM: this.#home.localM,
      batteryFraction: battery.reportedFraction,
      batteryV: battery.cellVoltageV * battery.cells,
      groundStationSilenceMs: heardMs === undefined ? undefined : this.#nowMs - heardMs,
    };
  }

  #report(): Report {
    const situation = this.#situation();
    const commander = this.#commander;
    return {
      firmware: this.#firmware,
      sinceBootMs: this.#sinceBootMs,
      flight: this.#flight,
      home: this.#home,
      stream: this.#stream,
      random: this.#random,
      mode: commander.mode,
      armed: commander.armed,
      isSteered: this.#firmware.isSteered(commander.mode),
      systemStatus: this.#systemStatus(situation),
      isSettled: situation.isSettled,
      get canArm() {
        return commander.armingObstacle(situation) === undefined;
      },
      isGyroCalibrated: this.#parameters.number(this.#firmware.gyroIdParameter) !== 0,
    };
  }

  #systemStatus(situation: Situation): number {
    const { BOOT, UNINIT, CALIBRATING, STANDBY, ACTIVE, CRITICAL, FLIGHT_TERMINATION } = minimal.MavState;
    if (this.#commander.isTerminated) return FLIGHT_TERMINATION;
    if (this.#commander.armed) return this.#commander.isFailsafe ? CRITICAL : ACTIVE;
    if (this.#sinceBootMs < bootMs) return BOOT;
    if (situation.isCalibrating) return CALIBRATING;
    return situation.isSettled ? STANDBY : UNINIT;
  }

  #sendDue(): void {
    if (this.#isBooting) return;
    const due = this.#streams.due(this.#nowMs);
    if (due.length === 0 || this.#isCutOff(this.#nowMs)) return;
    const report = this.#report();
    for (const messageId of due) this.#push(reportMessage(messageId, report));
  }

  #push(message: MavLinkData | undefined): void {
    if (message) this.#outbox.push(message);
  }

  /** True when it was one, whether it is taken or not. */
  #takeSetpoint(message: MavLinkData): boolean {
    let demand: Demand | undefined;
    if (message instanceof common.SetPositionTargetLocalNed) demand = localDemand(message);
    else if (message instanceof common.SetAttitudeTarget) demand = attitudeDemand(message);
    else if (message instanceof common.SetPositionTargetGlobalInt)
      demand = globalDemand(message, (place) => this.#home.toLocal(place));
    else return false;
    if (demand && this.#firmware.takesSetpoints(this.#commander.mode)) this.#stream.take(demand, this.#nowMs);
    return true;
  }

  #heard(heartbeat: minimal.Heartbeat, systemId: number): void {
    const wanted = this.#firmware.groundStationId(this.#parameters);
    const isGroundStation =
      wanted === undefined ? heartbeat.type === minimal.MavType.GCS : systemId === wanted;
    if (isGroundStation) this.#groundStationHeardMs = this.#nowMs;
  }

  #lit(message: ardupilotmega.LedControl): void {
    const colour = this.#firmware.ledColour(message, this.#parameters);
    if (colour) this.#light.set(colour, this.#nowMs);
  }

  #command(command: Command, from: ReceivedMessage): void {
    this.#asking = from;
    const result = runCommand(command, this.#commanded, this.#firmware);
    this.#asking = undefined;
    if (result !== undefined) this.#answer(command.id, result, from);
  }

  #answer(command: number, result: number, to: ReceivedMessage): void {
    const { systemId: targetSystem, componentId: targetComponent } = to;
    const fields = { command, result, targetSystem, targetComponent };
    this.#outbox.push(Object.assign(new common.CommandAck(), fields));
  }

  /** SET_MODE is answered as DO_SET_MODE. Source: observed on PX4. */
  #setModeMessage({ baseMode, customMode }: common.SetMode, from: ReceivedMessage): void {
    const mode = this.#firmware.modeParamsOf(customMode);
    this.#command({ id: common.MavCmd.DO_SET_MODE, params: [baseMode, ...mode] }, from);
  }

  #timesync(message: common.TimeSync, from: ReceivedMessage): void {
    if (message.tc1 !== 0n) return;
    const { systemId: targetSystem, componentId: targetComponent } = from;
    const tc1 = BigInt(Math.round(this.#sinceBootMs * 1e6));
    this.#outbox.push(
      Object.assign(new common.TimeSync(), { tc1, ts1: message.ts1, targetSystem, targetComponent }),
    );
  }

  /** A stuck mode is accepted and not entered. */
  #setMode(mode: string, source: ModeSource = 'command'): number {
    if (this.#isModeStuck) return common.MavResult.ACCEPTED;
    return this.#commander.setMode(mode, this.#situation(), source);
  }

  #makeCommanded(): Commanded {
    const { ACCEPTED, FAILED } = common.MavResult;
    const { results } = this.#firmware;
    return {
      arm: (isForced) => {
        const wasArmed = this.#commander.armed;
        const result = this.#commander.arm(this.#situation(), isForced);
        if (!wasArmed && this.#commander.armed) this.#setHome();
        return result;
      },
      disarm: (isForced) => this.#commander.disarm(this.#situation(), isForced),
      setMode: (mode) => this.#setMode(mode),
      takeOff: (heightM) => this.#takeOff(heightM),
      terminate: () => this.#commander.terminate(this.#situation()),
      calibrate: (sensor) => this.#calibrate(sensor),
      reboot: () => {
        if (this.#commander.armed) return results.whileArmed;
        this.#rebootForMs = rebootMs;
        return ACCEPTED;
      },
      setStreamInterval: (messageId, intervalUs) =>
        this.#streams.setStreamInterval(messageId, intervalUs) ? ACCEPTED : FAILED,
      sendOnce: (messageId) => {
        const isKnown = this.#streams.has(messageId) || messageId === standard.AutopilotVersion.MSG_ID;
        const message = isKnown ? reportMessage(messageId, this.#report()) : undefined;
        this.#push(message);
        return message ? ACCEPTED : results.noSuchMessage;
      },
    };
  }

  #takeOff(heightM: number): number {
    if (this.#isModeStuck) return common.MavResult.ACCEPTED;
    const isFromSea = this.#firmware.takeoffDatum === 'sea';
    const zM = isFromSea ? (this.#home.localZOf(heightM) ?? Number.NaN) : heightM;
    return this.#commander.takeOff(zM, this.#situation());
  }

  #calibrate(sensor: CalibratedSensor): number | undefined {
    if (this.#commander.armed) return this.#firmware.results.whileArmed;
    if (this.#calibration.isRunning) return common.MavResult.TEMPORARILY_REJECTED;
    this.#calibration.begin(sensor, this.#flight.body.positionM, this.#nowMs);
    this.#calibratesFor = this.#asking;
    return this.#firmware.answersCalibration === 'beginning' ? common.MavResult.ACCEPTED : undefined;
  }

  /** How it went is said in words, on PX4 too; ArduPilot also answers the command only now. */
  #calibrated({ sensor, hasFailed }: CalibrationEnd): void {
    const how = hasFailed ? 'failed: it was moved' : `done: ${sensor}`;
    const severity = hasFailed ? common.MavSeverity.CRITICAL : common.MavSeverity.INFO;
    this.#outbox.push(statusTextOf({ number: 0, text: `[cal] calibration ${how}`, severity }));
    if (!hasFailed && sensor === 'gyro')
      this.#parameters.setNumber(this.#firmware.gyroIdParameter, calibratedId);
    if (this.#firmware.answersCalibration === 'beginning' || !this.#calibratesFor) return;
    const { ACCEPTED, FAILED } = common.MavResult;
    const result = hasFailed ? FAILED : ACCEPTED;
    this.#answer(common.MavCmd.PREFLIGHT_CALIBRATION, result, this.#calibratesFor);
  }

  #tell(notice: Notice): void {
    if (this.#firmware.sendsEvents) {
      this.#eventSequence = (this.#eventSequence + 1) & 0xffff;
      this.#outbox.push(eventOf(notice, { sinceBootMs: this.#sinceBootMs, sequence: this.#eventSequence }));
    }
    if (!this.#firmware.sendsEvents || this.#sendsStatusText) this.#outbox.push(statusTextOf(notice));
  }
}

function isFor(target: unknown, own: number): boolean {
  return target === everyone || target === own;
}
