/** A frame of telemetry as it is written, and what it makes of the state before. Pure: knows no file and no clock. */
import type { KeptFields, RecordedState } from './drone-state.js';

/** Field → new value; null: the field is unknown now. */
export type FieldChanges = { readonly [field: string]: unknown };

/** What has changed since the frame before. */
export type FrameBody = {
  /** Where in this part reading is to begin so that this moment is known whole, bytes. */
  readonly from: number;
  /** All fields of these drones, as they are after this frame. */
  readonly whole?: { readonly [id: string]: RecordedState };
  readonly drones?: { readonly [id: string]: FieldChanges };
  /** Drones that are in the table no more. */
  readonly gone?: readonly string[];
  /** Of the server: phase, show, authorization, … */
  readonly server?: FieldChanges;
};

/** All that is known at one moment. */
export type FleetState = { readonly drones: Map<string, RecordedState>; server: RecordedState };

/** Changes `state`. What is no frame changes nothing. */
export function applyFrame(state: FleetState, body: { readonly [name: string]: unknown }): void {
  for (const [id, fields] of objects(body.whole)) state.drones.set(id, fields);
  for (const [id, changes] of objects(body.drones))
    state.drones.set(id, withChanges(state.drones.get(id) ?? {}, changes));
  if (Array.isArray(body.gone)) for (const id of body.gone) state.drones.delete(String(id));
  if (isObject(body.server)) state.server = withChanges(state.server, body.server);
}

/** What makes `after` of `before`; undefined when nothing has changed. */
export function changesBetween(before: KeptFields, after: KeptFields): FieldChanges | undefined {
  const changes: [string, unknown][] = [];
  for (const [field, { value, text }] of after)
    if (before.get(field)?.text !== text) changes.push([field, value]);
  for (const field of before.keys()) if (!after.has(field)) changes.push([field, null]);
  return changes.length === 0 ? undefined : Object.fromEntries(changes);
}

/** By spreading, not by assignment: a field of a strange file may be called `__proto__`. */
function withChanges(before: RecordedState, changes: FieldChanges): RecordedState {
  const after = { ...before, ...changes };
  return Object.values(changes).includes(null)
    ? Object.fromEntries(Object.entries(after).filter(([, value]) => value !== null))
    : after;
}

function objects(value: unknown): [string, RecordedState][] {
  return isObject(value)
    ? Object.entries(value).filter((entry): entry is [string, RecordedState] => isObject(entry[1]))
    : [];
}

function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
