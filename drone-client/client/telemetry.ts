/** Builds the telemetry dictionary as old and new servers read it. Pure: everything it tells of is an argument. */
import { radToDeg } from '../../lib/geo/frames.js';
import type { Json } from '../../lib/messaging/index.js';
import type { Rgb } from '../../lib/show/index.js';
import { findErrors } from '../failsafe/selfcheck.js';
import type { VehicleState } from '../vehicle/vehicle.js';
import { calibrationText, localFrame, systemStatusText } from './vehicle-texts.js';

export type TelemetryInput = {
  readonly version: string;
  readonly configName: string;
  readonly configVersion: string;
  /** `[id, state]`, state `OK` or an error text. */
  readonly animation: { readonly id: string | undefined; readonly state: string };
  readonly startPosition: readonly [number, number, number, number, string, number];
  readonly vehicle: VehicleState;
  readonly lastTask: string;
  readonly led: Rgb;
  /** The drone's own UTC, ms. */
  readonly utcMs: number;
};

/** Numbers that are unknown inside a list are NaN; a whole value that is unknown is null. */
export function buildTelemetry(input: TelemetryInput): { [key: string]: Json } {
  const { vehicle, animation, led } = input;
  return {
    git_version: input.version,
    config_version: `${input.configName} V${input.configVersion}`,
    animation_info: [animation.id ?? null, animation.state],
    battery: [vehicle.battery?.voltageV ?? Number.NaN, vehicle.battery?.fraction ?? Number.NaN],
    armed: vehicle.armed,
    fcu_status: systemStatusText(vehicle),
    calibration_status: vehicle.connected ? calibrationText(vehicle) : 'NO_FCU',
    mode: vehicle.connected ? (vehicle.mode ?? null) : 'NO_FCU',
    selfcheck: selfcheckValue(vehicle),
    current_position: currentPosition(vehicle),
    start_position: [...input.startPosition],
    last_task: input.lastTask,
    time_delta: input.utcMs / 1000,
    led: [led.red, led.green, led.blue],
    landed: vehicle.connected ? (vehicle.landed ?? null) : null,
  };
}

function selfcheckValue(vehicle: VehicleState): Json {
  if (!vehicle.connected) return ['NO_FCU'];
  const errors = findErrors(vehicle);
  return errors.length === 0 ? 'OK' : errors;
}

/** `[x, y, z m, yaw deg, frame]`, or `NO_POS`. */
function currentPosition({ connected, position, attitude }: VehicleState): Json {
  if (!connected || !position) return 'NO_POS';
  const { x, y, z } = position.positionM;
  return [x, y, z, radToDeg(attitude?.yawRad ?? Number.NaN), localFrame];
}
