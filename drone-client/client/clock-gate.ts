/** Is the show's clock known well enough to start with the others? Pure: what is known in, problems out. */
import type { Problem } from '../failsafe/problem.js';
import type { ClockQuality, ShowClock } from './show-clock.js';

/**
 * `gateMs`: largest uncertainty (± at 95 %) with which a show may be started; 0: not judged. A server of ours tells the
 * time, and what does not know it does not start. An old one does not: what is asked instead, or not, is only warned of.
 */
export function clockProblems(
  { quality, lacksHosts }: Pick<ShowClock, 'quality' | 'lacksHosts'>,
  gateMs: number,
): readonly Problem[] {
  if (lacksHosts) return [missing];
  if (!quality || gateMs === 0 || quality.uncertaintyMs <= gateMs) return [];
  const isOfHosts = quality.by === 'hosts';
  const whose = isOfHosts ? 'UTC by the hosts of [NTP]' : "the server's clock";
  const uncertain = `${whose} is known to ±${quality.uncertaintyMs.toFixed(1)} ms only (at most ${gateMs})`;
  const severity = isOfHosts ? 'warning' : 'blocking';
  return [{ id: 'clock', severity, text: `${uncertain}: ${remedyOf(quality)}` }];
}

const missing: Problem = {
  id: 'clock',
  severity: 'warning',
  text: "no host of [NTP] tells the time, this machine's own clock is used: check host, port and the way to the internet",
};

function remedyOf({ by, isHoldover }: ClockQuality): string {
  if (by === 'hosts')
    return isHoldover ? 'they do not tell it any more: check the network' : 'name a host that is nearer';
  return isHoldover
    ? 'the server does not tell it any more: check the network'
    : 'wait a moment, or better the Wi-Fi';
}
