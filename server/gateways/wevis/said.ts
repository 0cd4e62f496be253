/** Reads what a user's messages say. The definitions were checked: an argument of ours has its type. Pure. */
import { ConfigError } from '../../../lib/errors.js';
import type { WevisMessage, WevisValue } from '../../../lib/protocols/wevis/index.js';
import type { HubValue } from '../../hub/hub-types.js';

export function textIn({ fields }: WevisMessage, argument: string): string {
  const value = fields[argument];
  return typeof value === 'string' ? value : '';
}

export function numbersIn({ fields }: WevisMessage, argument: string): readonly number[] {
  const value = fields[argument];
  return value instanceof Float32Array ? [...value] : [];
}

/** One a line; none of an empty text. */
export function namesIn(message: WevisMessage): readonly string[] {
  const names = textIn(message, 'names');
  return names === '' ? [] : names.replace(/\n$/, '').split('\n');
}

/** A command of the hub's with its arguments. */
export type Command = { readonly name: string; readonly args: Readonly<Record<string, HubValue>> };

/**
 * The command that a message asks for: `Cue`, `Command`, or one of the message's own name.
 * @throws ConfigError when what should be JSON is none.
 */
export function commandOf(message: WevisMessage): Command {
  if (message.name === 'Cue') return { name: 'cue', args: { name: textIn(message, 'cue') } };
  if (message.name === 'Command') {
    const [operation, drones] = [textIn(message, 'operation'), textIn(message, 'drones')];
    return { name: 'operate', args: { operation, drones, arguments: jsonIn(textIn(message, 'arguments')) } };
  }
  const given = Object.entries(message.fields).filter(([argument]) => argument !== 'correlation');
  return { name: message.name, args: Object.fromEntries(given.map(([name, value]) => [name, plain(value)])) };
}

function jsonIn(text: string): HubValue {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text) as HubValue;
  } catch (cause) {
    throw new ConfigError('arguments: JSON is expected, such as {"red": 255}', { cause });
  }
}

function plain(value: WevisValue): HubValue {
  return value instanceof Float32Array || value instanceof Float64Array ? [...value] : (value as HubValue);
}
