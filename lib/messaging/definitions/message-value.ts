/**
 * What messages and variables of rooms hold, JSON or bytes, and how it crosses the wire as JSON alone. Knows no definition.
 *
 * Bytes become `{"$bytes": "BASE64"}`. An object whose only key is `$bytes` or `$plain` becomes `{"$plain": OBJECT}`, so
 * that nothing that anybody sends can be taken for something else.
 */
import { Buffer } from 'node:buffer';
import { isJsonObject, type Json } from '../json.js';
import { MessageValueError } from './message-value-error.js';

/** Never changed once given. Numbers may be NaN and infinite. */
export type MessageValue =
  | string
  | number
  | boolean
  | null
  | Uint8Array
  | readonly MessageValue[]
  | { readonly [key: string]: MessageValue };

/** Lists and objects within each other: leaves space, below what JSON may have, for what a message is wrapped in. */
const maxDepth = 64;

const bytesKey = '$bytes';
const plainKey = '$plain';

/**
 * The value as JSON.
 * @param where What people are told it is.
 * @throws MessageValueError for what no message can hold: undefined, functions, circles.
 */
export function toWire(value: unknown, where: string): Json {
  return wireOf(value, { where, depth: 0 });
}

/** The value that the JSON stands for. @throws MessageValueError for bytes that are not base64, and what lies too deep. */
export function fromWire(json: Json, where: string): MessageValue {
  return readValue(json, { where, depth: 0 });
}

type Place = { readonly where: string; readonly depth: number };

function wireOf(value: unknown, place: Place): Json {
  if (value === null || typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string')
    return value;
  if (typeof value !== 'object') throw new MessageValueError(`${place.where} can not hold ${nameOf(value)}`);
  if (value instanceof Uint8Array) return { [bytesKey]: base64Of(value) };
  const inner = deeper(place);
  if (Array.isArray(value)) return value.map((item: unknown) => wireOf(item, inner));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    throw new MessageValueError(
      `${place.where} can not hold an object of a class; plain ones and bytes only`,
    );
  const entries = Object.entries(value).map(([key, member]): [string, Json] => [key, wireOf(member, inner)]);
  const plain: { [key: string]: Json } = Object.fromEntries(entries);
  return isMarked(plain) ? { [plainKey]: plain } : plain;
}

function readValue(json: Json, place: Place): MessageValue {
  if (typeof json !== 'object' || json === null) return json;
  const inner = deeper(place);
  if (Array.isArray(json)) return json.map((item) => readValue(item, inner));
  if (!isMarked(json)) return membersOf(json, inner);
  const { [bytesKey]: bytes, [plainKey]: plain } = json;
  if (isJsonObject(plain)) return membersOf(plain, inner);
  if (typeof bytes === 'string') return bytesOf(bytes, place);
  throw new MessageValueError(`${place.where}: ${bytesKey} must be base64, ${plainKey} an object`);
}

function membersOf(object: { [key: string]: Json }, place: Place): MessageValue {
  const entries = Object.entries(object);
  return Object.fromEntries(entries.map(([key, member]) => [key, readValue(member, place)]));
}

function deeper({ where, depth }: Place): Place {
  if (depth < maxDepth) return { where, depth: depth + 1 };
  throw new MessageValueError(`${where}: lists and objects lie more than ${maxDepth} deep`);
}

function isMarked(object: { [key: string]: Json }): boolean {
  const [only, ...others] = Object.keys(object);
  return others.length === 0 && (only === bytesKey || only === plainKey);
}

function base64Of(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

/** Node takes anything for base64; what it gives back tells whether it was. */
function bytesOf(text: string, { where }: Place): Uint8Array {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) throw new MessageValueError(`${where}: ${bytesKey} is not base64`);
  return new Uint8Array(bytes);
}

function nameOf(value: unknown): string {
  return value === undefined ? 'undefined' : `a ${typeof value}`;
}
