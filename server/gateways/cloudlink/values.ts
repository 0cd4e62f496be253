/** The hub's values as JSON and as what Scratch can hold. Knows no message. */
import { Buffer } from 'node:buffer';
import type { JsonValue } from '../../../lib/protocols/cloudlink/index.js';
import type { HubValue } from '../../hub/hub-types.js';

/** Bytes as Base64; numbers that JSON lacks as texts. */
export function jsonOf(value: HubValue): JsonValue {
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (isList(value)) return value.map(jsonOf);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, jsonOf(member)]));
}

/** As `val` of a message of CL4: clients drop what is `null`, so that the unknown is an empty text. */
export function valOf(value: HubValue): JsonValue {
  return value === null ? '' : jsonOf(value);
}

/** Scratch knows numbers and texts: yes and no are 1 and 0, the unknown is empty, lists are JSON. */
export function scratchValueOf(value: HubValue): string | number {
  if (typeof value === 'boolean') return value ? 1 : 0;
  const json = valOf(value);
  return typeof json === 'object' ? JSON.stringify(json) : typeof json === 'boolean' ? Number(json) : json;
}

function isList(value: HubValue): value is readonly HubValue[] {
  return Array.isArray(value);
}
