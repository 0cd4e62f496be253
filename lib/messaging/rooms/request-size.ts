/** How large a request is, before it is sent. Knows JSON; no request and no connection. */
import { Buffer } from 'node:buffer';
import { formatJson, isJsonObject, type Json } from '../json.js';

/** Largest arguments of a request, bytes: the gateway takes no frame over 2 MiB, its head included. */
export const maxRequestBytes = 2 * 1024 * 1024 - 4096;

/** What cannot be larger than six times this, bytes, is not measured to the byte: nothing is written in more. */
const exactFromBytes = 8 * 1024;

/** About, where it is small; to the byte where it matters. */
export function requestBytes(kwargs: Json): number {
  const roughly = roughBytes(kwargs);
  return roughly < exactFromBytes ? roughly : Buffer.byteLength(formatJson(kwargs));
}

function roughBytes(json: Json): number {
  if (typeof json === 'string') return json.length + 2;
  if (Array.isArray(json)) return json.reduce<number>((sum, item) => sum + roughBytes(item) + 1, 2);
  if (!isJsonObject(json)) return 4;
  return Object.entries(json).reduce((sum, [key, value]) => sum + key.length + 4 + roughBytes(value), 2);
}
