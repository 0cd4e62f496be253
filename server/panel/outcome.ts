/** What became of a command, in one line. Knows results; no drones and no screen. */
import type { CommandResult } from '../fleet/drone-record.js';
import type { Role } from './styled.js';
import { cleanText } from './text.js';

/** Commands as they are called on the screen; others by their own name. */
const titles: Readonly<Record<string, string>> = {
  ...{ led_test: 'lights', landAll: 'LAND ALL' },
  ...{ checklist_tick: 'checklist', checklist_untick: 'checklist', alert_accept: 'alert' },
};

/** How many drones are named before the rest is only counted. */
const maxNamed = 4;

export function commandTitle(command: string): string {
  return titles[command] ?? command;
}

/** `said`: what was done, where no drone is concerned. `upload: 5 ok`, `upload: 3 ok, 2 FAILED: drone-2 not connected; …`, `start REFUSED: drone-3 battery 31 %`. */
export function summarize(
  command: string,
  results: readonly CommandResult[],
  said?: string,
): { text: string; role: Role } {
  const title = commandTitle(command);
  if (results.length === 0 && said !== undefined)
    return { text: cleanText(`${title}: ${said}`), role: 'good' };
  const failed = results.filter(({ ok }) => !ok);
  const okCount = results.length - failed.length;
  const sent = results.filter(({ ok, code }) => ok && code === 'unconfirmed').length;
  const okText = `${okCount} ok${sent > 0 ? ` (${sent} sent to old clients, which do not answer)` : ''}`;
  if (failed.length === 0) return { text: `${title}: ${okText}`, role: sent > 0 ? 'missing' : 'good' };
  const reasons = nameFailures(failed);
  if (okCount === 0) {
    const isRefused = failed.some(({ code }) =>
      ['not_ready', 'not_authorized', 'violations', 'checklist', 'alert', 'refused'].includes(code ?? ''),
    );
    return { text: `${title} ${isRefused ? 'REFUSED' : 'FAILED'}: ${reasons}`, role: 'bad' };
  }
  return { text: `${title}: ${failed.length} FAILED: ${reasons} | ${okText}`, role: 'bad' };
}

function nameFailures(failed: readonly CommandResult[]): string {
  const causes = failed.filter(({ message }) => !message?.startsWith('not started:'));
  const named = causes.length > 0 ? causes : failed;
  const texts = named
    .slice(0, maxNamed)
    .map(({ id, message, code }) => `${id} ${message ?? code ?? 'failed'}`);
  const more = named.length > maxNamed ? [`and ${named.length - maxNamed} more`] : [];
  return cleanText([...texts, ...more].join('; '));
}
