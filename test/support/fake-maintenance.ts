/** The maintenance of a vehicle of values: parameters in memory, calibrations that take a moment. Knows no MAVLink. */

import { lastResortItems } from '../../drone-client/vehicle/last-resort.js';
import type { Parameter, VehicleMaintenance, VehicleState } from '../../drone-client/vehicle/vehicle.js';
import { RefusedError } from '../../lib/errors.js';
import type { Clock } from '../../lib/time/clock.js';

/** What the fake vehicle lends its maintenance. */
export interface MaintainedVehicle {
  readonly state: VehicleState;
  readonly commands: string[];
  set(change: Partial<VehicleState>): void;
}

export class FakeMaintenance implements VehicleMaintenance {
  /** What the autopilot has stored, at first as a show wants it; tests fill and read it. */
  readonly parameters = new Map<string, Parameter>(
    lastResortItems('PX4')
      .filter(({ isOptional }) => !isOptional)
      .map(({ id, suggested = 10 }) => [
        id,
        {
          id,
          value: suggested,
          type: Number.isInteger(suggested) && id !== 'COM_OF_LOSS_T' ? 'integer' : 'real',
        },
      ]),
  );
  /** Knobs: parameters that keep their value whatever is written; reasons for refusing; how long a calibration takes. */
  readonly readOnly = new Set<string>();
  calibrationRefusal: string | undefined;
  rebootRefusal: string | undefined;
  calibrationMs = 0;
  readonly #vehicle: MaintainedVehicle;
  readonly #clock: Clock;

  constructor(vehicle: MaintainedVehicle, clock: Clock) {
    this.#vehicle = vehicle;
    this.#clock = clock;
  }

  async readParameter(id: string): Promise<Parameter> {
    const parameter = this.parameters.get(id);
    if (!parameter) throw new RefusedError('unknown_parameter', `the autopilot has no parameter ${id}`);
    return parameter;
  }

  async setParameter(id: string, value: number): Promise<Parameter> {
    if (!Number.isFinite(value)) throw new Error(`misuse: parameter ${id} = ${value}`);
    const before = await this.readParameter(id);
    if (this.readOnly.has(id))
      throw new RefusedError('refused', `${id} is still ${before.value}, not ${value}`);
    const stored: Parameter = { ...before, value: before.type === 'integer' ? value : Math.fround(value) };
    this.parameters.set(id, stored);
    return stored;
  }

  async listParameters(): Promise<ReadonlyMap<string, Parameter>> {
    return new Map(this.parameters);
  }

  async calibrate(sensor: 'gyro' | 'level'): Promise<void> {
    this.#vehicle.commands.push(`calibrate_${sensor}`);
    this.#refuseArmed();
    if (this.calibrationRefusal !== undefined) throw new RefusedError('refused', this.calibrationRefusal);
    this.#vehicle.set({ systemStatus: 'CALIBRATING' });
    if (this.calibrationMs > 0)
      await new Promise<void>((resolve) => this.#clock.after(this.calibrationMs, resolve));
    const { calibration } = this.#vehicle.state;
    const gyro = sensor === 'gyro' || (calibration?.gyro ?? false);
    const mag = calibration?.mag ?? false;
    this.#vehicle.set({
      systemStatus: 'STANDBY',
      calibration: { gyro, mag, accel: calibration?.accel ?? false },
    });
  }

  async reboot(): Promise<void> {
    this.#vehicle.commands.push('reboot');
    this.#refuseArmed();
    if (this.rebootRefusal !== undefined) throw new RefusedError('refused', this.rebootRefusal);
  }

  #refuseArmed(): void {
    if (this.#vehicle.state.armed) throw new RefusedError('refused', 'armed');
  }
}
