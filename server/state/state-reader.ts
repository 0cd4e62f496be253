/** Reads the fields of a value that came from a file, and says which one is wrong. Knows no meaning of them. */
import { ShowError } from '../../lib/errors.js';

type Fields = { readonly [name: string]: unknown };

/** Longest text that is read of one field. */
const maxText = 4096;

/** @throws ShowError when it is no object. */
export function fieldsOf(value: unknown, name: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ShowError(`${name} is no object`);
  return { ...value };
}

/** Every method throws ShowError when the field is missing or of another kind. */
export class Reader {
  readonly #fields: Fields;
  readonly #path: string;

  constructor(fields: Fields, path: string) {
    this.#fields = fields;
    this.#path = path;
  }

  text(name: string): string {
    const value = this.#fields[name];
    if (typeof value !== 'string' || value.length > maxText) throw this.#wrong(name, 'a text');
    return value;
  }

  flag(name: string): boolean {
    const value = this.#fields[name];
    if (typeof value !== 'boolean') throw this.#wrong(name, 'true or false');
    return value;
  }

  /** A number of 0 or more. */
  amount(name: string): number {
    const value = this.#fields[name];
    // 1e999 is JSON, and Infinity: what held until then would hold for ever.
    if (typeof value !== 'number' || !Number.isFinite(value) || value < 0)
      throw this.#wrong(name, 'a number of 0 or more');
    return value;
  }

  /** Of UDP or TCP. */
  port(name: string): number {
    const value = this.#fields[name];
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > 65_535)
      throw this.#wrong(name, 'a port');
    return value;
  }

  optionalText(name: string): string | undefined {
    return this.#fields[name] === undefined ? undefined : this.text(name);
  }

  optionalAmount(name: string): number | undefined {
    return this.#fields[name] === undefined ? undefined : this.amount(name);
  }

  /** An object; undefined when the field is not there. */
  optional<T>(name: string, read: (fields: Reader) => T): T | undefined {
    const value = this.#fields[name];
    return value === undefined ? undefined : read(this.#inner(value, name));
  }

  list<T>(name: string, most: number, read: (fields: Reader) => T): T[] {
    return this.#items(name, most).map((item, index) => read(this.#inner(item, `${name}[${index}]`)));
  }

  texts(name: string, most: number): string[] {
    return this.#items(name, most).map((item, index) => {
      if (typeof item !== 'string' || item.length > maxText) throw this.#wrong(`${name}[${index}]`, 'a text');
      return item;
    });
  }

  /** A list of two: a text, and what `isSecond` accepts. */
  pairs<T>(name: string, most: number, isSecond: (value: unknown) => value is T): [string, T][] {
    return this.#items(name, most).map((item, index) => {
      const [first, second]: unknown[] = Array.isArray(item) ? item : [];
      if (typeof first !== 'string' || !isSecond(second)) throw this.#wrong(`${name}[${index}]`, 'a pair');
      return [first, second];
    });
  }

  #items(name: string, most: number): unknown[] {
    const value = this.#fields[name];
    if (!Array.isArray(value) || value.length > most) throw this.#wrong(name, `a list of at most ${most}`);
    return value;
  }

  #inner(value: unknown, name: string): Reader {
    const path = `${this.#path}${name}`;
    return new Reader(fieldsOf(value, `"${path}"`), `${path}.`);
  }

  #wrong(name: string, expected: string): ShowError {
    return new ShowError(`"${this.#path}${name}" is not ${expected}`);
  }
}
