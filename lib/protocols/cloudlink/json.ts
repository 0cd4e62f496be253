/** JSON as CloudLink's peers read and write it: strict, compact, ASCII alone. Knows texts and values; no message. */
import { maxJsonDepth } from '../../messaging/json.js';

/** What a message can hold. Every number is finite. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

export type JsonObject = { readonly [key: string]: JsonValue };

/** A value, or why the text is none. */
export type JsonReading =
  | { readonly value: JsonValue; readonly fault?: undefined }
  | { readonly fault: string };

/** Reads one value. Numbers beyond all floats, and what lies deeper than `maxJsonDepth`, could not be passed on. */
export function readJson(text: string): JsonReading {
  try {
    const value: unknown = JSON.parse(text);
    if (isSound(value, 0)) return { value };
    return { fault: `a number is too large, or lists and objects lie more than ${maxJsonDepth} deep` };
  } catch (error) {
    if (error instanceof SyntaxError) return { fault: error.message };
    throw error;
  }
}

function isSound(value: unknown, depth: number): value is JsonValue {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return true;
  if (depth >= maxJsonDepth) return false;
  for (const item of Object.values(value)) if (!isSound(item, depth + 1)) return false;
  return true;
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const escaped = /[/\u0080-\uffff]/;
const escapedEach = /[/\u0080-\uffff]/g;

/** No spaces, what is not ASCII as `\uXXXX`, and `/` as `\/`. What is `undefined` in an object is left out. */
export function writeJson(value: { readonly [key: string]: JsonValue | undefined }): string {
  const text = JSON.stringify(value);
  return escaped.test(text) ? text.replace(escapedEach, escapeOne) : text;
}

function escapeOne(character: string): string {
  if (character === '/') return '\\/';
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
