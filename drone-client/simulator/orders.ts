/** What the simulated autopilot does when it is commanded: every command's way to whoever carries it out. Knows no frames. */
import { common, type MavLinkData, standard } from 'mavlink-mappings';
import type { ReceivedMessage } from '../vehicle/mavlink/codec.js';
import type { CalibratedSensor, CalibrationEnd } from './calibration.js';
import { type Command, type Commanded, runCommand } from './command-table.js';
import type { Firmware } from './firmware.js';
import type { Flight } from './flight.js';
import type { Outbox } from './outbox.js';
import type { Parameters } from './parameters.js';
import type { Uptime } from './uptime.js';

export type OrdersOptions = {
  readonly firmware: Firmware;
  readonly flight: Flight;
  readonly parameters: Parameters;
  readonly outbox: Outbox;
  /** Of now: a restart makes a new one. */
  readonly uptime: () => Uptime;
  /** The message of that id, if there is something to say. */
  readonly report: (messageId: number) => MavLinkData | undefined;
  /** Restart at the next step. */
  readonly reboot: () => void;
};

const { ACCEPTED, FAILED, TEMPORARILY_REJECTED } = common.MavResult;
/** What a calibration of the gyro leaves in its parameter: some sensor's name. */
const calibratedId = 1310988;

export class Orders implements Commanded {
  readonly #options: OrdersOptions;
  /** Who sent the command that is being carried out, and who waits for a calibration. */
  #asking: ReceivedMessage | undefined;
  #calibratesFor: ReceivedMessage | undefined;

  constructor(options: OrdersOptions) {
    this.#options = options;
  }

  /** Carries it out and answers. */
  carryOut(command: Command, from: ReceivedMessage): void {
    this.#asking = from;
    const result = runCommand(command, this, this.#options.firmware);
    if (result !== undefined) this.#options.outbox.answer(command.id, result, from);
  }

  arm(isForced: boolean): number {
    const { commander } = this.#uptime;
    const wasArmed = commander.armed;
    const result = commander.arm(this.#uptime.situation(), isForced);
    if (!wasArmed && commander.armed) this.#uptime.setHome();
    return result;
  }

  disarm(isForced: boolean): number {
    return this.#uptime.commander.disarm(this.#uptime.situation(), isForced);
  }

  setMode(mode: string): number {
    if (this.#uptime.isModeStuck) return ACCEPTED;
    return this.#uptime.commander.setMode(mode, this.#uptime.situation(), 'command');
  }

  takeOff(heightM: number): number {
    const { isModeStuck, home, commander } = this.#uptime;
    if (isModeStuck) return ACCEPTED;
    const isFromSea = this.#options.firmware.takeoffDatum === 'sea';
    const zM = isFromSea ? (home.localZOf(heightM) ?? Number.NaN) : heightM;
    return commander.takeOff(zM, this.#uptime.situation());
  }

  terminate(): number {
    return this.#uptime.commander.terminate(this.#uptime.situation());
  }

  calibrate(sensor: CalibratedSensor): number | undefined {
    const { firmware, flight } = this.#options;
    const { commander, calibration } = this.#uptime;
    if (commander.armed) return firmware.results.whileArmed;
    if (calibration.isRunning) return TEMPORARILY_REJECTED;
    calibration.begin(sensor, flight.body.positionM, this.#uptime.situation().nowMs);
    this.#calibratesFor = this.#asking;
    return firmware.answersCalibration === 'beginning' ? ACCEPTED : undefined;
  }

  /** How it went is said in words, on PX4 too; ArduPilot also answers the command only now. */
  calibrated({ sensor, hasFailed }: CalibrationEnd): void {
    const { firmware, parameters, outbox } = this.#options;
    const { CRITICAL, INFO } = common.MavSeverity;
    const how = hasFailed ? 'failed: it was moved' : `done: ${sensor}`;
    outbox.say(`[cal] calibration ${how}`, hasFailed ? CRITICAL : INFO);
    if (!hasFailed && sensor === 'gyro') parameters.setNumber(firmware.gyroIdParameter, calibratedId);
    if (firmware.answersCalibration === 'beginning' || !this.#calibratesFor) return;
    const result = hasFailed ? FAILED : ACCEPTED;
    outbox.answer(common.MavCmd.PREFLIGHT_CALIBRATION, result, this.#calibratesFor);
  }

  reboot(): number {
    if (this.#uptime.commander.armed) return this.#options.firmware.results.whileArmed;
    this.#options.reboot();
    return ACCEPTED;
  }

  setStreamInterval(messageId: number, intervalUs: number): number {
    return this.#uptime.streams.setStreamInterval(messageId, intervalUs) ? ACCEPTED : FAILED;
  }

  sendOnce(messageId: number): number {
    const isKnown = this.#uptime.streams.has(messageId) || messageId === standard.AutopilotVersion.MSG_ID;
    const message = isKnown ? this.#options.report(messageId) : undefined;
    this.#options.outbox.push(message);
    return message ? ACCEPTED : this.#options.firmware.results.noSuchMessage;
  }

  get #uptime(): Uptime {
    return this.#options.uptime();
  }
}
