/** Definitions of messages with the types that wevis has; the grammar is the messaging library's. Knows no ids and no bytes. */
import {
  parseTypedDefinitions,
  type TypedDefinition,
  type TypedDefinitions,
  type TypedSchema,
  typedDefinitionsOf,
} from '../../messaging/definitions/grammar.js';
import { type ArgumentType, argumentTypes } from './argument-types.js';

/** A message as it was written down: its arguments in the order they were given. */
export type MessageDefinition = TypedDefinition<ArgumentType>;

/** Messages as an object: `{ Move: { x: 'float' } }`; the order counts. */
export type MessageSchema = TypedSchema<ArgumentType>;

export type DefinitionText = TypedDefinitions<ArgumentType>;

/**
 * Reads definitions from a text. `#` begins a comment anywhere, blank lines are skipped; of an argument given twice the
 * last counts, with a note.
 * @param source What the text is called in errors, a file's name for example.
 * @throws ConfigError that names source, line and what is expected.
 */
export function parseMessageDefinitions(text: string, source = 'definitions'): DefinitionText {
  return parseTypedDefinitions(text, { source, types: argumentTypes });
}

/**
 * Takes definitions from an object.
 * @throws ConfigError that names the message and what is expected.
 */
export function messageDefinitionsOf(schema: MessageSchema): MessageDefinition[] {
  return typedDefinitionsOf(schema, argumentTypes);
}
