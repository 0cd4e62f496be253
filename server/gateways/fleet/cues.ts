/**
 * Cues: what visitors may fire by a name, as the configuration lists it. Only lights, music and what brings drones to rest
 * can be a cue; nothing that starts, arms or moves a drone. Pure.
 */
import { ConfigError, errorText, UsageError } from '../../../lib/errors.js';
import { type CommandName, isCommand, isOperation, operations } from '../../../lib/operations/catalogue.js';
import type { Arguments } from '../../../lib/operations/operation.js';
import { checkArguments, readArgument } from '../../../lib/operations/read-arguments.js';
import { parseSelection } from '../../fleet/selection-parser.js';

export type Cue = {
  readonly name: string;
  readonly operation: CommandName;
  /** An expression that chooses drones; undefined: all. */
  readonly select: string | undefined;
  readonly given: Arguments;
};

/** What a cue can be. */
const cueOperations: readonly CommandName[] = [
  'led_fill',
  'led_test',
  'music_play',
  'music_hold',
  'music_stop',
  'pause',
  'stop',
  'land',
];

const namePattern = /^[\p{L}\p{N}][\p{L}\p{N} _-]{0,63}$/u;

/**
 * A line of the configuration: `OPERATION [name=value ...] [on DRONES]`, for example `led_fill red=255 on @left and not 7`.
 * @throws ConfigError that names the cue and says what is expected.
 */
export function parseCue(name: string, line: string): Cue {
  if (!namePattern.test(name))
    throw new ConfigError(
      `cue "${name.slice(0, 70)}": a name is 1 to 64 letters, digits, spaces, dashes and underscores, no space first`,
    );
  const [order = '', ...rest] = line.trim().split(/\s+on\s+/);
  const [operation = '', ...words] = order.split(/\s+/);
  if (!isOperation(operation) || !isCommand(operation) || !cueOperations.includes(operation))
    throw new ConfigError(
      `cue "${name}": "${operation}" can not be fired by visitors; a cue is one of ${cueOperations.join(', ')}, ` +
        'for example: led_fill red=255 on @left',
    );
  const spec = operations[operation];
  const select = rest.length === 0 ? undefined : rest.join(' on ');
  if (select !== undefined && spec.target === 'none')
    throw new ConfigError(`cue "${name}": ${operation} concerns no drones; leave out "on ${select}"`);
  try {
    if (select !== undefined) parseSelection(select);
    return { name, operation, select, given: checkArguments(spec.arguments, readWords(operation, words)) };
  } catch (error) {
    throw new ConfigError(`cue "${name}": ${errorText(error)}`);
  }
}

/** `name=value` words as the typed arguments of an operation. @throws UsageError */
export function readWords(operation: CommandName, words: readonly string[]): Record<string, unknown> {
  const specs = operations[operation].arguments;
  const read = words.map((word): [string, unknown] => {
    const at = word.indexOf('=');
    const spec = specs.find((each) => each.name === word.slice(0, at));
    if (at < 1 || spec === undefined) {
      const known = specs.map((each) => `${each.name}=…`).join(' ') || 'no arguments';
      throw new UsageError(`"${word.slice(0, 60)}": ${operation} takes ${known}`);
    }
    return [spec.name, readArgument(spec, word.slice(at + 1))];
  });
  return Object.fromEntries(read);
}
