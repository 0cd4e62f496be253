/** What the vehicle of values is made of: its first state, and the arithmetic of its places. Knows no time. */

import { ardupilotRole } from '../../drone-client/vehicle/mavlink/ardupilot-mode.js';
import { px4Role } from '../../drone-client/vehicle/mavlink/px4-mode.js';
import type { GlobalPosition, VehicleState } from '../../drone-client/vehicle/vehicle.js';
import type { Vec3 } from '../../lib/geo/frames.js';
import { GpsFrame } from '../../lib/geo/geodetic.js';

export const zero: Vec3 = { x: 0, y: 0, z: 0 };

/** A healthy PX4 that stands there, without a GPS receiver. */
export function standingState(atMs: number, positionM: Vec3): VehicleState {
  return {
    connected: true,
    autopilot: 'PX4',
    armed: false,
    mode: 'AUTO.LOITER',
    role: 'hold',
    systemStatus: 'STANDBY',
    landed: 'on_ground',
    position: { atMs, positionM, velocityMPerS: zero },
    attitude: { atMs, rollRad: 0, pitchRad: 0, yawRad: 0, ratesRadPerS: zero },
    battery: { voltageV: 12, cellVoltageV: 4, fraction: 0.9 },
    calibration: { gyro: true, mag: true, accel: true },
    isPrearmOk: true,
    global: undefined,
    gps: undefined,
    estimator: {
      atMs,
      hasAttitude: true,
      hasHorizontalVelocity: true,
      hasVerticalVelocity: true,
      hasHorizontalPosition: true,
      hasGlobalPosition: false,
      hasVerticalPosition: true,
      hasGpsGlitch: false,
    },
    unhealthySensors: [],
  };
}

/** x east, y north, about this place. */
export function enuAbout({ latDeg, lonDeg, amslM }: GlobalPosition): GpsFrame {
  return new GpsFrame({ latDeg, lonDeg, amslM, headingDeg: 90 });
}

/** Their sum. */
export function plus(a: Vec3, b: Vec3): Vec3 {
  return { x: a.x + b.x, y: a.y + b.y, z: a.z + b.z };
}

/** What its autopilot calls that mode means. */
export function roleOf({ autopilot, mode }: VehicleState): VehicleState['role'] {
  if (mode === undefined) return undefined;
  return autopilot === 'ArduPilot' ? ardupilotRole(mode) : px4Role(mode);
}
