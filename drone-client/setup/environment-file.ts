/** A file of variables for a service (systemd's EnvironmentFile): one of them read or set, the rest kept. Pure. */
import { ConfigError } from '../../lib/errors.js';

/** The last one counts. @throws ConfigError for a value over several lines. */
export function readVariable(text: string, name: string, path: string): string | undefined {
  const line = text
    .split('\n')
    .findLast((one) => one.trimStart().startsWith(`${name}=`))
    ?.trim();
  if (line === undefined) return undefined;
  const value = line.slice(name.length + 1);
  const quoted = /^(?:"((?:[^"\\]|\\.)*)"|'([^']*)')$/.exec(value);
  if (quoted) return (quoted[1] ?? quoted[2] ?? '').replace(/\\(.)/g, '$1');
  if (/["'\\]/.test(value))
    throw new ConfigError(
      `${path}: ${name} is written in a way that is not understood: put it on one line in quotes`,
    );
  return value;
}

/** In its place, or at the end; `value` is quoted where it has to be. */
export function setVariable(text: string, name: string, value: string): string {
  const line = `${name}=${/^[A-Za-z0-9_.:/@%+=,?&-]*$/.test(value) ? value : `"${value.replace(/["\\]/g, '\\$&')}"`}`;
  const lines = text.split('\n');
  const index = lines.findLastIndex((one) => one.trimStart().startsWith(`${name}=`));
  if (index >= 0) return lines.with(index, line).join('\n');
  return `${text === '' || text.endsWith('\n') ? text : `${text}\n`}${line}\n`;
}
