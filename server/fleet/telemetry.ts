/** What a drone says of itself, as the server keeps it. Knows the shape on the wire, no connection and no screen. */

/** A value of a telemetry list: numbers may be NaN (unknown), texts and null as an old drone sends them. */
export type TelemetryValue = null | boolean | number | string | readonly TelemetryValue[] | TelemetryObject;
type TelemetryObject = { readonly [key: string]: TelemetryValue };

/**
 * The last known value of each key of a drone's telemetry dictionary, as it came over the wire (a key that came as
 * null keeps its older value). Keys and units: `git_version`, `config_version`, `animation_info` [id, state],
 * `battery` [V, 0…1], `armed`, `fcu_status`, `calibration_status`, `mode`, `selfcheck`,
 * `current_position` [x, y, z m, yaw deg, frame] or "NO_POS", `start_position` [x, y, z m, yaw rad, action, delay s],
 * `last_task`, `time_delta` (s, the drone's clock). Ours add `led` [red, green, blue], `landed` (text), `warnings` (texts
 * of what does not keep it from a start), `failsafe` (texts of what its watchdog sees) and `failsafe_last`
 * [id, action, text], `show_clock` [± ms at 95 %, from what, ms late],
 * `show_digest` (SHA-256 of its part of a Starling show, or "none") and `authorization`
 * [digest, scope, seconds left], empty for none, and `start` [UTC s, digest or null] of the start that it counts down to,
 * empty for none; `wind` [mean, gust m/s, where it comes from, deg clockwise from the y axis of the show's frame], empty
 * while it knows none, `temperature` [computer, battery °C] and `link_quality` (0…1, its Wi-Fi's own figure).
 */
export type Telemetry = TelemetryObject;

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

/** Keys that are kept; whatever else a peer sends is dropped at the door. */
const knownKeys: ReadonlySet<string> = new Set([
  ...checkedKeys,
  'config_version',
  'armed',
  'last_task',
  'led',
  'landed',
  'warnings',
  'failsafe',
  'failsafe_last',
  'show_clock',
  'show_digest',
  'authorization',
  'start',
  'wind',
  'temperature',
  'link_quality',
]);

/** Longest text and list kept of one value, so that no drone can fill the server's memory or the screen. */
const maxTextLength = 500;
const maxListLength = 50;

/** Lists within a list that are kept: whoever reads a value may walk it without counting how deep it is. */
const maxDepth = 2;

/**
 * The telemetry after `received` arrived on top of `before`: known keys only, null keeps the older value.
 * Returns undefined when `received` is not a dictionary.
 */
export function mergeTelemetry(before: Telemetry, received: unknown): Telemetry | undefined {
  if (!isObject(received)) return undefined;
  const merged: Record<string, TelemetryValue> = { ...before };
  for (const [key, value] of Object.entries(received)) {
    if (knownKeys.has(key) && value !== null && value !== undefined) merged[key] = clip(value, maxDepth);
  }
  return merged;
}

function clip(value: unknown, depth: number): TelemetryValue {
  if (typeof value === 'string') return value.slice(0, maxTextLength);
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value) && depth > 0)
    return value.slice(0, maxListLength).map((element) => clip(element, depth - 1));
  return null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A list element as a number; NaN when it is not one. */
export function numberAt(value: TelemetryValue | undefined, index: number): number {
  const element = Array.isArray(value) ? value[index] : undefined;
  return typeof element === 'number' ? element : Number.NaN;
}

/** A list element as a text; undefined when it is not one. */
export function textAt(value: TelemetryValue | undefined, index: number): string | undefined {
  const element = Array.isArray(value) ? value[index] : undefined;
  return typeof element === 'string' ? element : undefined;
}

/** The texts of a list; none when it is no list. */
export function textsOf(value: TelemetryValue | undefined): string[] {
  return Array.isArray(value) ? value.filter((element) => typeof element === 'string') : [];
}

/** What its watchdog found or did last, for people; undefined when nothing yet. */
export function lastFailsafe({ failsafe_last: last }: Telemetry): string | undefined {
  const [action, text] = [textAt(last, 1), textAt(last, 2)];
  return text === undefined ? undefined : `failsafe: ${text} (${action ?? 'report'})`;
}

/** The start that it counts down to, UTC ms; null when it says that there is none, undefined when it does not say. */
export function plannedStartMs({ start }: Telemetry): number | null | undefined {
  if (!Array.isArray(start)) return undefined;
  const atS = numberAt(start, 0);
  return Number.isFinite(atS) ? atS * 1000 : null;
}

/** Whether the drone's last telemetry says that its motors are armed. */
export function isArmed(telemetry: Telemetry): boolean {
  return telemetry.armed === true;
}
