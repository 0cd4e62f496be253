/** Which sensors are calibrated, read from the autopilot's parameters. Knows no link: it says what to ask and takes answers. */
import type { VehicleCalibration } from '../vehicle.js';

/** Collects the three ids; forgets nothing once known, and takes later values as they come. */
export class CalibrationReader {
  readonly #paramIds: Readonly<Record<'gyro' | 'mag' | 'accel', string>>;
  readonly #values = new Map<string, number>();

  /** `paramIds`: the parameters whose value 0 means "not calibrated". */
  constructor(paramIds: Readonly<Record<'gyro' | 'mag' | 'accel', string>>) {
    this.#paramIds = paramIds;
  }

  /** The parameters still to be asked for. */
  get missing(): readonly string[] {
    return Object.values(this.#paramIds).filter((id) => !this.#values.has(id));
  }

  /** Asks anew: a calibration has just ended. */
  forget(): void {
    this.#values.clear();
  }

  /** Takes any parameter's value; returns the calibration when this one completes or changes it. */
  push(paramId: string, value: number): VehicleCalibration | undefined {
    const { gyro, mag, accel } = this.#paramIds;
    if (![gyro, mag, accel].includes(paramId)) return undefined;
    this.#values.set(paramId, value);
    if (this.missing.length > 0) return undefined;
    const isSet = (id: string): boolean => this.#values.get(id) !== 0;
    return { gyro: isSet(gyro), mag: isSet(mag), accel: isSet(accel) };
  }
}
