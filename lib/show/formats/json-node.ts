/** A value within a JSON file that knows its own path, for messages. Knows no format. */
import { errorText, ShowError } from '../../errors.js';
import { expectModest } from './modest-json.js';
import { decodeText } from './text-file.js';

type Members = { readonly [key: string]: unknown };

export class JsonNode {
  readonly value: unknown;
  readonly #parent: JsonNode | undefined;
  readonly #key: string | number;

  private constructor(value: unknown, key: string | number, parent?: JsonNode) {
    this.value = value;
    this.#key = key;
    this.#parent = parent;
  }

  /** @throws ShowError naming the file, when it is no JSON, or larger than a show can be. */
  static parse(bytes: Uint8Array, fileName: string): JsonNode {
    expectModest(bytes, fileName);
    const text = decodeText(bytes, fileName);
    try {
      return new JsonNode(JSON.parse(text), fileName);
    } catch (error) {
      throw new ShowError(`${fileName}: this is not JSON: ${errorText(error)}`, { cause: error });
    }
  }

  /** Such as `show.vviz: performances[2].id`. */
  get path(): string {
    if (!this.#parent) return String(this.#key);
    const isRoot = this.#parent.#parent === undefined;
    if (typeof this.#key === 'number') return `${this.#parent.path}[${this.#key}]`;
    return `${this.#parent.path}${isRoot ? ': ' : '.'}${this.#key}`;
  }

  /** That this value is not what it should be. */
  error(expected: string): ShowError {
    const found = this.value === undefined ? 'missing' : (JSON.stringify(this.value) ?? '').slice(0, 60);
    return new ShowError(`${this.path} is ${found}, expected ${expected}`);
  }

  /** A member of this object; its value is undefined when there is none. @throws ShowError when this is no object. */
  member(key: string): JsonNode {
    return new JsonNode(this.#members()[key], key, this);
  }

  keys(): string[] {
    return Object.keys(this.#members());
  }

  /** @throws ShowError when this is no list. */
  *items(): Generator<JsonNode> {
    if (!Array.isArray(this.value)) throw this.error('a list');
    for (let i = 0; i < this.value.length; i++) yield new JsonNode(this.value[i], i, this);
  }

  /** A member that is a number (JSON has no others than finite ones, but for overflow). @throws ShowError else. */
  number(key: string): number {
    const value = this.optionalNumber(key);
    if (value === undefined) throw this.member(key).error('a number');
    return value;
  }

  /** The same, undefined when there is no such member. */
  optionalNumber(key: string): number | undefined {
    const value = this.#members()[key];
    if (value === undefined) return undefined;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    throw this.member(key).error('a number');
  }

  #members(): Members {
    if (isMembers(this.value)) return this.value;
    throw this.error('an object');
  }
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
