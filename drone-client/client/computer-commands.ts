/**
 * Commands to the drone's computer: restarts, time, updates. Each is a program that the drone's own `[EXECUTE]` list has
 * under its name or, without one, a job of root's helper. Knows both; no process, no connection.
 */
import { errorText, NotSupportedError, RefusedError } from '../../lib/errors.js';
import type { Kwargs } from '../../lib/messaging/index.js';
import type { JobName } from '../jobs/job.js';
import { readText } from './arguments.js';
import type { Command } from './command.js';
import type { Drone } from './drone.js';
import type { Execute } from './execute.js';
import { executeSection, readExecuteSettings } from './execute-settings.js';
import type { StandingWork } from './standing-work.js';
import { notInstalled } from './update-files.js';

/** Names of services. Source: systemd.unit(5), without what its shells and paths give a meaning to. */
const servicePattern = /^[A-Za-z0-9][A-Za-z0-9@._-]{0,99}$/;

type SmallJob = Exclude<JobName, 'update'>;

/** What the helper restarts; `clever-show` is what old servers call a drone's client. */
const serviceJobs: ReadonlyMap<string, SmallJob> = new Map([
  ['starling-drone', 'restart-client'],
  ['clever-show', 'restart-client'],
  ['chrony', 'restart-chrony'],
  ['chronyd', 'restart-chrony'],
]);

/** The helper says that it begins, and waits for a second: the answer leaves in that. */
const lastJobs: ReadonlySet<SmallJob> = new Set(['reboot', 'restart-client']);

/** A client that was not ended by then goes on as before, ms. */
const endsWithinMs = 30_000;

/** Of the words of a program that failed so many letters are told. */
const maxTold = 300;

export type ComputerParts = {
  readonly drone: Drone;
  readonly execute: Execute;
  readonly standing: StandingWork;
};

export function computerCommands(parts: ComputerParts): { [name: string]: Command } {
  const by = (entry: string, job: SmallJob | undefined): Command => {
    return () => runEntry(parts, entry, job);
  };
  return {
    reboot_all: by('reboot_all', 'reboot'),
    repair_chrony: by('repair_chrony', 'repair-time'),
    update_repo: by('update_repo', undefined),
    service_restart: (kwargs) => restart(parts, kwargs),
  };
}

/** @throws RefusedError for what is no service's name. */
async function restart(parts: ComputerParts, kwargs: Kwargs): Promise<void> {
  const name = readText(kwargs, 'name');
  if (!servicePattern.test(name))
    throw new RefusedError('bad_argument', `argument "name" must be the name of a service`);
  await runEntry(parts, `restart-${name}`, serviceJobs.get(name.replace(/\.service$/, '')));
}

/**
 * The owner's own entry wins.
 * @throws NotSupportedError where there is neither entry nor helper; RefusedError when it fails, and as `execute` does.
 */
async function runEntry(parts: ComputerParts, entry: string, job: SmallJob | undefined): Promise<void> {
  const { drone, execute } = parts;
  if (!readExecuteSettings(drone.config).programs.has(entry)) return runJob(parts, entry, job);
  const { exit_code: exitCode, text, output } = await execute.run({ command: entry });
  if (exitCode === 0) return;
  const words = typeof output === 'string' ? output.trim().slice(-maxTold) : '';
  throw new RefusedError('program_failed', `${entry}: ${String(text)}${words === '' ? '' : `: ${words}`}`);
}

async function runJob(parts: ComputerParts, entry: string, job: SmallJob | undefined): Promise<void> {
  const { drone, standing } = parts;
  const { jobs } = drone;
  const obstacle = job && (jobs ? await jobs.obstacle() : notInstalled);
  if (!jobs || !job || obstacle !== undefined) throw notSupported(entry, obstacle);
  expectStanding(drone, entry);
  if (standing.obstacle !== undefined) throw new RefusedError('busy', `${entry}: ${standing.obstacle}`);
  await standing.during(entry, async () => {
    const asked = await jobs.ask(job);
    drone.log('info', `${entry}: the helper is asked for "${job}"`);
    await asked.ended();
    if (lastJobs.has(job)) void standing.during(entry, () => jobs.rest(endsWithinMs));
  });
  if (job === 'reboot') rebootAutopilot(drone);
}

/** With the computer, where there is one: what comes of it is in the log. */
function rebootAutopilot({ vehicle, log }: Drone): void {
  if (!vehicle.state.connected) return;
  vehicle.maintenance
    .reboot()
    .catch((error: unknown) => log('warn', `the autopilot does not restart: ${errorText(error)}`));
}

function notSupported(entry: string, obstacle: string | undefined): NotSupportedError {
  const noProgram = `this drone's [${executeSection}] has no program for it`;
  return new NotSupportedError(entry, obstacle === undefined ? noProgram : `${noProgram}, and ${obstacle}`);
}

function expectStanding({ vehicle, player }: Drone, entry: string): void {
  if (vehicle.state.armed || player.isBusy)
    throw new RefusedError('armed', `${entry}: the drone flies or is about to: land and disarm first`);
}
