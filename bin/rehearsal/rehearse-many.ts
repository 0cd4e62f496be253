/** Rehearsals, several at a time, told in the order of their seeds. Knows no show, no disk and no screen. */
import type { RunReport } from './rehearse-one.js';

export type RehearseManyOptions = {
  readonly drones: number;
  /** The first seed is `seed`, then one more each. */
  readonly seed: number;
  readonly runs: number;
  /** Each makes one run at a time; what it rejects with ends all. */
  readonly runners: readonly ((seed: number) => Promise<RunReport>)[];
  /** Told each line for people. */
  readonly say: (line: string) => void;
  /** This machine's own time, ms: how fast it went. */
  readonly realMs: () => number;
};

/** True when nothing speaks against any of them. */
export async function rehearseMany(options: RehearseManyOptions): Promise<boolean> {
  const { runs, runners, realMs, drones, say } = options;
  const fromMs = realMs();
  const reports = new Map<number, RunReport>();
  const total = { told: 0, bad: 0, lastedMs: 0 };
  const tell = () => {
    for (let next = reports.get(total.told); next; next = reports.get(total.told)) {
      total.told += 1;
      total.bad += next.findings.length > 0 ? 1 : 0;
      total.lastedMs += next.lastedMs;
      tellRun(next, say);
    }
  };
  let begun = 0;
  const work = async (run: (seed: number) => Promise<RunReport>) => {
    while (begun < runs) {
      const index = begun;
      begun += 1;
      reports.set(index, await run(options.seed + index));
      tell();
    }
  };
  await Promise.all(runners.map(work));
  const { bad, lastedMs } = total;
  say(`${runs} runs of ${drones} drones, ${bad} with findings; ${speedOf(lastedMs, realMs() - fromMs)}`);
  return bad === 0;
}

function tellRun(
  { seed, summary, findings, lastedMs, tookMs }: RunReport,
  say: RehearseManyOptions['say'],
): void {
  say(`seed ${seed}: ${summary}; ${speedOf(lastedMs, tookMs)}`);
  for (const finding of findings) say(`seed ${seed}: ${finding}`);
}

function speedOf(lastedMs: number, tookMs: number): string {
  const speed = (lastedMs / tookMs).toFixed(1);
  return `${(lastedMs / 1000).toFixed(0)} s in ${(tookMs / 1000).toFixed(1)} s (${speed} times real time)`;
}
