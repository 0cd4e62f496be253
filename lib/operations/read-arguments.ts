/** Judges what somebody gave as the arguments of an operation. Pure; knows no wire, no screen and no operation's meaning. */
import { isAbsolute } from 'node:path';
import { UsageError } from '../errors.js';
import type { ArgumentSpec, Arguments } from './operation.js';

type Value = string | number | boolean;

/** Source: Linux, PATH_MAX. */
const maxPath = 4096;

/**
 * Checks typed values, as JSON has them, and fills in what is not given.
 * @throws UsageError that names the argument and says what is expected.
 */
export function checkArguments(
  specs: readonly ArgumentSpec[],
  given: { readonly [name: string]: unknown },
): Arguments {
  const values = specs.flatMap((spec): [string, Value][] => {
    const value = given[spec.name];
    const isGiven = value !== undefined && value !== null;
    if (isGiven) return [[spec.name, checkValue(spec, value)]];
    if (spec.default !== undefined) return [[spec.name, spec.default]];
    if (spec.mayBeMissing) return [];
    throw new UsageError(`${spec.name} is missing: ${expectation(spec)}`);
  });
  return Object.fromEntries(values);
}

/** What a person typed for one argument, as a value; an empty text is not given. @throws UsageError */
export function readArgument(spec: ArgumentSpec, text: string): Value | undefined {
  if (text.trim() === '') return undefined;
  // A name or a path is taken to the letter.
  const isExact = spec.kind === 'text' || spec.kind === 'path';
  return checkValue(spec, isExact ? text : fromText(spec, text.trim()));
}

/** What is expected of it, for people: bounds, choices, default. */
export function expectation(spec: ArgumentSpec): string {
  switch (spec.kind) {
    case 'number':
      return `${spec.about}: a number ${spec.minExcluded ? 'above' : 'from'} ${spec.min}${spec.minExcluded ? ', at most' : ' to'} ${spec.max}`;
    case 'text':
      return `${spec.about}: a text of at most ${spec.maxLength} letters`;
    case 'choice':
      return `${spec.about}: ${oneOf(spec.choices)}`;
    case 'flag':
      return `${spec.about}: yes or no`;
    case 'path':
      return `${spec.about}: an absolute path on the server's machine`;
  }
}

function oneOf(choices: readonly string[]): string {
  return choices.length < 2
    ? choices.join('')
    : `${choices.slice(0, -1).join(', ')} or ${choices.at(-1) ?? ''}`;
}

function fromText(spec: ArgumentSpec, text: string): unknown {
  if (spec.kind === 'number') {
    const number = Number(text.replace(',', '.'));
    return Number.isNaN(number) ? text : number;
  }
  if (spec.kind !== 'flag') return text;
  const word = text.toLowerCase();
  if (['y', 'yes', 'true', 'on', '1'].includes(word)) return true;
  return ['n', 'no', 'false', 'off', '0'].includes(word) ? false : text;
}

function checkValue(spec: ArgumentSpec, value: unknown): Value {
  if (isFit(spec, value)) return value;
  throw new UsageError(`${spec.name}: ${expectation(spec)}, not ${shown(value)}`);
}

function isFit(spec: ArgumentSpec, value: unknown): value is Value {
  switch (spec.kind) {
    case 'number':
      return (
        typeof value === 'number' &&
        value <= spec.max &&
        (spec.minExcluded ? value > spec.min : value >= spec.min)
      );
    case 'text':
      return typeof value === 'string' && value !== '' && value.length <= spec.maxLength;
    case 'choice':
      return typeof value === 'string' && spec.choices.includes(value);
    case 'flag':
      return typeof value === 'boolean';
    case 'path':
      return (
        typeof value === 'string' && value.length <= maxPath && !value.includes('\0') && isAbsolute(value)
      );
  }
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).slice(0, 60);
}
