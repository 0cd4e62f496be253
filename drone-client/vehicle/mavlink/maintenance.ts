/** Work on a standing autopilot over MAVLink: parameters, calibration, reboot. Knows no link: messages go out by a function. */
import { common, type MavLinkData } from 'mavlink-mappings';
import { DisconnectedError, RefusedError } from '../../../lib/errors.js';
import type { Clock } from '../../../lib/time/clock.js';
import type { Parameter, VehicleMaintenance, VehicleState } from '../vehicle.js';
import type { ParamValueBits } from './messages.js';
import type { Operation } from './operations.js';
import { ParameterClient } from './parameter-client.js';
import { decodeParameter, type ParameterEncoding } from './parameter-value.js';

export type MaintenanceOptions = {
  readonly clock: Clock;
  readonly state: () => VehicleState;
  readonly systemId: () => number;
  readonly send: (message: MavLinkData) => void;
  /** Runs a command to its end. */
  readonly run: (operation: Operation) => Promise<void>;
  /** A sensor was calibrated: what is known of its calibration is old. */
  readonly onCalibrated: () => void;
};

/** Calibrations take seconds; the autopilot answers at once (PX4) or when it is done (ArduPilot), ms. */
const calibrationLimitMs = 30_000;
const calibrationResendMs = 10_000;
/** How soon PX4 says CALIBRATING after it has accepted, ms: its heartbeat comes once a second. */
const calibrationBeginsMs = 2500;
/** How often the end of a calibration is looked for, ms. */
const tickMs = 50;

// Source: MAV_CMD_PREFLIGHT_CALIBRATION, MAV_CMD_PREFLIGHT_REBOOT_SHUTDOWN.
const calibrationParams = { gyro: [1], level: [0, 0, 0, 0, 2] } as const;
const rebootParams = [1];

export class MavlinkMaintenance implements VehicleMaintenance {
  readonly #options: MaintenanceOptions;
  readonly #parameters: ParameterClient;
  #encoding: ParameterEncoding = 'bytes';
  #complaint: string | undefined;

  constructor(options: MaintenanceOptions) {
    this.#options = options;
    const { send, systemId } = options;
    this.#parameters = new ParameterClient({ transmit: send, systemId, encoding: this.#encoding });
  }

  readParameter(id: string): Promise<Parameter> {
    return this.#whenConnected(`read ${id}`, (nowMs) => this.#parameters.read(id, nowMs));
  }

  setParameter(id: string, value: number): Promise<Parameter> {
    return this.#whenConnected(`set ${id}`, (nowMs) => this.#parameters.set(id, value, nowMs));
  }

  listParameters(): Promise<ReadonlyMap<string, Parameter>> {
    return this.#whenConnected('list parameters', (nowMs) => this.#parameters.list(nowMs));
  }

  async calibrate(sensor: 'gyro' | 'level'): Promise<void> {
    this.#refuseWhileArmed(`calibrate ${sensor}`);
    const { clock, run, onCalibrated } = this.#options;
    this.#complaint = undefined;
    await run({
      name: 'calibrate',
      request: { command: common.MavCmd.PREFLIGHT_CALIBRATION, params: calibrationParams[sensor] },
      isDone: () => true,
      supersedes: [],
      limitMs: calibrationLimitMs,
      resendMs: calibrationResendMs,
    });
    const acceptedMs = clock.monotonicMs();
    let hasBegun = false;
    await this.#until(acceptedMs + calibrationLimitMs, () => {
      const isCalibrating = this.#options.state().systemStatus === 'CALIBRATING';
      hasBegun ||= isCalibrating;
      return hasBegun ? !isCalibrating : clock.monotonicMs() - acceptedMs >= calibrationBeginsMs;
    });
    onCalibrated();
    if (this.#complaint !== undefined)
      throw new RefusedError('refused', `calibrate ${sensor}: ${this.#complaint}`);
  }

  async reboot(): Promise<void> {
    this.#refuseWhileArmed('reboot');
    const request = { command: common.MavCmd.PREFLIGHT_REBOOT_SHUTDOWN, params: rebootParams };
    await this.#options.run({ name: 'reboot', request, isDone: () => true, supersedes: [] });
  }

  /** Whether integers travel as the float's bytes or converted. */
  setEncoding(encoding: ParameterEncoding): void {
    this.#encoding = encoding;
    this.#parameters.setEncoding(encoding);
  }

  /** A PARAM_VALUE arrived; returns the value in it. */
  received(message: ParamValueBits): number {
    this.#parameters.received(message, this.#options.clock.monotonicMs());
    return decodeParameter(message.paramBits, message.paramType, this.#encoding);
  }

  /** A text of the autopilot: while it calibrates it is told in one that it failed. */
  textReceived(text: string): void {
    if (/calibration.*(fail|cancel)|(fail|cancel).*calibration/i.test(text)) this.#complaint = text;
  }

  tick(nowMs: number): void {
    this.#parameters.tick(nowMs);
  }

  disconnect(): void {
    this.#parameters.disconnect();
  }

  async #whenConnected<T>(what: string, work: (nowMs: number) => Promise<T>): Promise<T> {
    if (!this.#options.state().connected)
      throw new DisconnectedError(`${what}: no heartbeat of the autopilot`);
    return work(this.#options.clock.monotonicMs());
  }

  #refuseWhileArmed(what: string): void {
    if (this.#options.state().armed)
      throw new RefusedError('refused', `${what}: the motors run; land and disarm first`);
  }

  async #until(limitMs: number, isDone: () => boolean): Promise<void> {
    const { clock, state } = this.#options;
    while (!isDone()) {
      if (!state().connected) throw new DisconnectedError('the autopilot was lost while it calibrated');
      if (clock.monotonicMs() > limitMs)
        throw new RefusedError('refused', 'the calibration does not end: keep the drone still and try again');
      await new Promise<void>((resolve) => void clock.after(tickMs, resolve));
    }
  }
}
