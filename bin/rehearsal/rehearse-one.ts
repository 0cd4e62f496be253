/** One rehearsal of many, told in a few lines: with a seed and faults of its own. Knows no disk and no screen. */
import { SeededRandom } from '../../lib/rehearsal/seeded-random.js';
import type { PlannedFault } from './fault-plan.js';
import { randomFaults } from './random-faults.js';
import { rehearsedId } from './rehearsed-drone.js';
import { type Rehearsal, type RehearsalOptions, rehearse } from './run.js';
import { findingsOf } from './verdict.js';

export type RehearseOneOptions = Omit<RehearsalOptions, 'faults'> & {
  /** `random`: those of the seed. */
  readonly faults: readonly PlannedFault[] | 'random';
  /** This machine's own time, ms: how fast it went. */
  readonly realMs: () => number;
  /** Gets the run, e.g. to keep its journal. */
  readonly onRun?: (run: Rehearsal) => void;
};

/** What is told of a run. Data alone: it crosses between threads. */
export type RunReport = {
  readonly seed: number;
  readonly summary: string;
  /** None: nothing speaks against it. */
  readonly findings: readonly string[];
  /** By its own clock, ms. */
  readonly lastedMs: number;
  /** By this machine's, ms. */
  readonly tookMs: number;
};

export async function rehearseOne(options: RehearseOneOptions): Promise<RunReport> {
  const { seed, realMs } = options;
  const faults = faultsOf(options);
  const fromMs = realMs();
  const rehearsal = await rehearse({ ...options, faults });
  const tookMs = realMs() - fromMs;
  options.onRun?.(rehearsal);
  const { lastedMs } = rehearsal;
  return { seed, summary: summaryOf(rehearsal), findings: findingsOf(rehearsal, faults), lastedMs, tookMs };
}

function faultsOf({ faults, drones, seed, show }: RehearseOneOptions): readonly PlannedFault[] {
  if (faults !== 'random') return faults;
  const ids = Array.from({ length: drones }, (_, index) => rehearsedId(index + 1));
  const random = new SeededRandom(seed).fork('faults');
  return randomFaults({ ids, flightS: show.loaded.durationS, random });
}

function summaryOf({ field, summary, held }: Rehearsal): string {
  const ends = [...field.ends.values()];
  const counts = (['landed', 'lost', 'flying', 'grounded'] as const)
    .map((end) => [ends.filter((each) => each === end).length, end] as const)
    .filter(([count, end]) => count > 0 || end === 'lost')
    .map(([count, end]) => `${count} ${end}`);
  const { closest, stoppedAfterS } = field;
  const [firstHeld] = held;
  const { startErrorP95Ms = null, startErrorMaxMs = null } = summary?.totals ?? {};
  const parts = [
    counts.join(', '),
    closest ? `closest ${closest.distanceM.toFixed(2)} m (${closest.drones.join(', ')})` : 'nobody flew',
    startErrorMaxMs === null
      ? 'no start errors known'
      : `start errors p95 ${startErrorP95Ms?.toFixed(2)} ms, max ${startErrorMaxMs.toFixed(2)} ms`,
    ...(firstHeld ? [`held at ${firstHeld.atS.toFixed(1)} s: ${firstHeld.why}`] : []),
    ...(stoppedAfterS === undefined
      ? []
      : [`all motors off ${stoppedAfterS.toFixed(1)} s after the command`]),
  ];
  return parts.join('; ');
}
