/** Which sensors are calibrated, read from PX4's parameters. Knows no link: it says what to ask and takes answers. */
import type { VehicleCalibration } from '../vehicle.js';

/** 0 in these means "not calibrated". Source: PX4 parameter reference. */
const paramIds = { gyro: 'CAL_GYRO0_ID', mag: 'CAL_MAG0_ID', accel: 'CAL_ACC0_ID' } as const;

/** Collects the three ids; forgets nothing once known, and takes later values as they come. */
export class CalibrationReader {
  readonly #values = new Map<string, number>();

  /** The parameters still to be asked for. */
  get missing(): readonly string[] {
    return Object.values(paramIds).filter((id) => !this.#values.has(id));
  }

  /** Takes any parameter's integer value; returns the calibration when this one completes or changes it. */
  push(paramId: string, value: number): VehicleCalibration | undefined {
    if (!Object.values<string>(paramIds).includes(paramId)) return undefined;
    this.#values.set(paramId, value);
    if (this.missing.length > 0) return undefined;
    const isSet = (id: string): boolean => this.#values.get(id) !== 0;
    return { gyro: isSet(paramIds.gyro), mag: isSet(paramIds.mag), accel: isSet(paramIds.accel) };
  }
}
