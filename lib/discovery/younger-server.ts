/** Two servers on one network: which one has to stop, and what it says. Knows announcements only. */
import type { ServerIp } from './server-ip.js';

/**
 * Why this server must stop, now that it has heard `heard`; undefined when it need not: its own announcement, or a
 * server that started later (that one stops). Two that started at the same moment both stop.
 */
export function reasonToYield(own: ServerIp, heard: ServerIp): string | undefined {
  if (heard.id === own.id || heard.startTimeS > own.startTimeS) return undefined;
  const age = heard.startTimeS === own.startTimeS ? 'at the same moment' : `${ageText(own, heard)} earlier`;
  return (
    `two servers on one network: ${heard.id} at ${heard.host}:${heard.port} started ${age}, ` +
    `so this one, ${own.id} at ${own.host}:${own.port}, stops; stop the other one first if this is the one you want`
  );
}

function ageText(own: ServerIp, heard: ServerIp): string {
  const seconds = own.startTimeS - heard.startTimeS;
  return seconds < 120 ? `${seconds.toFixed(1)} s` : `${Math.round(seconds / 60)} min`;
}
