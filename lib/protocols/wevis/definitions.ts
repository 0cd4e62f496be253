/**
 * The grammar of typed messages, `Name argument=type …` a line, from a text or an object. Knows no ids and no bytes, so
 * that any protocol can use it.
 */
import { ConfigError } from '../../errors.js';
import { type ArgumentType, argumentTypes, isArgumentType } from './argument-types.js';

/** A message as it was written down: its arguments in the order they were given. */
export type MessageDefinition = {
  readonly name: string;
  readonly argumentTypes: ReadonlyMap<string, ArgumentType>;
};

/** Messages as an object: `{ Move: { x: 'float' } }`; the order counts. */
export type MessageSchema = { readonly [name: string]: { readonly [argument: string]: ArgumentType } };

export type DefinitionText = {
  readonly messages: readonly MessageDefinition[];
  /** What was read, but hardly meant. */
  readonly notes: readonly string[];
};

/** Letters are ASCII at the start of a name; behind it any letter or number of Unicode. Source: wevis 0.0.4. */
const messageName = /^[A-Za-z_][\p{L}\p{N}_]*$/u;
const argumentName = /^[A-Za-z][\p{L}\p{N}_]*$/u;

const blanks = /[\s\u0085]+/;
const lineEnds = /\r\n|\r|\n/;

/**
 * Reads definitions from a text. `#` begins a comment anywhere, blank lines are skipped; of an argument given twice the
 * last counts, with a note.
 * @param source What the text is called in errors, a file's name for example.
 * @throws ConfigError that names source, line and what is expected.
 */
export function parseMessageDefinitions(text: string, source = 'definitions'): DefinitionText {
  const messages: MessageDefinition[] = [];
  const notes: string[] = [];
  const lineOf = new Map<string, number>();
  for (const [index, line] of text.split(lineEnds).entries()) {
    const words = (line.split('#', 1)[0] ?? '').split(blanks).filter((word) => word !== '');
    const [name, ...rest] = words;
    if (name === undefined) continue;
    const where = `${source}, line ${index + 1}`;
    const earlier = lineOf.get(name);
    if (earlier !== undefined)
      throw new ConfigError(
        `${where}: duplicate definition ${name}: it is defined in line ${earlier} already`,
      );
    lineOf.set(name, index + 1);
    const pairs = rest.map((word) => readPair(word, where));
    messages.push(define(name, pairs, where));
    notes.push(...notesOf(name, pairs, where));
  }
  return { messages, notes };
}

/**
 * Takes definitions from an object.
 * @throws ConfigError that names the message and what is expected.
 */
export function messageDefinitionsOf(schema: MessageSchema): MessageDefinition[] {
  return Object.entries(schema).map(([name, types]) => {
    const where = `message ${JSON.stringify(name)}`;
    if (typeof types !== 'object' || types === null)
      throw new ConfigError(`${where}: an object of argument names and types is expected`);
    return define(name, Object.entries(types), where);
  });
}

type Pair = readonly [name: string, type: string];

function readPair(word: string, where: string): Pair {
  const [name, type, ...more] = word.split('=');
  if (name === undefined || type === undefined || more.length > 0)
    throw new ConfigError(
      `${where}: arguments must be given as name=type without blanks, not ${JSON.stringify(word)}`,
    );
  return [name, type];
}

function define(name: string, pairs: readonly Pair[], where: string): MessageDefinition {
  if (!messageName.test(name))
    throw new ConfigError(
      `${where}: ${JSON.stringify(name)} can not name a message: a letter A-Z, a-z or _ is expected, then letters, digits or _`,
    );
  const types = pairs.map(([argument, type]) => [argument, readType(argument, type, where)] as const);
  return { name, argumentTypes: new Map(types) };
}

function readType(argument: string, type: string, where: string): ArgumentType {
  if (!argumentName.test(argument))
    throw new ConfigError(
      `${where}: ${JSON.stringify(argument)} can not name an argument: a letter A-Z or a-z is expected, then letters, digits or _`,
    );
  if (isArgumentType(type)) return type;
  throw new ConfigError(
    `${where}: unknown type ${JSON.stringify(type)} of ${argument}: one of ${argumentTypes.join(', ')} is expected`,
  );
}

function notesOf(name: string, pairs: readonly Pair[], where: string): string[] {
  const last = new Map(pairs);
  const repeated = [...last.keys()].filter((key) => pairs.filter(([given]) => given === key).length > 1);
  return repeated.map(
    (key) =>
      `${where}: argument ${key} of ${name} is given more than once: the last type, ${last.get(key)}, counts`,
  );
}
