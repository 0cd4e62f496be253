/** Contents on their way between Lacewing and the hub. Between two Lacewing clients not a byte changes. Knows no session. */
import { Buffer } from 'node:buffer';
import {
  cutName,
  type LacewingContent,
  type LacewingValue,
  makeContent,
  readContent,
} from '../../../lib/protocols/lacewing/index.js';
import type { Content, HubValue, Member } from '../../hub/hub-types.js';

/** The most that a number of the protocol can be. */
const maxNumber = 0xffff_ffff;

/** How deep JSON is written; what others nest deeper is told as null. */
const maxDepth = 64;

/** JSON of what the hub has; bytes in it are base64. Never throws. */
export function jsonText(value: HubValue): string {
  return JSON.stringify(plainJson(value, maxDepth));
}

function plainJson(value: HubValue, depth: number): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  // Not by its type, but a plugin need not be typed.
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth === 0) return null;
  if (Array.isArray(value)) return value.map((each: HubValue) => plainJson(each, depth - 1));
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plainJson(each, depth - 1)]));
}

/** A peer's name: what is no name of the protocol is cut or blanked; who has none is called by its id in the hub. */
export function peerName({ name, id }: Member): string {
  return cutName((name ?? id).replace(/[\p{Cc}\p{Cs}]/gu, ' '));
}

/** Contents of Lacewing clients, kept as they came beside what the hub makes of them. */
export class Crossing {
  readonly #originals = new WeakMap<Content, LacewingContent>();

  /** What the hub is given; the subchannel is its topic. */
  toHub(content: LacewingContent, isBlasted: boolean): Content {
    const made = {
      topic: content.subchannel,
      value: hubValue(readContent(content)),
      marks: { variant: content.variant, isObject: content.isObject },
      isLossy: isBlasted,
    };
    this.#originals.set(made, content);
    return made;
  }

  /** What a client is given: of others, texts, whole numbers and bytes as such, all else as JSON in a text. */
  fromHub(content: Content): LacewingContent {
    return this.#originals.get(content) ?? makeContent(lacewingValue(content.value), subchannel(content));
  }
}

function hubValue(value: LacewingValue): HubValue {
  if (typeof value !== 'object' || value instanceof Uint8Array) return value;
  // It was parsed from JSON, and that holds nothing else.
  return value.json as HubValue;
}

function lacewingValue(value: HubValue): LacewingValue {
  if (typeof value === 'string' || value instanceof Uint8Array) return value;
  const isNumber = typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= maxNumber;
  return isNumber ? value : jsonText(value);
}

/** Topics of other gateways that are texts have no place in the protocol. */
function subchannel({ topic }: Content): number {
  const isOne = typeof topic === 'number' && Number.isInteger(topic) && topic >= 0 && topic <= 0xff;
  return isOne ? topic : 0;
}
