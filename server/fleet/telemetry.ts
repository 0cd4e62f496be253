/** What a drone says of itself, as the server keeps it. Knows the shape on the wire, no connection and no screen. */

/** A value of a telemetry list: numbers may be NaN (unknown), texts and null as an old drone sends them. */
export type TelemetryValue = null | boolean | number | string | readonly TelemetryValue[] | TelemetryObject;
export type TelemetryObject = { readonly [key: string]: TelemetryValue };

/**
 * The last known value of each key of a drone's telemetry dictionary, as it came over the wire (a key that came as
 * null keeps its older value). Keys and units: `git_version`, `config_version`, `animation_info` [id, state], `battery` [V, 0…1],
 * `armed`, `fcu_status`, `calibration_status`, `mode`, `selfcheck`, `current_position` [x, y, z m, yaw deg, frame] or
 * "NO_POS", `start_position` [x, y, z m, yaw rad, action, delay s], `last_task`, `time_delta` (s, the drone's clock).
 * Ours add `led` [red, green, blue] and `landed` (text).
 */
export type Telemetry = { readonly [key: string]: TelemetryValue };

/** The telemetry keys that a column of the table judges, in the table's order. */
export const checkedKeys = [
  'git_version',
  'animation_info',
  'battery',
  'fcu_status',
  'calibration_status',
  'mode',
  'selfcheck',
  'current_position',
  'start_position',
  'time_delta',
] as const;

export type CheckedKey = (typeof checkedKeys)[number];

/** `missing`: absent or null; `bad`: present and not good (NaN included). */
export type CheckResult = 'ok' | 'bad' | 'missing';
