/**
 * The command `execute`: runs a program that the drone's own configuration names, and nothing else. Knows the drone's
 * parts; no process, no connection.
 */
import { RefusedError } from '../../lib/errors.js';
import type { Json, Kwargs } from '../../lib/messaging/index.js';
import { readText } from './arguments.js';
import type { Drone } from './drone.js';
import { type AllowedProgram, liesInJail, readExecuteSettings } from './execute-settings.js';
import type { ProgramEnd } from './programs.js';
import type { StandingWork } from './standing-work.js';

/** Longest name that is repeated in an answer, characters. */
const maxShown = 60;

export class Execute {
  readonly #drone: Drone;
  readonly #standing: StandingWork;
  #running: string | undefined;

  constructor(drone: Drone, standing: StandingWork) {
    this.#drone = drone;
    this.#standing = standing;
  }

  /**
   * What became of the program that `command` names; whoever can not be answered finds it in the log.
   * @throws RefusedError `refused` for what is not on the list, `armed` unless it stands, `busy` while another one runs.
   */
  async run(kwargs: Kwargs): Promise<{ readonly [key: string]: Json }> {
    const name = readText(kwargs, 'command');
    const { config, files, programs, log, isServerRefused } = this.#drone;
    if (isServerRefused?.())
      throw new RefusedError('superseded', 'execute: this server is no longer in charge of the fleet');
    const { timeLimitMs, programs: allowed } = readExecuteSettings(config);
    const entry = allowed.get(name);
    if (!entry) throw notAllowed(name, [...allowed.keys()]);
    if (liesInJail(entry, files.roots)) throw notThere(name, entry);
    this.#expectStanding();
    if (this.#running !== undefined)
      throw new RefusedError('busy', `execute: "${this.#running}" is running; wait for its end`);
    this.#running = name;
    log('info', `execute "${name}": ${[entry.program, ...entry.args].join(' ')}`);
    try {
      const call = { ...entry, timeLimitMs };
      const end = await this.#standing.during('execute', () => programs.run(call));
      log(
        end.exitCode === 0 ? 'info' : 'warn',
        `execute "${name}": ${endText(end, timeLimitMs)}${tailOf(end)}`,
      );
      return { ok: true, ...answerOf(end), text: endText(end, timeLimitMs) };
    } finally {
      this.#running = undefined;
    }
  }

  #expectStanding(): void {
    const { vehicle, player } = this.#drone;
    if (vehicle.state.armed || player.isBusy)
      throw new RefusedError('armed', 'execute: the drone flies or is about to: land and disarm first');
  }
}

function notAllowed(name: string, names: readonly string[]): RefusedError {
  const known = names.length === 0 ? 'which is empty' : `which has ${names.join(', ')}`;
  return new RefusedError(
    'refused',
    `execute: "${name.slice(0, maxShown)}" is not allowed: it is not on the list of this drone, ${known} ([EXECUTE] in its own file)`,
  );
}

function notThere(name: string, { program }: AllowedProgram): RefusedError {
  return new RefusedError(
    'refused',
    `execute: "${name}" is ${program}, where received files lie: keep programs outside of the data folder`,
  );
}

function endText({ exitCode, signal, isOverTime }: ProgramEnd, timeLimitMs: number): string {
  if (isOverTime) return `ended after its time limit of ${timeLimitMs / 1000} s`;
  return exitCode === undefined ? `ended by ${signal ?? 'a signal'}` : `ended with exit code ${exitCode}`;
}

function answerOf({ exitCode, isOverTime, output, isOutputCut }: ProgramEnd) {
  return { exit_code: exitCode ?? null, over_time: isOverTime, output, output_cut: isOutputCut };
}

/** Its last words: a log is for people. */
function tailOf({ output }: ProgramEnd): string {
  const text = output.trim();
  if (text === '') return '';
  return text.length > 500 ? `: …${text.slice(-500)}` : `: ${text}`;
}
