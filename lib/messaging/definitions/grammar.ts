/**
 * The grammar of typed messages, `Name argument=type …` a line, from a text or an object. Knows no ids and no bytes; which
 * types there are is told by the protocol that uses it.
 */
import { ConfigError } from '../../errors.js';

/** A message as it was written down: its arguments in the order they were given. */
export type TypedDefinition<Type extends string> = {
  readonly name: string;
  readonly argumentTypes: ReadonlyMap<string, Type>;
};

/** Messages as an object: `{ Move: { x: 'float' } }`; the order counts. */
export type TypedSchema<Type extends string> = {
  readonly [name: string]: { readonly [argument: string]: Type };
};

export type TypedDefinitions<Type extends string> = {
  readonly messages: readonly TypedDefinition<Type>[];
  /** What was read, but hardly meant. */
  readonly notes: readonly string[];
};

export type GrammarOptions<Type extends string> = {
  /** All types that an argument can have. */
  readonly types: readonly Type[];
  /** What the text is called in errors, a file's name for example. */
  readonly source: string;
};

/** Letters are ASCII at the start of a name; behind it any letter or number of Unicode. Source: wevis 0.0.4. */
const messageName = /^[A-Za-z_][\p{L}\p{N}_]*$/u;
const argumentName = /^[A-Za-z][\p{L}\p{N}_]*$/u;

const blanks = /[\s\u0085]+/;
const lineEnds = /\r\n|\r|\n/;

/** Where a definition stands, and of which types it may be. */
type Place<Type extends string> = { readonly where: string; readonly types: readonly Type[] };

type Pair = readonly [name: string, type: string];

/**
 * Reads definitions from a text. `#` begins a comment anywhere, blank lines are skipped; of an argument given twice the
 * last counts, with a note.
 * @throws ConfigError that names source, line, the word at fault and what is expected.
 */
export function parseTypedDefinitions<Type extends string>(
  text: string,
  { types, source }: GrammarOptions<Type>,
): TypedDefinitions<Type> {
  const messages: TypedDefinition<Type>[] = [];
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
    messages.push(define(name, pairs, { where, types }));
    notes.push(...notesOf(name, pairs, where));
  }
  return { messages, notes };
}

/**
 * Takes definitions from an object.
 * @throws ConfigError that names the message and what is expected.
 */
export function typedDefinitionsOf<Type extends string>(
  schema: TypedSchema<Type>,
  types: readonly Type[],
): TypedDefinition<Type>[] {
  return Object.entries(schema).map(([name, given]) => {
    const where = `message ${JSON.stringify(name)}`;
    if (typeof given !== 'object' || given === null)
      throw new ConfigError(`${where}: an object of argument names and types is expected`);
    return define(name, Object.entries(given), { where, types });
  });
}

function readPair(word: string, where: string): Pair {
  const [name, type, ...more] = word.split('=');
  if (name === undefined || type === undefined || more.length > 0)
    throw new ConfigError(
      `${where}: arguments must be given as name=type without blanks, not ${JSON.stringify(word)}`,
    );
  return [name, type];
}

function define<Type extends string>(
  name: string,
  pairs: readonly Pair[],
  place: Place<Type>,
): TypedDefinition<Type> {
  if (!messageName.test(name))
    throw new ConfigError(
      `${place.where}: ${JSON.stringify(name)} can not name a message: a letter A-Z, a-z or _ is expected, then letters, digits or _`,
    );
  const typed = pairs.map((pair) => [pair[0], readType(pair, place)] as const);
  return { name, argumentTypes: new Map(typed) };
}

function readType<Type extends string>([argument, type]: Pair, { where, types }: Place<Type>): Type {
  if (!argumentName.test(argument))
    throw new ConfigError(
      `${where}: ${JSON.stringify(argument)} can not name an argument: a letter A-Z or a-z is expected, then letters, digits or _`,
    );
  const found = types.find((known) => known === type);
  if (found !== undefined) return found;
  throw new ConfigError(
    `${where}: unknown type ${JSON.stringify(type)} of ${argument}: one of ${types.join(', ')} is expected`,
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
