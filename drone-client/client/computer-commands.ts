/**
 * Commands to the drone's computer: restarts, time, updates. Each is a program that the drone's own `[EXECUTE]` list has
 * under its name, so that nothing runs here that its owner has not allowed. Knows the list; no process, no connection.
 */
import { NotSupportedError, RefusedError } from '../../lib/errors.js';
import type { Kwargs } from '../../lib/messaging/index.js';
import { readText } from './arguments.js';
import type { Command } from './command.js';
import type { Drone } from './drone.js';
import type { Execute } from './execute.js';
import { executeSection, readExecuteSettings } from './execute-settings.js';

/** Names of services. Source: systemd.unit(5), without what its shells and paths give a meaning to. */
const servicePattern = /^[A-Za-z0-9][A-Za-z0-9@._-]{0,99}$/;

/** Of the words of a program that failed so many letters are told. */
const maxTold = 300;

export function computerCommands(drone: Drone, execute: Execute): { [name: string]: Command } {
  const by = (entry: string): Command => {
    return () => runEntry(drone, execute, entry);
  };
  return {
    reboot_all: by('reboot_all'),
    repair_chrony: by('repair_chrony'),
    update_repo: by('update_repo'),
    service_restart: (kwargs) => runEntry(drone, execute, restartOf(kwargs)),
  };
}

/** `restart-NAME`. @throws RefusedError for what is no service's name. */
function restartOf(kwargs: Kwargs): string {
  const name = readText(kwargs, 'name');
  if (servicePattern.test(name)) return `restart-${name}`;
  throw new RefusedError('bad_argument', `argument "name" must be the name of a service`);
}

/** @throws NotSupportedError when the list has no such entry; RefusedError when the program fails, and as `execute` does. */
async function runEntry({ config }: Drone, execute: Execute, entry: string): Promise<void> {
  if (!readExecuteSettings(config).programs.has(entry))
    throw new NotSupportedError(entry, `this drone's [${executeSection}] has no program for it`);
  const { exit_code: exitCode, text, output } = await execute.run({ command: entry });
  if (exitCode === 0) return;
  const words = typeof output === 'string' ? output.trim().slice(-maxTold) : '';
  throw new RefusedError('program_failed', `${entry}: ${String(text)}${words === '' ? '' : `: ${words}`}`);
}
