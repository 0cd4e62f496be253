/** Runs checks side by side, each with a limit: one that fails or hangs is a finding like the others. Knows none of them. */
import { errorText } from '../errors.js';
import type { Clock } from '../time/clock.js';
import { type Finding, problem } from './finding.js';

export type Check = {
  readonly name: string;
  /** Longest time it may take, ms. */
  readonly limitMs: number;
  /** `signal` is aborted when the time is over; what it says then is not heard. */
  readonly run: (signal: AbortSignal) => Promise<readonly Finding[]>;
};

/** All findings, in the order of the checks. Never rejects. */
export async function runChecks(clock: Clock, checks: readonly Check[]): Promise<Finding[]> {
  return (await Promise.all(checks.map((check) => runCheck(clock, check)))).flat();
}

function runCheck(clock: Clock, { name, limitMs, run }: Check): Promise<readonly Finding[]> {
  const abort = new AbortController();
  return new Promise((resolve) => {
    const cancel = clock.after(limitMs, () => {
      resolve([failed(name, `not known: the check took longer than ${limitMs / 1000} s`)]);
      abort.abort();
    });
    const failure = (error: unknown): Finding[] => [
      failed(name, `not known: the check failed: ${errorText(error)}`),
    ];
    // A check that throws before its first wait has failed like the others.
    void Promise.resolve()
      .then(() => run(abort.signal))
      .catch(failure)
      .then((findings) => {
        cancel();
        resolve(findings);
      });
  });
}

function failed(name: string, text: string): Finding {
  return problem(name, text, 'run it once more; if it stays, what it looks at does not answer as it should');
}
