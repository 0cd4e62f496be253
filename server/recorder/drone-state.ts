/**
 * A drone's record as flat, rounded fields, and back. What comes from telemetry has a dot before its name. Knows the
 * fleet's records; no frames and no file.
 */
import type { DroneRecord } from '../fleet/drone-record.js';
import type { TelemetryValue } from '../fleet/telemetry.js';
import { stableJson } from './stable-json.js';

/** Field → value; what is unknown is absent. */
export type RecordedState = { readonly [field: string]: unknown };

/** Longest value that is kept of one field, characters as JSON: a drone sends what it likes. */
const maxValueLength = 4000;

/** The fields of a record that are kept beside its telemetry. */
const recordFields = [
  'address',
  'isAnswering',
  'isConnected',
  'isSilent',
  'joinOrder',
  'latencyMs',
  'lostReason',
  'offsetMs',
  'software',
  'telemetryAtMs',
  'timeDeltaS',
  'busyWith',
  'uploadShare',
  'lastOutcome',
] as const satisfies readonly (keyof DroneRecord)[];

/** A field's value as it is kept, and as JSON. */
type KeptField = { readonly value: unknown; readonly text: string };

/** Field → what is kept of it; what is unknown is absent. */
export type KeptFields = ReadonlyMap<string, KeptField>;

/** Numbers are rounded to 10⁻⁴: a tenth of a millimetre, of a millisecond, and less than any of it is known. */
export function keptFields(record: DroneRecord): KeptFields {
  const fields = new Map<string, KeptField>();
  for (const name of recordFields) if (record[name] !== undefined) fields.set(name, kept(record[name]));
  for (const [key, value] of Object.entries(record.telemetry)) fields.set(`.${key}`, kept(value));
  return fields;
}

/** Plain data as fields. */
export function plainFields(state: RecordedState): KeptFields {
  const fields = new Map<string, KeptField>();
  for (const [name, value] of Object.entries(state))
    if (value !== undefined) fields.set(name, { value, text: stableJson(value) });
  return fields;
}

export function stateOf(fields: KeptFields): RecordedState {
  return Object.fromEntries([...fields].map(([name, { value }]) => [name, value]));
}

/** The record of which `keptFields` made this; what is missing is as of a drone that said nothing. */
export function recordOfState(id: string, state: RecordedState): DroneRecord {
  const telemetry: [string, TelemetryValue][] = [];
  const fields: [string, unknown][] = [];
  for (const [name, value] of Object.entries(state)) {
    if (name.startsWith('.')) telemetry.push([name.slice(1), value as TelemetryValue]);
    else fields.push([name, value]);
  }
  // Not by assignment: a drone may call a field `__proto__`.
  return { ...unheard, ...Object.fromEntries(fields), id, telemetry: Object.fromEntries(telemetry) };
}

const unheard: DroneRecord = {
  id: '',
  joinOrder: 0,
  address: '',
  isConnected: false,
  lostReason: undefined,
  isAnswering: true,
  software: undefined,
  telemetry: {},
  telemetryAtMs: undefined,
  isSilent: false,
  timeDeltaS: undefined,
  latencyMs: undefined,
  offsetMs: undefined,
  busyWith: undefined,
  lastOutcome: undefined,
};

function kept(given: unknown): KeptField {
  const value = roundedValue(given);
  const text = stableJson(value);
  if (text.length <= maxValueLength) return { value, text };
  const leftOut = `(left out: ${text.length} characters)`;
  return { value: leftOut, text: stableJson(leftOut) };
}

function roundedValue(value: unknown): unknown {
  if (typeof value === 'number') return Number.isInteger(value) ? value : rounded4(value);
  if (Array.isArray(value)) return value.map(roundedValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, roundedValue(member)]));
}

/** NaN and infinities stay what they are. */
function rounded4(value: number): number {
  const rounded = Math.round(value * 1e4) / 1e4;
  return Object.is(rounded, -0) ? 0 : rounded;
}
