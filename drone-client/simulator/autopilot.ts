/**
 * A simulated autopilot that speaks MAVLink as PX4 does on its companion link: messages and time in, messages out.
 * Knows no sockets, no clock and nothing of the program that flies it. The same seed, start and input at the same
 * times give the same flight to the bit.
 */
import { common, type MavLinkData, minimal, standard } from 'mavlink-mappings';
import type { Vec3 } from '../../lib/geo/frames.js';
import type { ReceivedMessage } from '../vehicle/mavlink/codec.js';
import { AutopilotEvent, ParamSetBits } from '../vehicle/mavlink/messages.js';
import { px4Mode } from '../vehicle/mavlink/px4-mode.js';
import { type Command, type Commanded, commandOf, runCommand } from './command-table.js';
import { Commander, type Reason, type Situation } from './commander.js';
import type { Fault } from './faults.js';
import { type FieldOptions, Flight } from './flight.js';
import { OffboardStream } from './offboard-stream.js';
import { ParameterServer } from './parameter-server.js';
import { Parameters } from './parameters.js';
import { Random } from './random.js';
import { eventId, statusText } from './reasons.js';
import { Streams } from './streams.js';
import { type Report, reportMessage } from './telemetry.js';

export type AutopilotOptions = FieldOptions & {
  /** MAVLink system id, 1…255. */
  readonly systemId: number;
  readonly seed: number;
  /** Where it stands, local ENU; the ground is at that height. */
  readonly startPositionM: Vec3;
  /** ENU heading at the start; east without it. */
  readonly startYawRad?: number;
  /** How long the estimator takes before it can be armed. */
  readonly settleMs?: number;
  /** Values other than the table's, e.g. `{ COM_OBL_RC_ACT: 0 }` for PX4's own default. */
  readonly parameters?: Readonly<Record<string, number>>;
  /** Adds STATUSTEXT to the EVENTs. PX4's companion link does not carry them, so the default is false. */
  readonly sendsStatusText?: boolean;
};

/** What really is, for tests and for viewers; the autopilot itself only has its estimate. */
export type Truth = {
  readonly positionM: Vec3;
  readonly velocityMPerS: Vec3;
  readonly armed: boolean;
  readonly mode: string;
  readonly isLanded: boolean;
  readonly batteryFraction: number;
};

/** Source: MAV_COMP_ID_AUTOPILOT1; 0 means every component, or every system. */
export const autopilotComponentId = 1;
const everyone = 0;
const stepMs = 10;
/** After a longer pause than this the time in between is left out. */
const maxCatchUpMs = 5000;
const bootMs = 500;
const defaultSettleMs = 3000;

export class Autopilot {
  readonly systemId: number;
  readonly #flight: Flight;
  readonly #commander: Commander;
  readonly #parameterServer: ParameterServer;
  readonly #streams = new Streams();
  readonly #stream = new OffboardStream();
  readonly #random: Random;
  readonly #settleMs: number;
  readonly #sendsStatusText: boolean;
  readonly #commanded: Commanded;
  #outbox: MavLinkData[] = [];
  #bootedAtMs: number | undefined;
  #nowMs = 0;
  #eventSequence = 0;
  #isLinkDropped = false;

  /** @throws RangeError for a system id that MAVLink does not have, or an unknown parameter. */
  constructor(options: AutopilotOptions) {
    const { systemId, seed, startYawRad = 0 } = options;
    if (!Number.isInteger(systemId) || systemId < 1 || systemId > 255)
      throw new RangeError(`a system id is 1…255, not ${systemId}`);
    this.systemId = systemId;
    this.#settleMs = options.settleMs ?? defaultSettleMs;
    this.#sendsStatusText = options.sendsStatusText ?? false;
    this.#random = new Random(seed);
    const parameters = new Parameters({ MAV_SYS_ID: systemId, ...options.parameters });
    this.#parameterServer = new ParameterServer(parameters, (message) => this.#outbox.push(message));
    this.#flight = new Flight({ ...options, startYawRad, parameters, random: this.#random });
    this.#commander = new Commander({
      parameters,
      random: this.#random,
      tell: (reason) => this.#tell(reason),
    });
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
      this.#flight.step(this.#commander, this.#stream, { nowMs: this.#nowMs, dtS: stepMs / 1000 });
      this.#commander.step(this.#situation());
    }
    this.#sendDue();
  }

  /** Takes a message from the link. One for another system or component gets no answer at all. */
  receive(received: ReceivedMessage, nowMs: number): void {
    if (this.#isLinkDropped) return;
    this.step(nowMs);
    const { message } = received;
    if ('targetSystem' in message && !isFor(message.targetSystem, this.systemId)) return;
    if ('targetComponent' in message && !isFor(message.targetComponent, autopilotComponentId)) return;
    if (message instanceof common.SetPositionTargetLocalNed) this.#stream.receive(message, nowMs);
    else if (message instanceof common.CommandLong || message instanceof common.CommandInt)
      this.#command(commandOf(message), received);
    else if (message instanceof common.SetMode) this.#setMode(message, received);
    else if (message instanceof common.TimeSync) this.#timesync(message, received);
    else if (message instanceof common.ParamRequestRead) this.#parameterServer.read(message);
    else if (message instanceof common.ParamRequestList) this.#parameterServer.list();
    else if (message instanceof ParamSetBits) this.#parameterServer.set(message);
  }

  /** What is to be sent, in order; the outbox is empty afterwards. */
  takeOutbox(): MavLinkData[] {
    const messages = this.#outbox;
    this.#outbox = [];
    return this.#isLinkDropped ? [] : messages;
  }

  /** A battery of another charge. @throws RangeError outside 0…1. */
  setBatteryFraction(fraction: number): void {
    this.#flight.battery.fraction = fraction;
  }

  /** While true nothing is sent and nothing is heard, as with a pulled cable; it flies on by its own rules. */
  dropLink(isDropped: boolean): void {
    this.#isLinkDropped = isDropped;
  }

  /** Lets a fault happen now. */
  applyFault(fault: Fault, nowMs: number): void {
    this.step(nowMs);
    this.#flight.applyFault(fault, nowMs);
  }

  /** The pilot's switch: asks for a mode as a command would. @throws RangeError when the autopilot refuses. */
  setModeByPilot(mode: string): void {
    if (
      px4Mode(mode) === undefined ||
      this.#commander.setMode(mode, this.#situation()) !== common.MavResult.ACCEPTED
    )
      throw new RangeError(`the autopilot does not enter ${mode} now`);
  }

  /** The crew puts it elsewhere on the same ground. @throws Error while it is armed: nobody touches it then. */
  carryTo(positionM: { readonly x: number; readonly y: number }): void {
    if (this.#commander.armed) throw new Error('an armed drone can not be carried');
    this.#flight.body.carryTo(positionM);
  }

  #situation(): Situation {
    return {
      nowMs: this.#nowMs,
      isLanded: this.#flight.landDetector.isLanded,
      isSettled: this.#sinceBootMs >= this.#settleMs,
      stream: this.#stream,
    };
  }

  get #sinceBootMs(): number {
    return this.#nowMs - (this.#bootedAtMs ?? this.#nowMs);
  }

  #report(): Report {
    const situation = this.#situation();
    return {
      sinceBootMs: this.#sinceBootMs,
      flight: this.#flight,
      random: this.#random,
      mode: this.#commander.mode,
      armed: this.#commander.armed,
      systemStatus: this.#systemStatus(situation),
      isSettled: situation.isSettled,
      canArm: this.#commander.armingObstacle(situation) === undefined,
    };
  }

  #systemStatus(situation: Situation): number {
    const { BOOT, UNINIT, STANDBY, ACTIVE, CRITICAL } = minimal.MavState;
    if (this.#commander.armed) return this.#commander.isFailsafe ? CRITICAL : ACTIVE;
    if (this.#sinceBootMs < bootMs) return BOOT;
    return situation.isSettled ? STANDBY : UNINIT;
  }

  #sendDue(): void {
    const due = this.#streams.due(this.#nowMs);
    if (due.length === 0 || this.#isLinkDropped) return;
    const report = this.#report();
    for (const messageId of due) this.#push(reportMessage(messageId, report));
  }

  #push(message: MavLinkData | undefined): void {
    if (message) this.#outbox.push(message);
  }

  #command(command: Command, from: ReceivedMessage): void {
    const result = runCommand(command, this.#commanded);
    this.#outbox.push(
      Object.assign(new common.CommandAck(), {
        command: command.id,
        result,
        targetSystem: from.systemId,
        targetComponent: from.componentId,
      }),
    );
  }

  /** SET_MODE is answered as DO_SET_MODE. Source: observed on PX4. */
  #setMode(message: common.SetMode, from: ReceivedMessage): void {
    const [main, sub] = [(message.customMode >>> 16) & 0xff, message.customMode >>> 24];
    this.#command({ id: common.MavCmd.DO_SET_MODE, params: [message.baseMode, main, sub] }, from);
  }

  #timesync(message: common.TimeSync, from: ReceivedMessage): void {
    if (message.tc1 !== 0n) return;
    const tc1 = BigInt(Math.round(this.#sinceBootMs * 1e6));
    this.#outbox.push(
      Object.assign(new common.TimeSync(), {
        tc1,
        ts1: message.ts1,
        targetSystem: from.systemId,
        targetComponent: from.componentId,
      }),
    );
  }

  #makeCommanded(): Commanded {
    const { ACCEPTED, DENIED, FAILED } = common.MavResult;
    return {
      arm: (isForced) => this.#commander.arm(this.#situation(), isForced),
      disarm: (isForced) => this.#commander.disarm(this.#situation(), isForced),
      setMode: (mode) => {
        this.#flight.mode.takeoffZM = undefined;
        return this.#commander.setMode(mode, this.#situation());
      },
      takeoff: (heightM) => {
        this.#flight.mode.takeoffZM = Number.isFinite(heightM) ? heightM : undefined;
        return this.#commander.setMode('AUTO.TAKEOFF', this.#situation());
      },
      setStreamInterval: (messageId, intervalUs) =>
        this.#streams.setStreamInterval(messageId, intervalUs) ? ACCEPTED : FAILED,
      sendOnce: (messageId) => {
        if (!this.#streams.has(messageId) && messageId !== standard.AutopilotVersion.MSG_ID) return DENIED;
        this.#push(reportMessage(messageId, this.#report()));
        return ACCEPTED;
      },
    };
  }

  #tell(reason: Reason): void {
    this.#eventSequence = (this.#eventSequence + 1) & 0xffff;
    this.#outbox.push(
      Object.assign(new AutopilotEvent(), {
        id: eventId(reason),
        eventTimeBootMs: Math.floor(this.#sinceBootMs),
        sequence: this.#eventSequence,
      }),
    );
    if (this.#sendsStatusText) this.#outbox.push(statusText(reason));
  }
}

function isFor(target: unknown, own: number): boolean {
  return target === everyone || target === own;
}
