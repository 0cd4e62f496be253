/** `starling rehearse`: a show flown again and again by simulated drones on a clock of their own, faster than real time. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorText, UsageError } from '../../lib/errors.js';
import { lineWriter } from '../../lib/output/adapters/line-output.js';
import { type PlannedFault, parseFaultPlan, unknownOf } from '../rehearsal/fault-plan.js';
import { openStoredShow } from '../rehearsal/open-stored-show.js';
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
  /** Folder that keeps the journal of each run. */
  readonly journals?: string;
};

/** Gives the exit code: 0 when nothing speaks against any run. @throws UsageError, ShowError */
export async function runRehearse(path: string, options: RehearseCommandOptions): Promise<number> {
  const show = await openStoredShow(path);
  const { seed, runs, autopilot, journals } = options;
  const drones = options.drones ?? show.loaded.slots.length;
  if (drones > show.loaded.slots.length)
    throw new UsageError(`${path} has ${show.loaded.slots.length} slots: --drones at most that`);
  const faults = readPlan(options.faults);
  expectKnown(options.faults, faults, drones);
  if (journals !== undefined) mkdirSync(journals, { recursive: true });
  const isClean = await rehearseMany({
    ...{ show, drones, seed, runs, autopilot, faults, say: lineWriter(1), realMs: () => performance.now() },
    // At once: what is still being written would be awaited by the next run.
    onRun: ({ seed: own, journal }) => {
      if (journals !== undefined) writeFileSync(join(journals, `seed-${own}.txt`), `${journal.join('\n')}\n`);
    },
  });
  return isClean ? 0 : 1;
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

function readPlan(faults: string | undefined): readonly PlannedFault[] | 'random' {
  if (faults === undefined) return [];
  if (faults === 'random') return faults;
  try {
    return parseFaultPlan(readFileSync(faults, 'utf8'), faults);
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError(`${faults}: ${errorText(error)}`);
  }
}
