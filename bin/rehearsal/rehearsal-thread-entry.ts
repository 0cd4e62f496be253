/** The thread in which rehearsals are flown, one after the other; it keeps what they leave. Knows folders; no screen. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { errorCode, errorText } from '../../lib/errors.js';
import type { StoredShow } from '../../server/show-control/show-store.js';
import type { PlannedFault } from './fault-plan.js';
import type { HeldAnswer } from './held-answer.js';
import { keepRecord } from './keep-record.js';
import { openStoredShow } from './open-stored-show.js';
import { type RunReport, rehearseOne } from './rehearse-one.js';
import type { RehearsalOptions } from './run.js';

/** What all runs of a thread have in common. Data alone: it crosses between threads. */
export type RehearsalWork = Pick<RehearsalOptions, 'drones'> & {
  readonly path: string;
  readonly autopilot: 'px4' | 'ardupilot';
  readonly faults: readonly PlannedFault[] | 'random';
  /** Undefined: as fast as it can. */
  readonly pace: number | undefined;
  readonly whenHeld: HeldAnswer;
  /** Text of the server's configuration. */
  readonly serverIni: string | undefined;
  /** Folder that keeps the journal of each run. */
  readonly journals: string | undefined;
  /** Folders that keep what each run recorded, by seed; none: nothing is recorded. */
  readonly records: ReadonlyMap<number, string>;
};

/** One answer for each seed that is asked for, in their order. */
export type RehearsalAnswer =
  | { readonly kind: 'flown'; readonly report: RunReport }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string };

let opened: Promise<StoredShow> | undefined;

parentPort?.on('message', (seed: number) => void answer(seed));

async function answer(seed: number): Promise<void> {
  const work: RehearsalWork = workerData;
  try {
    opened ??= openStoredShow(work.path);
    const report = await fly(work, await opened, seed);
    post({ kind: 'flown', report });
  } catch (error) {
    post({ kind: 'failed', code: errorCode(error), message: errorText(error) });
  }
}

function fly(work: RehearsalWork, show: StoredShow, seed: number): Promise<RunReport> {
  const { drones, autopilot, faults, pace, whenHeld, serverIni, journals, records } = work;
  const folder = records.get(seed);
  return rehearseOne({
    ...{ show, drones, seed, autopilot, faults, whenHeld, realMs: () => performance.now() },
    ...(pace !== undefined && { pace }),
    ...(serverIni !== undefined && { serverIni }),
    isRecorded: folder !== undefined,
    // At once: what is still being written would be awaited by the next run.
    onRun({ journal, record }) {
      if (journals !== undefined)
        writeFileSync(join(journals, `seed-${seed}.txt`), `${journal.join('\n')}\n`);
      if (folder !== undefined && record) keepRecord(folder, record);
    },
  });
}

function post(message: RehearsalAnswer): void {
  parentPort?.postMessage(message);
}
