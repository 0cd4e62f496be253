/** Whether a call of `starling ctl` makes sense, and the request it becomes. Knows no socket. */
import { UsageError } from '../../errors.js';
import { isOperation, type OperationName, operationNames, operations } from '../../operations/catalogue.js';
import type { ArgumentSpec, Arguments } from '../../operations/operation.js';
import { checkArguments, expectation, readArgument } from '../../operations/read-arguments.js';
import { type ControlBody, eventNames } from './control-protocol.js';
import { streamAction } from './messages.js';

/** What `starling ctl` can be asked for: every operation, and the stream of events. */
export const ctlActions: readonly string[] = [...operationNames, streamAction];

export type CtlCall = {
  readonly action: string;
  /** What stands behind the action: its positional arguments, then which drones. */
  readonly words?: readonly string[];
  readonly all?: boolean;
  /** Arguments by name, as they were typed; `true` for a flag without a value. */
  readonly options?: { readonly [name: string]: string | true };
  /** Makes a path of the caller's folder absolute; default: paths are taken as they are. */
  readonly resolvePath?: (path: string) => string;
};

/**
 * The action and its body.
 * @throws UsageError for an unknown action, for a command that names nobody, or names somebody and all, for a wrong argument.
 */
export function readCtlCall(call: CtlCall): { readonly action: OperationName; readonly body: ControlBody } {
  const { action, words = [], all = false, options = {}, resolvePath = (path) => path } = call;
  if (!isOperation(action))
    throw new UsageError(`unknown action "${action}"; known are ${ctlActions.join(', ')}`);
  const { target, arguments: specs } = operations[action];
  const read: ReadWord = (spec, text) => readArgument(spec, spec.kind === 'path' ? resolvePath(text) : text);
  const given = readOptions(action, options, read);
  const missing = specs.filter(({ name, isPositional }) => isPositional && given[name] === undefined);
  const positional = missing.flatMap((spec, index): [string, string | number | boolean | undefined][] => {
    const word = words[index];
    if (word === undefined && spec.mayBeMissing) return [];
    if (word === undefined) throw new UsageError(`${action} needs ${spec.name}: ${expectation(spec)}`);
    return [[spec.name, read(spec, word)]];
  });
  const checked = checkArguments(specs, { ...given, ...Object.fromEntries(positional) });
  const named = words.slice(missing.length);
  expectTarget(action, { named, all });
  return {
    action,
    body: {
      ...(named.length > 0 && { select: named.map(oneTerm).join(',') }),
      ...(all && target !== 'none' && { all }),
      ...checked,
    },
  };
}

/** Which events of which drones: the body of `stream`. */
export type CtlEvents = {
  /** Names of event types, commas between. */
  readonly events: string | undefined;
  /** Which drones; none: all. */
  readonly words: readonly string[];
};

/** @throws UsageError when no event is named. Which there are says the server, that may have others. */
export function readCtlEvents({ events = '', words }: CtlEvents): {
  readonly [key: string]: string | readonly string[];
} {
  const types = events.split(',').flatMap((word) => (word.trim() === '' ? [] : [word.trim()]));
  if (types.length === 0)
    throw new UsageError(`${streamAction} needs --events: some of ${eventNames.join(', ')}`);
  return { event_types: types, ...(words.length > 0 && { select: words.map(oneTerm).join(',') }) };
}

function expectTarget(
  action: OperationName,
  { named, all }: { readonly named: readonly string[]; readonly all: boolean },
): void {
  const { target } = operations[action];
  if (target === 'none' && (named.length > 0 || all))
    throw new UsageError(`${action} concerns no drones: leave ${all ? '--all' : `"${named[0]}"`} out`);
  if (all && named.length > 0) throw new UsageError('give drones or --all, not both');
  if (target === 'named' && !all && named.length === 0)
    throw new UsageError(`"${action}" needs drones (ids, 1-20, "not ready", @group), or --all`);
}

/** A word of the command line is a term of its own, whatever it holds. */
function oneTerm(word: string): string {
  if (word.trim() === '') throw new UsageError('an empty word names no drone');
  return word;
}

type ReadWord = typeof readArgument;

function readOptions(
  action: OperationName,
  options: NonNullable<CtlCall['options']>,
  readWord: ReadWord,
): Partial<Arguments> {
  const specs = new Map(operations[action].arguments.map((spec) => [spec.name, spec]));
  const read = Object.entries(options).map(([name, text]) => {
    const spec = specs.get(name);
    if (!spec) throw new UsageError(`--${name} does not go with ${action}${whatGoes([...specs.values()])}`);
    return [name, text === true ? flag(spec) : readWord(spec, text)] as const;
  });
  return Object.fromEntries(read);
}

function flag(spec: ArgumentSpec): boolean {
  if (spec.kind === 'flag') return true;
  throw new UsageError(`--${spec.name} needs a value: ${expectation(spec)}`);
}

function whatGoes(specs: readonly ArgumentSpec[]): string {
  return specs.length === 0 ? '' : `: it takes ${specs.map(({ name }) => `--${name}`).join(', ')}`;
}
