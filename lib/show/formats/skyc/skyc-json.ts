/** The JSON of a `.skyc` archive: bytes in, a value out. Knows neither references nor shows. */
import { parseJson } from '../../../messaging/json.js';
import { expectModest } from '../modest-json.js';

/** Words such as NaN are told by name in files up to this size; in larger ones it would take too long. */
const maxWordedBytes = 4 * 2 ** 20;

/** @throws ShowError for what is too much for a show; TypeError for no UTF-8; SyntaxError for no JSON. */
export function parseSkycJson(bytes: Uint8Array, fileName: string): unknown {
  expectModest(bytes, fileName);
  const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  return bytes.length > maxWordedBytes ? JSON.parse(text) : parseJson(text);
}
