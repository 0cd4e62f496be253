/** `[EXECUTE]`: the programs that a server may run on this drone, by name. Knows no process and no connection. */
import { posix } from 'node:path';
import { type Config, freeSection, integer, type OptionSpec, string } from '../../lib/config/index.js';
import type { JailRoots } from './file-jail.js';

export const executeSection = 'EXECUTE';
const timeLimitOption = 'time_limit';

const program = string({
  default: '',
  expected: 'an absolute path, then arguments with commas between: /usr/bin/vcgencmd, measure_temp',
  about: 'A program and its arguments',
});

/** A list of texts: each argument is one, whatever it holds. A text alone is a program without arguments. */
const programLine: OptionSpec = {
  ...program,
  text: 'force_list',
  read: (value) => {
    const parts = Array.isArray(value) ? value : [value];
    const texts = parts.map((part) => (typeof part === 'number' ? String(part) : part));
    if (!texts.every((text) => typeof text === 'string' && !text.includes('\0'))) return undefined;
    const [path] = texts;
    return typeof path === 'string' && isProgramPath(path) ? (texts as string[]) : undefined;
  },
  write: (value) => {
    const texts = typeof value === 'object' ? value.map(String) : [String(value)];
    return texts.length === 1 ? (texts[0] ?? '') : texts;
  },
};

/** Empty unless the drone's own file says otherwise; no server can change it. */
export const executeSpec = freeSection({
  fixed: {
    [timeLimitOption]: integer({
      default: 10,
      min: 1,
      max: 60,
      about:
        'Programs that a server may run, each a line NAME = /absolute/path, argument, …; longest time, s',
    }),
  },
  anyOption: programLine,
});

export type AllowedProgram = { readonly program: string; readonly args: readonly string[] };

export type ExecuteSettings = {
  readonly timeLimitMs: number;
  readonly programs: ReadonlyMap<string, AllowedProgram>;
};

export function readExecuteSettings(config: Config): ExecuteSettings {
  const names = config.optionNames(executeSection).filter((name) => name !== timeLimitOption);
  const programs = names.map((name) => {
    const value = config.get([executeSection, name]);
    const [path = '', ...args] = typeof value === 'object' ? value.map(String) : [String(value)];
    return [name, { program: path, args }] as const;
  });
  return {
    timeLimitMs: config.getNumber([executeSection, timeLimitOption]) * 1000,
    programs: new Map(programs),
  };
}

/** Whether a server could have put it there: a program must not lie where received files do. */
export function liesInJail({ program: path }: AllowedProgram, { data, payload }: JailRoots): boolean {
  return [data, payload].some((root) => path.startsWith(`${posix.normalize(root).replace(/\/$/, '')}/`));
}

function isProgramPath(path: string): boolean {
  return posix.isAbsolute(path) && posix.normalize(path) === path && !path.endsWith('/');
}
