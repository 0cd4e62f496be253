/** Is the server's clock known well enough to start with the others? Pure: numbers in, a problem out. */
import type { Problem } from '../failsafe/problem.js';
import type { ClockQuality } from './show-clock.js';

/**
 * `gateMs`: largest uncertainty (± at 95 %) with which a show may be started; 0: not judged. Without any measurement,
 * as under an old server, nothing is judged here: then this machine's own clock has to be right.
 */
export function clockProblems(quality: ClockQuality | undefined, gateMs: number): readonly Problem[] {
  if (!quality || gateMs === 0 || quality.uncertaintyMs <= gateMs) return [];
  const uncertain = `the server's clock is known to ±${quality.uncertaintyMs.toFixed(1)} ms only (at most ${gateMs})`;
  const remedy = quality.isHoldover
    ? 'the server does not tell it any more: check the network'
    : 'wait a moment, or better the Wi-Fi';
  return [{ id: 'clock', severity: 'blocking', text: `${uncertain}: ${remedy}` }];
}
