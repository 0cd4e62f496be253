/** The body of a control request: which drones it means, and its arguments. Pure; knows the fleet's ids only. */
import { RefusedError, UsageError } from '../../../lib/errors.js';
import { type OperationName, operations } from '../../../lib/operations/catalogue.js';
import type { Arguments, OperationSpec } from '../../../lib/operations/operation.js';
import { checkArguments } from '../../../lib/operations/read-arguments.js';
import { isTppObject, type TppJson } from '../../../lib/protocols/tpp/index.js';

/** A checked body. */
export type ControlTarget = {
  /** Each id once, in the order given, or in the fleet's order when all are meant; none for what concerns no drone. */
  readonly ids: readonly string[];
  /** True when no drones were named: all that there are, those that come later included. */
  readonly isEveryone: boolean;
  readonly given: Arguments;
};

const targetKeys = ['ids', 'all', 'select'] as const;
const maxIds = 10_000;
const maxIdLength = 200;
/** The names of a whole fleet one after the other: whoever lands it may have written them out. */
const maxSelection = 200_000;

/** What a body is read by. */
export type BodyReader = {
  /** Every drone of the table, in its order. */
  readonly fleetIds: readonly string[];
  /** The drones that an expression means. @throws UsageError for one that can not be read, or names nobody known. */
  readonly select: (expression: string) => readonly string[];
};

/**
 * Reads a body; none at all counts as an empty one. Whatever might mean more drones than its author thought of is
 * refused: an unknown key, an empty list of ids, ids together with all.
 * @throws RefusedError with a sentence about what is wrong.
 */
export function readControlBody(action: OperationName, body: TppJson, reader: BodyReader): ControlTarget {
  const fields = body ?? {};
  if (!isTppObject(fields)) throw badBody('the body must be an object');
  const spec = operations[action];
  expectKnown(action, Object.keys(fields), spec);
  const target = readTarget(action, fields, { spec, reader });
  try {
    return { ...target, given: checkArguments(spec.arguments, fields) };
  } catch (error) {
    throw error instanceof UsageError ? badBody(error.message) : error;
  }
}

function expectKnown(action: OperationName, keys: readonly string[], spec: OperationSpec): void {
  const own = spec.arguments.map(({ name }) => name);
  const known: readonly string[] = spec.target === 'none' ? own : [...targetKeys, ...own];
  for (const key of keys) {
    if (known.includes(key)) continue;
    const may = known.length === 0 ? 'must be empty' : `may hold ${known.join(', ')}`;
    throw badBody(`the body of ${action} ${may}, not "${key.slice(0, maxIdLength)}"`);
  }
}

type Fields = { readonly [key: string]: TppJson };

function readTarget(
  action: OperationName,
  fields: Fields,
  { spec, reader }: { readonly spec: OperationSpec; readonly reader: BodyReader },
): Omit<ControlTarget, 'given'> {
  if (spec.target === 'none') return { ids: [], isEveryone: false };
  const named = [readIds(fields.ids), readSelection(fields.select, reader)].filter(
    (ids) => ids !== undefined,
  );
  const isAll = readAll(fields.all);
  if (named.length > 1 || (named.length > 0 && isAll)) throw badBody('give ids, select or all: one of them');
  const [ids] = named;
  if (!ids && !isAll && spec.target === 'named') throw badBody(`"${action}" needs ids, select, or all: true`);
  return { ids: ids ?? reader.fleetIds, isEveryone: ids === undefined };
}

function readSelection(value: TppJson | undefined, { select }: BodyReader): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string' || value.trim() === '' || value.length > maxSelection)
    throw badBody(`select must be a text of 1 to ${maxSelection} letters that says which drones`);
  try {
    return select(value);
  } catch (error) {
    throw error instanceof UsageError ? badBody(error.message) : error;
  }
}

function readIds(value: TppJson | undefined): string[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value) || !value.every(isId)) throw badBody('ids must be a list of drone ids (texts)');
  if (value.length === 0 || value.length > maxIds)
    throw badBody(`ids must name 1 to ${maxIds} drones; leave it out to mean none in particular`);
  return [...new Set(value)];
}

function isId(value: TppJson): value is string {
  return typeof value === 'string' && value !== '' && value.length <= maxIdLength;
}

function readAll(value: TppJson | undefined): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value !== 'boolean') throw badBody('all must be true or false');
  return value;
}

function badBody(sentence: string): RefusedError {
  return new RefusedError('bad_body', sentence);
}
