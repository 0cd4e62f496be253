/** `starling rehearse`: a show flown again and again by simulated drones on a clock of their own, faster than real time. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { errorText, UsageError } from '../../lib/errors.js';
import { lineWriter } from '../../lib/output/adapters/line-output.js';
import { type PlannedFault, parseFaultPlan, unknownOf } from '../rehearsal/fault-plan.js';
import type { HeldAnswer } from '../rehearsal/held-answer.js';
import { openStoredShow } from '../rehearsal/open-stored-show.js';
import { RehearsalThread } from '../rehearsal/rehearsal-thread.js';
import { rehearseMany } from '../rehearsal/rehearse-many.js';
import { rehearsedId } from '../rehearsal/rehearsed-drone.js';

export type RehearseCommandOptions = {
  /** A file, `random`, or none. */
  readonly faults?: string;
  readonly seed: number;
  readonly runs: number;
  /** Default: all that the show has. */
  readonly drones?: number;
  readonly autopilot: 'px4' | 'ardupilot';
  /** Times real time at most; undefined: as fast as this machine can. */
  readonly speed: number | undefined;
  /** Runs at the same time. Default: as many as this machine has processors. */
  readonly jobs?: number;
  readonly whenHeld: HeldAnswer;
  /** The server's configuration. */
  readonly config?: string;
  /** Folder that keeps the journal of each run. */
  readonly journals?: string;
  /** Folder that keeps what is recorded, as a server's state folder; of several runs in folders of their own. */
  readonly record?: string;
};

/** Gives the exit code: 0 when nothing speaks against any run. @throws UsageError, ShowError */
export async function runRehearse(path: string, options: RehearseCommandOptions): Promise<number> {
  const { loaded } = await openStoredShow(path);
  const { seed, runs, autopilot, speed: pace, whenHeld, journals } = options;
  const { jobs = availableParallelism() } = options;
  const drones = options.drones ?? loaded.slots.length;
  if (drones > loaded.slots.length)
    throw new UsageError(`${path} has ${loaded.slots.length} slots: --drones at most that`);
  const faults = readPlan(options.faults);
  expectKnown(options.faults, faults, drones);
  if (journals !== undefined) mkdirSync(journals, { recursive: true });
  const serverIni = options.config === undefined ? undefined : readText(options.config);
  const records = recordFolders(options);
  const work = { path, drones, autopilot, faults, pace, whenHeld, serverIni, journals, records };
  const threads = Array.from({ length: Math.min(jobs, runs) }, () => new RehearsalThread(work));
  try {
    const runners = threads.map(({ fly }) => fly);
    const say = lineWriter(1);
    const isClean = await rehearseMany({
      ...{ drones, seed, runs, runners, say, realMs: () => performance.now() },
    });
    return isClean ? 0 : 1;
  } finally {
    await Promise.all(threads.map((thread) => thread.close()));
  }
}

/** @throws UsageError for a line that befalls nobody: it would look as if nothing had come of it. */
function expectKnown(
  path: string | undefined,
  faults: readonly PlannedFault[] | 'random',
  drones: number,
): void {
  if (faults === 'random') return;
  const ids = Array.from({ length: drones }, (_, index) => rehearsedId(index + 1));
  const unknown = unknownOf(faults, ids);
  if (unknown.length > 0)
    throw new UsageError(`${path}: there is no ${unknown.join(', ')} among ${drones} drones (drone-1 …)`);
}

/** By seed. @throws UsageError for a folder that has a record already: two of them would be mixed. */
function recordFolders({ record, seed, runs }: RehearseCommandOptions): ReadonlyMap<number, string> {
  if (record === undefined) return new Map();
  const seeds = Array.from({ length: runs }, (_, index) => seed + index);
  const folders = new Map(seeds.map((own) => [own, runs === 1 ? record : join(record, `seed-${own}`)]));
  for (const folder of folders.values())
    if (existsSync(join(folder, 'recordings')) || existsSync(join(folder, 'flight-logs')))
      throw new UsageError(`${folder} holds a recording already: name another folder`);
  return folders;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`${path}: ${errorText(error)}`);
  }
}

function readPlan(faults: string | undefined): readonly PlannedFault[] | 'random' {
  if (faults === undefined) return [];
  if (faults === 'random') return faults;
  return parseFaultPlan(readText(faults), faults);
}
