/** The longest turn of this process' event loop: as others see it, and what of it was the loop's own work. */
import { existsSync, readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const resolutionMs = 5;
const nsPerMs = 1e6;

/**
 * `blockedMs`: how late the loop came, which it also does when other programs have the processor. `ownMs`: the most
 * that the loop's thread ran between two probes; undefined where the system does not count it.
 */
export type LongestTurn = { readonly blockedMs: number; readonly ownMs: number | undefined };

/** Watches the loop while `work` goes on. */
export async function longestTurn(work: () => Promise<unknown>): Promise<LongestTurn> {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  let ranMs = threadMs();
  let ownMs = ranMs === undefined ? undefined : 0;
  const probe = setInterval(() => {
    const nowMs = threadMs();
    if (nowMs === undefined || ranMs === undefined) return;
    ownMs = Math.max(ownMs ?? 0, nowMs - ranMs);
    ranMs = nowMs;
  }, resolutionMs);
  histogram.enable();
  try {
    await work();
    // The last turn is counted when the next probe comes.
    await new Promise((resolve) => setTimeout(resolve, 10 * resolutionMs));
  } finally {
    histogram.disable();
    clearInterval(probe);
  }
  return { blockedMs: Math.max(0, histogram.max / nsPerMs - resolutionMs), ownMs };
}

/** What the main thread has run, ms. Source: proc(5), schedstat: nanoseconds on the processor come first. */
function threadMs(): number | undefined {
  const path = `/proc/self/task/${process.pid}/schedstat`;
  if (!existsSync(path)) return undefined;
  return Number(readFileSync(path, 'utf8').split(' ')[0]) / nsPerMs;
}
