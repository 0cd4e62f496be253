/** Typed messages of rooms: which there are, and whether values fit them, on the way out and in. Knows no room and no wire. */
import {
  parseTypedDefinitions,
  type TypedDefinition,
  type TypedSchema,
  typedDefinitionsOf,
} from './grammar.js';
import type { MessageValue } from './message-value.js';
import { MessageValueError } from './message-value-error.js';
import {
  expectedValue,
  fitFloat32,
  isInt32,
  isNumberList,
  isWholeText,
  type ValueType,
  valueTypes,
} from './value-types.js';

/** A value as a program gives it: lists of floats may be typed arrays. */
export type FieldValue = MessageValue | Float32Array | Float64Array;

export type MessageFields = { readonly [name: string]: FieldValue };

/** What a program sends: the fields of a typed message, or any value. */
export type SentValue = MessageFields | FieldValue;

/** Definitions as an object: `{ Move: { x: 'float' } }`. */
export type MessageSchema = TypedSchema<ValueType>;

type Definition = TypedDefinition<ValueType>;

/** Lists and objects within each other in one argument; what wraps the argument lies around them. */
const maxJsonDepth = 60;

export class MessageDefinitions {
  /** What was read, but hardly meant. */
  readonly notes: readonly string[];
  readonly #byName: ReadonlyMap<string, Definition>;

  constructor(messages: readonly Definition[], notes: readonly string[] = []) {
    this.#byName = new Map(messages.map((message) => [message.name, message]));
    this.notes = notes;
  }

  get names(): readonly string[] {
    return [...this.#byName.keys()];
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  /** `Name argument=type …`, for people. */
  lineOf(name: string): string | undefined {
    const definition = this.#byName.get(name);
    return definition && [name, argumentsOf(definition)].join(' ').trimEnd();
  }

  /**
   * The value that goes out for these fields: lists of floats as plain lists.
   * @throws MessageValueError that names the message, or message and argument, and what is expected.
   */
  fit(name: string, fields: SentValue): MessageValue {
    const entries = this.#checked(name, fields);
    return Object.fromEntries(entries.map(([key, , value]) => [key, plainOf(value)]));
  }

  /** The fields of a value that came: lists of floats as typed arrays. @throws MessageValueError as `fit`. */
  read(name: string, value: MessageValue): MessageFields {
    const entries = this.#checked(name, value);
    return Object.fromEntries(entries.map(([key, type, field]) => [key, typedOf(type, field)]));
  }

  #checked(name: string, fields: SentValue): [name: string, type: ValueType, value: FieldValue][] {
    const definition = this.#byName.get(name);
    if (definition === undefined)
      throw new MessageValueError(
        `no message is called "${name}"; ${this.names.length > 0 ? `known are ${this.names.join(', ')}` : 'none is defined'}`,
      );
    if (!isFields(fields))
      throw new MessageValueError(`${name} is no object of arguments; it takes ${argumentsOf(definition)}`);
    const { argumentTypes } = definition;
    const unknown = Object.keys(fields).find((key) => !argumentTypes.has(key));
    if (unknown !== undefined)
      throw new MessageValueError(
        `${name} has no argument "${unknown}"; it takes ${argumentsOf(definition) || 'none'}`,
      );
    return [...argumentTypes].map(([key, type]) => {
      const value = Object.hasOwn(fields, key) ? fields[key] : undefined;
      if (value !== undefined && fits[type](value)) return [key, type, value];
      const problem = value === undefined ? 'is missing' : 'does not fit';
      throw new MessageValueError(`${name}.${key} ${problem}: ${expectedValue[type]} is expected`);
    });
  }
}

/**
 * Definitions from a text (`Name argument=type …` a line) or an object (`{ Name: { argument: 'type' } }`).
 * @param source What the text is called in errors, a file's name for example.
 * @throws ConfigError that names line or message, the word at fault and what is expected.
 */
export function readMessageDefinitions(
  from: string | MessageSchema,
  source = 'definitions',
): MessageDefinitions {
  if (typeof from !== 'string') return new MessageDefinitions(typedDefinitionsOf(from, valueTypes));
  const { messages, notes } = parseTypedDefinitions(from, { source, types: valueTypes });
  return new MessageDefinitions(messages, notes);
}

const fits: { readonly [type in ValueType]: (value: FieldValue) => boolean } = {
  int: isInt32,
  float: (value) => typeof value === 'number',
  str: isWholeText,
  bytes: (value) => value instanceof Uint8Array,
  '?f': (value) => isNumberList(value) && fitFloat32(value),
  '?d': isNumberList,
  bool: (value) => typeof value === 'boolean',
  json: (value) => isJson(value),
};

function argumentsOf({ argumentTypes }: Definition): string {
  return [...argumentTypes].map(([key, type]) => `${key}=${type}`).join(' ');
}

function isFields(value: SentValue): value is MessageFields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

/** No bytes, nothing that JSON leaves out, no circles, not too deep. */
function isJson(value: unknown, depth = 0): boolean {
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return true;
  if (typeof value === 'string') return isWholeText(value);
  if (typeof value !== 'object' || ArrayBuffer.isView(value) || depth >= maxJsonDepth) return false;
  return Object.values(value).every((member) => isJson(member, depth + 1));
}

function plainOf(value: FieldValue): MessageValue {
  return value instanceof Float32Array || value instanceof Float64Array ? [...value] : value;
}

function typedOf(type: ValueType, value: FieldValue): FieldValue {
  if (type === '?f' && isNumberList(value)) return Float32Array.from(value);
  return type === '?d' && isNumberList(value) ? Float64Array.from(value) : value;
}
