/** Options that are made from what a peer says of them: lists of any length, addresses, anything. Knows no files. */
import { ConfigError } from '../errors.js';
import { type IniValue, scanValue } from './ini-value.js';
import { type OptionSpec, string } from './option-types.js';
import type { ConfigValue, WireValue } from './wire-value.js';

/** How many items a list may have. */
export type Lengths = { readonly min?: number; readonly max?: number };

/** A list whose items are all of one kind; a text without a comma is a list of one. */
export function listOf(
  item: OptionSpec,
  options: Lengths & { readonly default: readonly ConfigValue[]; readonly text: string },
): OptionSpec {
  const { min = 0, max = Number.POSITIVE_INFINITY } = options;
  return {
    kind: 'option',
    default: options.default,
    about: '',
    expected: `a list${lengthWords(options)}, each ${item.expected}`,
    text: options.text,
    read: (value) => {
      const items = itemsOf(value);
      if (!items || items.length < min || items.length > max) return undefined;
      const read = items.map((one) => item.read(one));
      return read.every((one) => one !== undefined) ? read : undefined;
    },
    write: (value) => listed(value).map((one) => String(item.write(one))),
  };
}

/** `192.168.1.1`; as the validator of old peers, with fewer parts too. */
export function address(options: { readonly default: string }): OptionSpec {
  const part = '(25[0-5]|2[0-4]\\d|1?\\d?\\d)';
  return string({
    default: options.default,
    about: '',
    pattern: new RegExp(`^\\s*${part}(\\.${part}){0,3}\\s*$`),
    expected: 'an address such as 192.168.1.1',
  });
}

/** A text or a list of texts, whatever they are. */
export function anything(options: {
  readonly default: ConfigValue;
  readonly about: string;
  readonly text: string;
}): OptionSpec {
  return { ...options, kind: 'option', expected: 'a text, or texts with commas between', read, write };
  function read(value: WireValue): ConfigValue | undefined {
    if (typeof value !== 'object') return String(value);
    const items = Array.isArray(value) ? value.map(read) : undefined;
    return items?.every((item) => typeof item === 'string') ? items : undefined;
  }
  function write(value: ConfigValue): IniValue {
    return typeof value === 'object' ? value.map(String) : String(value);
  }
}

function itemsOf(value: WireValue): WireValue[] | undefined {
  if (Array.isArray(value)) return value;
  if (typeof value !== 'string') return value === null || typeof value === 'object' ? undefined : [value];
  try {
    const { value: scanned } = scanValue(value);
    if (typeof scanned !== 'string') return [...scanned];
    return scanned === '' ? [] : [scanned];
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

function listed(value: ConfigValue): readonly ConfigValue[] {
  return typeof value === 'object' ? value : [value];
}

function lengthWords({ min, max }: Lengths): string {
  if (min !== undefined && min === max) return ` of ${min}`;
  if (min !== undefined && max !== undefined) return ` of ${min} to ${max}`;
  if (min !== undefined) return ` of at least ${min}`;
  return max === undefined ? '' : ` of at most ${max}`;
}
