/**
 * A simulated autopilot that speaks MAVLink as PX4 or ArduPilot does on its companion link: messages and time in,
 * messages out. Knows no sockets, no clock and nothing of the program that flies it. The same seed, start and input at
 * the same times give the same flight to the bit.
 */
import { ardupilotmega, common, type MavLinkData, minimal } from 'mavlink-mappings';
import type { ReceivedMessage } from '../vehicle/mavlink/codec.js';
import { ParamSetBits } from '../vehicle/mavlink/messages.js';
import type { AutopilotOptions, Truth } from './autopilot-options.js';
import { commandOf } from './command-table.js';
import type { Fault } from './faults.js';
import type { Firmware } from './firmware.js';
import { firmwareOf } from './firmwares.js';
import { Flight } from './flight.js';
import { OffboardStream } from './offboard-stream.js';
import { Orders } from './orders.js';
import { Outbox } from './outbox.js';
import { ParameterServer } from './parameter-server.js';
import { Parameters } from './parameters.js';
import { Random } from './random.js';
import { demandOf, isSetpoint } from './setpoints.js';
import { type Report, reportMessage } from './telemetry.js';
import { Uptime, type UptimeOptions } from './uptime.js';

export type { AutopilotOptions, Truth } from './autopilot-options.js';

/** Source: MAV_COMP_ID_AUTOPILOT1; 0 means every component, or every system. */
export const autopilotComponentId = 1;
const everyone = 0;
const stepMs = 10;
/** After a longer pause than this the time in between is left out. */
const maxCatchUpMs = 5000;
const defaultSettleMs = 3000;
/** How long nothing is heard of it when it restarts by command, and by a fault. */
const rebootMs = 2000;
const crashRebootMs = 3000;

export class Autopilot {
  readonly systemId: number;
  readonly #firmware: Firmware;
  readonly #parameters: Parameters;
  readonly #flight: Flight;
  readonly #parameterServer: ParameterServer;
  readonly #outbox: Outbox;
  readonly #orders: Orders;
  readonly #stream = new OffboardStream();
  readonly #random: Random;
  readonly #uptimeOptions: UptimeOptions;
  #uptime: Uptime;
  #hasBooted = false;
  #nowMs = 0;
  #isLinkDropped = false;
  #linkCutUntilMs = Number.NEGATIVE_INFINITY;
  #rebootForMs: number | undefined;

  /** @throws RangeError for a system id that MAVLink does not have, or an unknown parameter. */
  constructor(options: AutopilotOptions) {
    const { systemId, seed, startYawRad = 0, autopilot = 'px4', ledDialect = 'plain' } = options;
    if (!Number.isInteger(systemId) || systemId < 1 || systemId > 255)
      throw new RangeError(`a system id is 1…255, not ${systemId}`);
    this.systemId = systemId;
    const firmware = firmwareOf(autopilot, ledDialect);
    this.#firmware = firmware;
    const outbox = new Outbox({
      asEvent: firmware.sendsEvents,
      asText: !firmware.sendsEvents || (options.sendsStatusText ?? false),
    });
    this.#outbox = outbox;
    const random = new Random(seed);
    this.#random = random;
    const parameters = new Parameters(firmware.parameterTable, {
      [firmware.systemIdParameter]: systemId,
      ...options.parameters,
    });
    this.#parameters = parameters;
    const { encoding } = firmware;
    this.#parameterServer = new ParameterServer({ parameters, encoding, send: (m) => outbox.push(m) });
    const mode = firmware.makeFlightMode(parameters);
    this.#flight = new Flight({ ...options, startYawRad, parameters, random, mode });
    this.#uptimeOptions = {
      firmware,
      flight: this.#flight,
      stream: this.#stream,
      parameters,
      random,
      settleMs: options.settleMs ?? defaultSettleMs,
      tell: (notice, sinceBootMs) => outbox.tell(notice, sinceBootMs),
    };
    this.#uptime = new Uptime(this.#uptimeOptions);
    this.#orders = this.#makeOrders();
  }

  get truth(): Truth {
    const { body, battery, landDetector } = this.#flight;
    const { commander, light } = this.#uptime;
    return {
      positionM: body.positionM,
      velocityMPerS: body.velocityMPerS,
      armed: commander.armed,
      mode: commander.mode,
      isLanded: landDetector.isLanded,
      batteryFraction: battery.fraction,
      ledRgb: light.rgb(this.#nowMs),
    };
  }

  /** Moves on to `nowMs` (monotonic, any zero) in steps of 10 ms; what falls due is in the outbox. The first call boots. */
  step(nowMs: number): void {
    if (!this.#hasBooted) {
      this.#hasBooted = true;
      this.#nowMs = nowMs;
      this.#uptime.begin(nowMs, nowMs);
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
    const { message } = received;
    if (this.#uptime.isBooting) return;
    if ('targetSystem' in message && !isFor(message.targetSystem, this.systemId)) return;
    if ('targetComponent' in message && !isFor(message.targetComponent, autopilotComponentId)) return;
    if (isSetpoint(message)) this.#takeSetpoint(message);
    else if (message instanceof common.CommandLong || message instanceof common.CommandInt)
      this.#orders.carryOut(commandOf(message), received);
    else if (message instanceof minimal.Heartbeat) this.#heard(message, received.systemId);
    else if (message instanceof common.SetMode) this.#setMode(message, received);
    else if (message instanceof common.TimeSync)
      this.#outbox.timesync(message, received, this.#uptime.sinceBootMs);
    else if (message instanceof common.ParamRequestRead) this.#parameterServer.read(message);
    else if (message instanceof common.ParamRequestList) this.#parameterServer.list();
    else if (message instanceof ParamSetBits) this.#parameterServer.set(message);
    else if (message instanceof ardupilotmega.LedControl) this.#lit(message);
  }

  /** What is to be sent, in order; the outbox is empty afterwards. */
  takeOutbox(): MavLinkData[] {
    const messages = this.#outbox.take();
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
    else if (fault.kind === 'stuck-mode') this.#uptime.isModeStuck = true;
    else if (fault.kind === 'reboot') this.#boot(crashRebootMs);
    else if (fault.kind === 'pilot') this.#switchMode(fault.mode);
  }

  /** The pilot's switch. @throws RangeError when the autopilot refuses that mode. */
  setModeByPilot(mode: string): void {
    if (this.#switchMode(mode) !== common.MavResult.ACCEPTED)
      throw new RangeError(`the autopilot does not enter ${mode} now`);
  }

  /** The crew puts it elsewhere on the same ground. @throws Error while it is armed: nobody touches it then. */
  carryTo(positionM: { readonly x: number; readonly y: number }): void {
    if (this.#uptime.commander.armed) throw new Error('an armed drone can not be carried');
    this.#flight.body.carryTo(positionM);
  }

  #stepOnce(): void {
    if (this.#rebootForMs !== undefined) this.#boot(this.#rebootForMs);
    this.#uptime.advance(this.#nowMs);
    const { commander, calibration, isBooting } = this.#uptime;
    this.#flight.step(commander, this.#stream, { nowMs: this.#nowMs, dtS: stepMs / 1000 });
    if (isBooting) return;
    this.#uptime.step();
    const ended = calibration.step(this.#flight.body.positionM, this.#nowMs);
    if (ended) this.#orders.calibrated(ended);
  }

  /** Everything but the parameters begins anew, in `silentMs`; in the air it falls. */
  #boot(silentMs: number): void {
    this.#rebootForMs = undefined;
    this.#outbox.restart();
    this.#uptime = new Uptime(this.#uptimeOptions);
    this.#uptime.begin(this.#nowMs, this.#nowMs + silentMs);
  }

  #makeOrders(): Orders {
    return new Orders({
      firmware: this.#firmware,
      flight: this.#flight,
      parameters: this.#parameters,
      outbox: this.#outbox,
      uptime: () => this.#uptime,
      report: (messageId) => reportMessage(messageId, this.#report()),
      reboot: () => {
        this.#rebootForMs = rebootMs;
      },
    });
  }

  #switchMode(mode: string): number {
    return this.#uptime.commander.setMode(mode, this.#uptime.situation(), 'pilot');
  }

  #isCutOff(nowMs: number): boolean {
    return this.#isLinkDropped || nowMs < this.#linkCutUntilMs;
  }

  #report(): Report {
    const { commander, home, sinceBootMs } = this.#uptime;
    const situation = this.#uptime.situation();
    const firmware = this.#firmware;
    return {
      firmware,
      sinceBootMs,
      flight: this.#flight,
      home,
      stream: this.#stream,
      random: this.#random,
      mode: commander.mode,
      intendedMode: commander.intendedMode,
      armed: commander.armed,
      isSteered: firmware.isSteered(commander.mode),
      systemStatus: this.#uptime.systemStatus(situation),
      isSettled: situation.isSettled,
      get canArm() {
        return commander.armingObstacle(situation) === undefined;
      },
      isGyroCalibrated: this.#parameters.number(firmware.gyroIdParameter) !== 0,
    };
  }

  #sendDue(): void {
    if (this.#uptime.isBooting) return;
    const due = this.#uptime.streams.due(this.#nowMs);
    if (due.length === 0 || this.#isCutOff(this.#nowMs)) return;
    const report = this.#report();
    for (const messageId of due) this.#outbox.push(reportMessage(messageId, report));
  }

  #takeSetpoint(message: MavLinkData): void {
    const { commander, home } = this.#uptime;
    if (!this.#firmware.takesSetpoints(commander.mode)) return;
    const demand = demandOf(message, (place) => home.toLocal(place));
    if (demand) this.#stream.take(demand, this.#nowMs);
  }

  #heard(heartbeat: minimal.Heartbeat, systemId: number): void {
    const wanted = this.#firmware.groundStationId(this.#parameters);
    const isGroundStation =
      wanted === undefined ? heartbeat.type === minimal.MavType.GCS : systemId === wanted;
    if (isGroundStation) this.#uptime.groundStationHeard();
  }

  #lit(message: ardupilotmega.LedControl): void {
    const colour = this.#firmware.ledColour(message, this.#parameters);
    if (colour) this.#uptime.light.set(colour, this.#nowMs);
  }

  /** SET_MODE is answered as DO_SET_MODE. Source: observed on PX4. */
  #setMode({ baseMode, customMode }: common.SetMode, from: ReceivedMessage): void {
    const params = [baseMode, ...this.#firmware.modeParamsOf(customMode)];
    this.#orders.carryOut({ id: common.MavCmd.DO_SET_MODE, params }, from);
  }
}

function isFor(target: unknown, own: number): boolean {
  return target === everyone || target === own;
}
