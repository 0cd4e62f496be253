/** A drone's variables in the hub, from what the server knows of it: flat, scalars alone. Pure. */
import type { TelemetryValue } from '../../fleet/telemetry.js';
import type { HubValue } from '../../hub/hub-types.js';
import type { DroneView } from '../../snapshot.js';

/** By name; null: not known. */
export type Variables = Readonly<Record<string, HubValue>>;

/**
 * Positions in m, in the frame that the drone reports (`frame`); battery in % and V; `error_ms` is the bound of its clock
 * at 95 %. Digits are cut to what is worth telling: what does not change is not told again.
 */
export function droneVariables({ record, isReady, isArmed, slot }: DroneView): Variables {
  const { telemetry, latencyMs } = record;
  const [volts, share] = numbersOf(telemetry.battery);
  const [x, y, z] = numbersOf(telemetry.current_position);
  const [errorMs] = numbersOf(telemetry.show_clock);
  const [red, green, blue] = numbersOf(telemetry.led);
  return {
    connected: record.isConnected,
    ready: isReady,
    armed: isArmed,
    state: textOf(telemetry.fcu_status),
    mode: textOf(telemetry.mode),
    task: textOf(telemetry.last_task),
    slot: slot ?? null,
    battery: rounded(share === undefined ? undefined : share * 100, 0),
    voltage: rounded(volts, 2),
    x: rounded(x, 2),
    y: rounded(y, 2),
    z: rounded(z, 2),
    frame: frameOf(telemetry.current_position),
    red: rounded(red, 0),
    green: rounded(green, 0),
    blue: rounded(blue, 0),
    latency_ms: rounded(latencyMs, 0),
    error_ms: rounded(errorMs, 1),
  };
}

/** The numbers of a list at their places; what is none is unknown. */
function numbersOf(value: TelemetryValue | undefined): readonly (number | undefined)[] {
  if (!Array.isArray(value)) return [];
  return value.map((each) => (typeof each === 'number' && Number.isFinite(each) ? each : undefined));
}

function textOf(value: TelemetryValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

/** Source: the fifth of a position's fields, after x, y, z and yaw. */
function frameOf(position: TelemetryValue | undefined): string | null {
  return Array.isArray(position) ? textOf(position[4]) : null;
}

function rounded(value: number | undefined, digits: number): number | null {
  if (value === undefined) return null;
  // Not -0, which is another value than 0.
  return Number(value.toFixed(digits)) + 0;
}
