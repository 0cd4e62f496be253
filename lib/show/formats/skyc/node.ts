/** A value of an archive's JSON, and the place it stands at for messages. Knows no show and no bytes of files. */
import { ShowError } from '../../../errors.js';
import type { Vec3 } from '../../../geo/frames.js';

/** Where a value stands: a file's root, or a key (of an object) or number (of a list) below another place. */
export type Place =
  | { readonly fileName: string; readonly entry: string }
  | { readonly parent: Place; readonly key: string | number };

export type Located = { readonly value: unknown; readonly place: Place };

/** What stands behind the nodes. */
export interface Resolver {
  /**
   * The value that `raw` stands for: itself, or what its reference leads to.
   * @throws ShowError for a reference that leads nowhere, out of the archive, or in a circle.
   */
  resolve(raw: unknown, place: Place): Located;
  /**
   * Counts what is taken over into the show, numbers or bytes.
   * @throws ShowError when it is more than a show can have.
   */
  spend(count: number, place: Place): void;
}

/** Beyond these nothing is a show: 10 km, a day. */
const maxLengthM = 10_000;
const maxTimeS = 86_400;

/** A value whose references are followed as it is asked for; every question refuses a wrong answer with its place. */
export class SkycNode {
  readonly value: unknown;
  readonly #place: Place;
  readonly #resolver: Resolver;

  constructor(resolver: Resolver, raw: unknown, place: Place) {
    const located = resolver.resolve(raw, place);
    this.value = located.value;
    this.#place = located.place;
    this.#resolver = resolver;
  }

  /** The member of this name; undefined where the object has none, or null. */
  optional(key: string): SkycNode | undefined {
    if (!isObject(this.value)) throw this.expected('an object');
    const raw = Object.hasOwn(this.value, key) ? this.value[key] : undefined;
    if (raw === undefined || raw === null) return undefined;
    return new SkycNode(this.#resolver, raw, { parent: this.#place, key });
  }

  required(key: string): SkycNode {
    const member = this.optional(key);
    if (member === undefined) throw this.error(`"${key}" is missing`);
    return member;
  }

  items(): SkycNode[] {
    if (!Array.isArray(this.value)) throw this.expected('a list');
    const list: readonly unknown[] = this.value;
    return list.map((raw, key) => new SkycNode(this.#resolver, raw, { parent: this.#place, key }));
  }

  /** A list of at least `least` and at most `most` entries. */
  itemsBetween(least: number, most: number, what: string): SkycNode[] {
    const items = this.items();
    if (items.length < least || items.length > most) throw this.expected(what);
    return items;
  }

  /** A finite number, not beyond `least` and `most`. */
  number(what: string, least = -Number.MAX_VALUE, most = Number.MAX_VALUE): number {
    const { value } = this;
    this.#resolver.spend(1, this.#place);
    if (typeof value !== 'number' || !Number.isFinite(value)) throw this.expected(what);
    if (value < least) throw this.error(`${value} is too small, expected ${what}, at least ${least}`);
    if (value > most) throw this.error(`${value} is too large, expected ${what}, at most ${most}`);
    return value;
  }

  seconds(): number {
    return this.number('a number of seconds', -maxTimeS, maxTimeS);
  }

  metres(): number {
    return this.number('a number of metres', -maxLengthM, maxLengthM);
  }

  vector(): Vec3 {
    const plain = plainVector(this.value);
    if (plain) {
      this.#resolver.spend(3, this.#place);
      return plain;
    }
    const [x = 0, y = 0, z = 0] = this.itemsBetween(3, 3, 'a point [x, y, z]').map((item) => item.metres());
    return { x, y, z };
  }

  /** See `Resolver.spend`. */
  spend(count: number): void {
    this.#resolver.spend(count, this.#place);
  }

  text(): string {
    if (typeof this.value !== 'string') throw this.expected('a text');
    return this.value;
  }

  isTrue(): boolean {
    return this.value === true;
  }

  /** Bytes of a file that is referred to, or base64; who copies them for each drone spends them. */
  bytes(): Uint8Array {
    return this.value instanceof Uint8Array ? this.value : this.#fromBase64();
  }

  /** @throws ShowError when the object's `version` is another. */
  expectVersion(version: number, hint = ''): void {
    const found = this.required('version');
    if (found.value !== version)
      throw found.error(`version ${describe(found.value)} is not read, only ${version}${hint}`);
  }

  expected(what: string): ShowError {
    return this.error(`expected ${what}, found ${describe(this.value)}`);
  }

  error(reason: string): ShowError {
    return placedError(this.#place, reason);
  }

  #fromBase64(): Uint8Array {
    const text = this.text();
    if (text.length % 4 === 1 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw this.expected('base64');
    return new Uint8Array(Buffer.from(text, 'base64'));
  }
}

export function placedError(place: Place, reason: string): ShowError {
  return new ShowError(`${placeText(place)}: ${reason}`);
}

/** Such as `show.skyc: drones/a/trajectory.json, points[3]`. */
function placeText(place: Place): string {
  const keys: (string | number)[] = [];
  let at = place;
  while ('parent' in at) {
    keys.unshift(at.key);
    at = at.parent;
  }
  const path = keys.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('');
  const file = `${at.fileName}: ${at.entry}`;
  return path === '' ? file : `${file}, ${path.replace(/^\./, '')}`;
}

export function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
  );
}

/** A value in a message: itself when short. */
function describe(value: unknown): string {
  if (typeof value === 'string') return value.length > 40 ? 'a long text' : JSON.stringify(value);
  if (value instanceof Uint8Array) return 'a file that is not JSON';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return isObject(value) ? 'an object' : String(value);
}

/** The usual case, without a node for each number. */
function plainVector(value: unknown): Vec3 | undefined {
  if (!Array.isArray(value) || value.length !== 3) return undefined;
  const [x, y, z]: unknown[] = value;
  return isLength(x) && isLength(y) && isLength(z) ? { x, y, z } : undefined;
}

function isLength(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= maxLengthM;
}
