/** Watches how late this process' event loop comes, by Node's own histogram. Judges nothing but whether to tell. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type Cancel, type Clock, every } from '../clock.js';
import { LateReport } from '../late-report.js';

/** How often the loop is probed, ms: the histogram counts the time between two probes, this included. */
const resolutionMs = 20;

const windowMs = 5000;
const nsPerMs = 1e6;

/** `onLate` is told the worst of a while, ms, when that is over 10 ms and news. What came before the call is not counted. */
export function watchLoopDelay(clock: Clock, onLate: (worstMs: number) => void): Cancel {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  const report = new LateReport();
  histogram.enable();
  const stop = every(clock, windowMs, () => {
    const worstMs = report.take(Math.max(0, histogram.max / nsPerMs - resolutionMs), clock.monotonicMs());
    histogram.reset();
    if (worstMs !== undefined) onLate(worstMs);
  });
  return () => {
    stop();
    histogram.disable();
  };
}
