/** What an old server reads of the autopilot: status words, calibration, position as a text. Pure. */
import { radToDeg } from '../../lib/geo/frames.js';
import type { VehicleState } from '../vehicle/vehicle.js';

/** MAV_STATE name, or `NO_FCU`; null until the autopilot has told. */
export function systemStatusText(state: VehicleState): string | null {
  return state.connected ? (state.systemStatus ?? null) : 'NO_FCU';
}

/** `OK`, `gyro: uncalibrated; …`, `NO_INFO`, or `NOT_CONNECTED_TO_FCU`. */
export function calibrationText({ connected, calibration }: VehicleState): string {
  if (!connected) return 'NOT_CONNECTED_TO_FCU';
  if (!calibration) return 'NO_INFO';
  const missing = (['gyro', 'mag', 'accel'] as const).filter((sensor) => !calibration[sensor]);
  return missing.length === 0 ? 'OK' : missing.map((sensor) => `${sensor}: uncalibrated`).join('; ');
}

/** `x y z yaw frame` in the frame of the show: m with 2 decimals, degrees with 1; `nan` where unknown. */
export function positionText({ position, attitude }: VehicleState, frame: string): string {
  const { x, y, z } = position?.positionM ?? { x: Number.NaN, y: Number.NaN, z: Number.NaN };
  const yawDeg = radToDeg(attitude?.yawRad ?? Number.NaN);
  return `${[x, y, z].map((value) => fixed(value, 2)).join(' ')} ${fixed(yawDeg, 1)} ${frame}`;
}

function fixed(value: number, digits: number): string {
  return Number.isFinite(value) ? value.toFixed(digits) : 'nan';
}
