/** Which sensors are calibrated, read from the autopilot's parameters. Knows no link: it says what to ask and takes answers. */
import type { VehicleCalibration } from '../vehicle.js';

/**
 * `gyro`, `mag`, `accel`: 0 means "not calibrated". `compass`: 0 means that none is used, as indoors, so that there is
 * none to calibrate.
 */
export type CalibrationParams = Readonly<Record<'gyro' | 'mag' | 'accel' | 'compass', string>>;

/** Collects the three ids; forgets nothing once known, and takes later values as they come. */
export class CalibrationReader {
  readonly #paramIds: CalibrationParams;
  readonly #values = new Map<string, number>();

  constructor(paramIds: CalibrationParams) {
    this.#paramIds = paramIds;
  }

  /** The parameters still to be asked for. */
  get missing(): readonly string[] {
    const { mag, compass } = this.#paramIds;
    const wanted = this.#values.get(mag) === 0 ? [...this.#sensorIds, compass] : this.#sensorIds;
    return wanted.filter((id) => !this.#values.has(id));
  }

  get #sensorIds(): readonly string[] {
    const { gyro, mag, accel } = this.#paramIds;
    return [gyro, mag, accel];
  }

  /** Asks anew: a calibration has just ended. */
  forget(): void {
    this.#values.clear();
  }

  /** Takes any parameter's value; returns the calibration when this one completes or changes it. */
  push(paramId: string, value: number): VehicleCalibration | undefined {
    const { gyro, mag, accel, compass } = this.#paramIds;
    if (![gyro, mag, accel, compass].includes(paramId)) return undefined;
    this.#values.set(paramId, value);
    if (this.#sensorIds.some((id) => !this.#values.has(id))) return undefined;
    const isSet = (id: string): boolean => this.#values.get(id) !== 0;
    return { gyro: isSet(gyro), mag: isSet(mag) || !isSet(compass), accel: isSet(accel) };
  }
}
