/** Takes the kwargs of a request or a message apart, saying what is wrong with them. Knows JSON; no request. */
import { RefusedError } from '../../errors.js';
import { fromWire, type MessageValue } from '../definitions/message-value.js';
import { isJsonObject, type Json } from '../json.js';
import type { Values } from './room-types.js';

/** Every method throws RefusedError `bad_arguments`, values MessageValueError `bad_message`. */
export class KwargsReader {
  readonly #where: string;
  readonly #kwargs: { readonly [key: string]: Json };

  /** @param where What people are told it is. */
  constructor(where: string, kwargs: Json | undefined) {
    if (!isJsonObject(kwargs)) throw new RefusedError('bad_arguments', `${where} must be an object`);
    this.#where = where;
    this.#kwargs = kwargs;
  }

  text(key: string): string {
    const value = this.#get(key);
    return typeof value === 'string' ? value : this.#wrong(key, 'a text');
  }

  /** Undefined when it is absent or null. */
  optionalText(key: string): string | undefined {
    return this.#has(key) ? this.text(key) : undefined;
  }

  optionalNumber(key: string): number | undefined {
    if (!this.#has(key)) return undefined;
    const value = this.#get(key);
    return typeof value === 'number' ? value : this.#wrong(key, 'a number');
  }

  /** False when it is absent. */
  flag(key: string): boolean {
    const value = this.#get(key) ?? false;
    return typeof value === 'boolean' ? value : this.#wrong(key, 'true or false');
  }

  /** Null when it is absent. */
  value(key: string): MessageValue {
    return fromWire(this.#get(key) ?? null, `${this.#where}: "${key}"`);
  }

  /** Undefined when it is absent or null. */
  optionalValue(key: string): MessageValue | undefined {
    return this.#has(key) ? this.value(key) : undefined;
  }

  /** Each member's value; nothing when it is absent. */
  values(key: string): Values {
    const object = this.#get(key) ?? {};
    if (!isJsonObject(object)) return this.#wrong(key, 'an object');
    const where = `${this.#where}: "${key}"`;
    return Object.fromEntries(Object.entries(object).map(([name, json]) => [name, fromWire(json, where)]));
  }

  object(key: string): KwargsReader {
    return new KwargsReader(`${this.#where}: "${key}"`, this.#get(key));
  }

  optionalObject(key: string): KwargsReader | undefined {
    return this.#has(key) ? this.object(key) : undefined;
  }

  objects(key: string): readonly KwargsReader[] {
    const list = this.#get(key);
    if (!Array.isArray(list)) return this.#wrong(key, 'a list');
    return list.map((item) => new KwargsReader(`${this.#where}: "${key}"`, item));
  }

  /** The names of all that is there. */
  get keys(): readonly string[] {
    return Object.keys(this.#kwargs);
  }

  #get(key: string): Json | undefined {
    return Object.hasOwn(this.#kwargs, key) ? this.#kwargs[key] : undefined;
  }

  #has(key: string): boolean {
    return (this.#get(key) ?? null) !== null;
  }

  #wrong(key: string, expected: string): never {
    throw new RefusedError('bad_arguments', `${this.#where}: "${key}" must be ${expected}`);
  }
}
