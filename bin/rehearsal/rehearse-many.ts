/** Rehearsals one after the other, each with a seed and faults of its own, told line by line. Knows no disk and no screen. */
import { SeededRandom } from '../../lib/rehearsal/seeded-random.js';
import type { PlannedFault } from './fault-plan.js';
import { randomFaults } from './random-faults.js';
import { rehearsedId } from './rehearsed-drone.js';
import { type Rehearsal, type RehearsalOptions, rehearse } from './run.js';
import { findingsOf } from './verdict.js';

export type RehearseManyOptions = Omit<RehearsalOptions, 'faults'> & {
  /** The first seed is `seed`, then one more each. */
  readonly runs: number;
  /** `random`: others in each run. */
  readonly faults: readonly PlannedFault[] | 'random';
  /** Told each line for people. */
  readonly say: (line: string) => void;
  /** This machine's own time, ms: how fast it went. */
  readonly realMs: () => number;
  /** Gets each run, e.g. to keep its journal. */
  readonly onRun?: (run: Rehearsal & { readonly seed: number }) => void;
};

/** True when nothing speaks against any of them. */
export async function rehearseMany(options: RehearseManyOptions): Promise<boolean> {
  const { runs, say, realMs } = options;
  const total = { bad: 0, lastedMs: 0, tookMs: 0 };
  for (let run = 0; run < runs; run += 1) {
    const seed = options.seed + run;
    const faults = faultsOf(options, seed);
    const fromMs = realMs();
    const rehearsal = await rehearse({ ...options, seed, faults });
    const tookMs = realMs() - fromMs;
    options.onRun?.({ ...rehearsal, seed });
    const findings = findingsOf(rehearsal, faults);
    total.bad += findings.length > 0 ? 1 : 0;
    total.lastedMs += rehearsal.lastedMs;
    total.tookMs += tookMs;
    say(`seed ${seed}: ${summaryOf(rehearsal)}; ${speedOf(rehearsal.lastedMs, tookMs)}`);
    for (const finding of findings) say(`seed ${seed}: ${finding}`);
  }
  const { bad, lastedMs, tookMs } = total;
  say(`${runs} runs of ${options.drones} drones, ${bad} with findings; ${speedOf(lastedMs, tookMs)}`);
  return bad === 0;
}

function faultsOf({ faults, drones, show }: RehearseManyOptions, seed: number): readonly PlannedFault[] {
  if (faults !== 'random') return faults;
  const ids = Array.from({ length: drones }, (_, index) => rehearsedId(index + 1));
  const random = new SeededRandom(seed).fork('faults');
  return randomFaults({ ids, flightS: show.loaded.durationS, random });
}

function summaryOf({ field, summary }: Rehearsal): string {
  const ends = [...field.ends.values()];
  const counts = (['landed', 'lost', 'flying', 'grounded'] as const)
    .map((end) => [ends.filter((each) => each === end).length, end] as const)
    .filter(([count, end]) => count > 0 || end === 'lost')
    .map(([count, end]) => `${count} ${end}`);
  const { closest, stoppedAfterS } = field;
  const { startErrorP95Ms = null, startErrorMaxMs = null } = summary?.totals ?? {};
  const parts = [
    counts.join(', '),
    closest ? `closest ${closest.distanceM.toFixed(2)} m (${closest.drones.join(', ')})` : 'nobody flew',
    startErrorMaxMs === null
      ? 'no start errors known'
      : `start errors p95 ${startErrorP95Ms?.toFixed(2)} ms, max ${startErrorMaxMs.toFixed(2)} ms`,
    ...(stoppedAfterS === undefined
      ? []
      : [`all motors off ${stoppedAfterS.toFixed(1)} s after the command`]),
  ];
  return parts.join('; ');
}

function speedOf(lastedMs: number, tookMs: number): string {
  const speed = (lastedMs / tookMs).toFixed(1);
  return `${(lastedMs / 1000).toFixed(0)} s in ${(tookMs / 1000).toFixed(1)} s (${speed} times real time)`;
}
