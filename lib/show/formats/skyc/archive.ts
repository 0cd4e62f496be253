/** The files of a `.skyc` archive, and the references between them. Knows JSON and names; not what a show is. */
import { errorText, ShowError } from '../../../errors.js';
import { printable } from '../../../printable.js';
import { isObject, type Located, type Place, placedError, type Resolver, SkycNode } from './node.js';
import { parseSkycJson } from './skyc-json.js';

/** References within references, and in the whole archive. */
const maxDepth = 32;
const maxReferences = 100_000;

/** JSON that is kept parsed, and that is parsed in all (what was let go of counts again), in bytes. */
const maxKeptBytes = 32 * 2 ** 20;
const maxParsedBytes = 512 * 2 ** 20;

/** Numbers and bytes of a show: 5,000 drones with a thousand points each. */
const maxSpent = 20 * 2 ** 20;

/** Reads entries when they are asked for. */
export class Archive implements Resolver {
  readonly #fileName: string;
  readonly #files: ReadonlyMap<string, Uint8Array>;
  readonly #kept = new Map<string, { readonly value: unknown; readonly sizeBytes: number }>();
  #keptBytes = 0;
  #parsedBytes = 0;
  #references = 0;
  #spent = 0;

  constructor(fileName: string, files: ReadonlyMap<string, Uint8Array>) {
    this.#fileName = fileName;
    this.#files = files;
  }

  /** @throws ShowError when there is no such entry, or it is no JSON. */
  open(entry: string): SkycNode {
    const place = { fileName: this.#fileName, entry };
    return new SkycNode(this, this.#parse(entry, place), place);
  }

  resolve(raw: unknown, place: Place): Located {
    return this.#settle({ value: raw, place }, []);
  }

  spend(count: number, place: Place): void {
    this.#spent += count;
    if (this.#spent > maxSpent)
      throw placedError(
        place,
        `the show holds more than ${maxSpent} numbers and bytes, which is more than is read`,
      );
  }

  /** Follows references until there is a value; `trail` are those that are being followed. */
  #settle(located: Located, trail: readonly string[]): Located {
    let at = located;
    let passed = trail;
    for (let reference = referenceIn(at.value); reference !== undefined; reference = referenceIn(at.value)) {
      const wrong = (reason: string) => placedError(at.place, reason);
      if (typeof reference !== 'string') throw wrong('"$ref" has to be a text');
      if (++this.#references > maxReferences) throw wrong(`more than ${maxReferences} references`);
      const target = this.#target(reference, at.place, wrong);
      const id = `${target.entry}#${target.pointer}`;
      if (passed.includes(id)) throw wrong(`the reference ${JSON.stringify(reference)} leads in a circle`);
      if (passed.length >= maxDepth) throw wrong(`references more than ${maxDepth} deep`);
      passed = [...passed, id];
      at = this.#follow(target, at.place, passed);
    }
    return at;
  }

  #target(reference: string, place: Place, wrong: (reason: string) => ShowError): Target {
    const hash = reference.indexOf('#');
    const path = hash < 0 ? reference : reference.slice(0, hash);
    const pointer = hash < 0 ? '' : decoded(reference.slice(hash + 1));
    if (pointer !== '' && !pointer.startsWith('/'))
      throw wrong(`${JSON.stringify(reference)}: expected #/ before a pointer`);
    if (path === '') return { entry: entryOf(place), pointer };
    const name = path.replace(/^(?:\.\/)+/, '');
    if (
      /^[a-z][a-z0-9+.-]*:/i.test(name) ||
      name.startsWith('/') ||
      name.includes('\\') ||
      name.split('/').includes('..')
    )
      throw wrong(`the reference ${JSON.stringify(reference)} leads out of the archive`);
    const entry = this.#files.has(name) ? name : decoded(name);
    if (!this.#files.has(entry)) throw wrong(`there is no ${JSON.stringify(name)} in the archive`);
    return { entry, pointer };
  }

  #follow({ entry, pointer }: Target, from: Place, trail: readonly string[]): Located {
    const place = { fileName: this.#fileName, entry };
    if (!/\.json$/i.test(entry)) return { value: this.#files.get(entry), place };
    let at: Located = { value: this.#parse(entry, from), place };
    for (const token of pointer.split('/').slice(1)) {
      const { value, place: parent } = this.#settle(at, trail);
      const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
      const next = memberOf(value, key);
      if (next === undefined)
        throw placedError(from, `the reference ${JSON.stringify(`${entry}#${pointer}`)} leads to nothing`);
      at = { value: next, place: { parent, key: Array.isArray(value) ? Number(key) : key } };
    }
    return at;
  }

  #parse(entry: string, from: Place): unknown {
    const kept = this.#kept.get(entry);
    if (kept) return kept.value;
    const bytes = this.#files.get(entry);
    if (!bytes) throw placedError(from, 'there is no such file in the archive');
    this.#parsedBytes += bytes.length;
    if (this.#parsedBytes > maxParsedBytes)
      throw placedError(from, `its references make too much JSON to be read`);
    const value = parseEntry(bytes, { fileName: this.#fileName, entry });
    this.#keep(entry, value, bytes.length);
    return value;
  }

  /** The eldest are let go of; the newest stays, however large. */
  #keep(entry: string, value: unknown, sizeBytes: number): void {
    for (const [name, old] of this.#kept) {
      if (this.#keptBytes + sizeBytes <= maxKeptBytes) break;
      this.#kept.delete(name);
      this.#keptBytes -= old.sizeBytes;
    }
    this.#kept.set(entry, { value, sizeBytes });
    this.#keptBytes += sizeBytes;
  }
}

type Target = { readonly entry: string; readonly pointer: string };

/** The target of a reference: an object whose one key is `$ref`. */
function referenceIn(value: unknown): unknown {
  if (!isObject(value) || !Object.hasOwn(value, '$ref') || Object.keys(value).length !== 1) return undefined;
  return value.$ref;
}

function memberOf(value: unknown, key: string): unknown {
  if (Array.isArray(value)) return /^(?:0|[1-9]\d*)$/.test(key) ? value[Number(key)] : undefined;
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function entryOf(place: Place): string {
  let at = place;
  while ('parent' in at) at = at.parent;
  return at.entry;
}

function parseEntry(
  bytes: Uint8Array,
  place: { readonly fileName: string; readonly entry: string },
): unknown {
  try {
    return parseSkycJson(bytes, `${place.fileName}: ${place.entry}`);
  } catch (error) {
    if (error instanceof ShowError) throw error;
    throw placedError(place, `this is no JSON: ${printable(errorText(error))}`);
  }
}

/** Percent signs undone; as it is when they are none. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}
