/** The kinds of options that a specification is made of. Knows single values: no files, no sections. */
import { ConfigError } from '../errors.js';
import { type IniValue, scanValue } from './ini-value.js';
import type { ConfigValue, WireValue } from './wire-value.js';

/** One option of a specification. */
export type OptionSpec = {
  readonly kind: 'option';
  readonly default: ConfigValue;
  /** One line for people; the comment in a file of defaults. */
  readonly about: string;
  /** Ends the sentence "… is wrong, expected". */
  readonly expected: string;
  /** As clever-show writes it: `float(default=0.5, min=0)`. */
  readonly text: string;
  /** The value that a file's text or a peer's value (typed, or as text) means; undefined when it is wrong. */
  readonly read: (value: WireValue) => ConfigValue | undefined;
  /** The value as a line of a file has it. */
  readonly write: (value: ConfigValue) => IniValue;
};

type Common<T> = { readonly default: T; readonly about: string };
type Bounds = { readonly min?: number; readonly max?: number };

/** A text. `pattern` must match the whole of it; `expected` then says what that is. */
export function string(
  options: Common<string> & { maxLength?: number; pattern?: RegExp; expected?: string },
): OptionSpec {
  const { maxLength = Number.POSITIVE_INFINITY, pattern } = options;
  const limit = options.maxLength === undefined ? '' : ` of at most ${maxLength} characters`;
  const bound = options.maxLength === undefined ? '' : `, max=${maxLength}`;
  return {
    ...base(options, options.expected ?? `a text${limit}`, `string(default="${options.default}"${bound})`),
    read: (value) => {
      const text = readText(value);
      if (text === undefined || text.length > maxLength) return undefined;
      return pattern && !pattern.test(text) ? undefined : text;
    },
  };
}

/** A text, or several with commas between: one text to whoever asks for it, and to peers. */
export function texts(options: Common<string>): OptionSpec {
  const partsOf = (text: string) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
  return {
    ...base(options, 'a text, or several with commas between', `string(default="${options.default}")`),
    read: (value) => {
      const items = Array.isArray(value) ? value.map(readText) : [readText(value)];
      return items.every((item) => item !== undefined) ? items.flatMap(partsOf).join(', ') : undefined;
    },
    write: (value) => {
      const parts = partsOf(String(value));
      return parts.length > 1 ? parts : (parts[0] ?? '');
    },
  };
}

/** A version such as `1.0`: a text that a peer may send as a number. */
export function version(options: Common<string>): OptionSpec {
  const read = (value: WireValue) => (typeof value === 'number' ? floatText(value) : readText(value));
  return { ...base(options, 'a version such as 1.0', `string(default="${options.default}")`), read };
}

/** A finite number. */
export function float(options: Common<number> & Bounds): OptionSpec {
  const text = `float(default=${floatText(options.default)}${boundsText(options)})`;
  return { ...base(options, `a number${boundsWords(options)}`, text), read: (v) => readBounded(v, options) };
}

/** A whole number. */
export function integer(options: Common<number> & Bounds): OptionSpec {
  return {
    ...base(
      options,
      `an integer${boundsWords(options)}`,
      `integer(default=${options.default}${boundsText(options)})`,
    ),
    read: (value) => {
      const number = readBounded(value, options);
      return number !== undefined && Number.isInteger(number) ? number : undefined;
    },
    write: String,
  };
}

export function boolean(options: Common<boolean>): OptionSpec {
  return { ...base(options, 'true or false', `boolean(default=${options.default})`), read: readBoolean };
}

/** One of some words. */
export function option(words: readonly string[], options: Common<string>): OptionSpec {
  const list = words.map((word) => `"${word}"`).join(', ');
  return {
    ...base(options, `one of ${words.join(', ')}`, `option(${list}, default="${options.default}")`),
    read: (value) => words.find((word) => word === value),
  };
}

/** One of some words, or a finite number. On the wire it is a text, as old peers have it. */
export function wordOrNumber(words: readonly string[], options: Common<string | number>): OptionSpec {
  return {
    ...base(options, `${words.join(', ')} or a number`, `string(default="${options.default}")`),
    read: (value) => words.find((word) => word === String(value).toLowerCase()) ?? readBounded(value, {}),
  };
}

/** A list of as many finite numbers as the default has. */
export function numbers(options: Common<readonly number[]>): OptionSpec {
  const { length } = options.default;
  const defaults = options.default.map(floatText).join(', ');
  const text = `float_list(default=list(${defaults}), min=${length}, max=${length})`;
  return {
    ...base(options, `a list of ${length} numbers`, text),
    read: (value) =>
      readList(
        value,
        Array(length).fill((item: WireValue) => readBounded(item, {})),
      ),
  };
}

/** A list with one value of each given kind, in this order. */
export function tuple(parts: readonly OptionSpec[], options: Common<readonly ConfigValue[]>): OptionSpec {
  const kinds = parts.map((part) => `"${part.text.replace(/\(.*$/, '')}"`).join(', ');
  const expected = `the list ${parts.map((part) => part.expected).join(', ')}`;
  return {
    ...base(options, expected, `mixed_list(${kinds})`),
    read: (value) =>
      readList(
        value,
        parts.map((part) => part.read),
      ),
  };
}

function base(options: Common<ConfigValue>, expected: string, text: string): Omit<OptionSpec, 'read'> {
  return {
    kind: 'option',
    default: options.default,
    about: options.about,
    expected,
    text,
    write: writeValue,
  };
}

function writeValue(value: ConfigValue): IniValue {
  return typeof value === 'object' ? value.map(scalarText) : scalarText(value);
}

function scalarText(value: ConfigValue): string {
  return typeof value === 'number' ? floatText(value) : String(value);
}

/** With a decimal point, as clever-show writes a float. */
function floatText(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e15 ? value.toFixed(1) : String(value);
}

function readText(value: WireValue): string | undefined {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;
}

function readBounded(value: WireValue, { min, max }: Bounds): number | undefined {
  const number = typeof value === 'string' ? numberOf(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) return undefined;
  return number < (min ?? number) || number > (max ?? number) ? undefined : number;
}

function numberOf(text: string): number | undefined {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : undefined;
}

function readBoolean(value: WireValue): boolean | undefined {
  const word = String(value).toLowerCase();
  if (['true', 'yes', 'on', '1'].includes(word)) return true;
  return ['false', 'no', 'off', '0'].includes(word) ? false : undefined;
}

/** A list, or a text with commas that is one. */
function readList(
  value: WireValue,
  parts: readonly ((item: WireValue) => ConfigValue | undefined)[],
): ConfigValue[] | undefined {
  const items = typeof value === 'string' ? splitList(value) : value;
  if (!Array.isArray(items) || items.length !== parts.length) return undefined;
  const values = items.map((item, index) => parts[index]?.(item));
  return values.every((item) => item !== undefined) ? values : undefined;
}

function splitList(text: string): WireValue {
  try {
    const { value } = scanValue(text);
    return typeof value === 'string' ? value : [...value];
  } catch (error) {
    if (error instanceof ConfigError) return null;
    throw error;
  }
}

function boundsText({ min, max }: Bounds): string {
  return `${min === undefined ? '' : `, min=${min}`}${max === undefined ? '' : `, max=${max}`}`;
}

function boundsWords({ min, max }: Bounds): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  if (min !== undefined) return `, at least ${min}`;
  return max === undefined ? '' : `, at most ${max}`;
}
