/** A frame of the show about a place on the globe, by the vehicle's global position. Knows no configuration. */
import { isFiniteVec3 } from '../../lib/geo/frames.js';
import { GpsFrame, type GpsFrameSettings } from '../../lib/geo/geodetic.js';
import type { VehicleFrame } from './frame.js';
import { isStanding } from './ground-reference.js';
import type { GlobalPosition, Setpoint, Vehicle, VehiclePosition, VehicleState } from './vehicle.js';

/** Three messages of the slowest autopilot (ArduPilot unasked: 2 Hz); an older position is none. */
const maxAgeMs = 1500;

export type GpsVehicleFrameSettings = Omit<GpsFrameSettings, 'amslM'> & {
  /**
   * Height of z = 0 above mean sea level, m. `current`: that of the ground that the drone stands on, from the command
   * to arm until the next disarm that which it took off from; never known of a drone that is armed when first seen.
   */
  readonly amslM: number | 'current';
};

export class GpsVehicleFrame implements VehicleFrame {
  readonly source = 'global';
  readonly #settings: GpsVehicleFrameSettings;
  /** Yaw and velocity need no height. */
  readonly #level: GpsFrame;
  /** Absent while the height of its origin is unknown. */
  #frame: GpsFrame | undefined;
  #groundAmslM: number | undefined;
  #freshGlobal: GlobalPosition | undefined;
  #position: VehiclePosition | undefined;

  /** @throws ConfigError when the origin is none. */
  constructor(settings: GpsVehicleFrameSettings) {
    this.#settings = settings;
    const { amslM } = settings;
    this.#level = new GpsFrame({ ...settings, amslM: amslM === 'current' ? 0 : amslM });
    if (amslM !== 'current') this.#frame = this.#level;
  }

  look(state: VehicleState, isArming: boolean): void {
    const { global } = state;
    if (this.#settings.amslM !== 'current' || !global || isArming || !isStanding(state)) return;
    if (!Number.isFinite(global.amslM) || global.amslM === this.#groundAmslM) return;
    this.#groundAmslM = global.amslM;
    this.#frame = new GpsFrame({ ...this.#settings, amslM: global.amslM });
    this.#freshGlobal = undefined;
  }

  positionOf({ global }: VehicleState, nowMs: number): VehiclePosition | undefined {
    if (!global || nowMs - global.atMs > maxAgeMs) return undefined;
    if (global !== this.#freshGlobal) {
      this.#freshGlobal = global;
      this.#position = this.#frame && estimateIn(global, this.#frame);
    }
    return this.#position;
  }

  yawFromVehicle(yawRad: number): number {
    return this.#level.yawFromEnu(yawRad);
  }

  yawToVehicle(yawRad: number): number {
    return this.#level.yawToEnu(yawRad);
  }

  send({ positionM, velocityMPerS, yawRad }: Setpoint, vehicle: Vehicle): void {
    if (!this.#frame || !isFiniteVec3(positionM)) return;
    vehicle.sendGlobalSetpoint({
      ...this.#frame.toGlobal(positionM),
      velocityMPerS: this.#frame.vectorToEnu(velocityMPerS),
      yawRad: this.#frame.yawToEnu(yawRad),
    });
  }

  armObstacle(state: VehicleState, nowMs: number): string | undefined {
    const { global, estimator } = state;
    if (!global) return 'the autopilot tells no global position; wait for its GPS to find one';
    const ageMs = nowMs - global.atMs;
    if (ageMs > maxAgeMs) {
      return `the global position is ${(ageMs / 1000).toFixed(1)} s old; check the GPS and the autopilot's cable`;
    }
    if (estimator?.hasGlobalPosition === false)
      return "the autopilot's estimator does not vouch for its global position; wait for a better GPS fix";
    if (!this.#frame)
      return 'the height of the ground is unknown, since the drone was not seen standing; land and disarm it';
    if (!this.positionOf(state, nowMs)) return 'the global position can not be told in the frame of the show';
    return undefined;
  }
}

function estimateIn(global: GlobalPosition, frame: GpsFrame): VehiclePosition | undefined {
  const positionM = frame.toLocal(global);
  const velocityMPerS = frame.vectorFromEnu(global.velocityMPerS);
  if (!isFiniteVec3(positionM) || !isFiniteVec3(velocityMPerS)) return undefined;
  return { atMs: global.atMs, positionM, velocityMPerS };
}
