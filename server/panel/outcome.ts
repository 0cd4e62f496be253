/** What became of a command, in one line. Knows results; no drones and no screen. */
import type { CommandResult } from '../fleet/drone-record.js';
import type { Role } from './styled.js';
import { cleanText } from './text.js';

/** Commands as they are called on the screen; others by their own name. */
const titles: Readonly<Record<string, string>> = {
  ...{ led_test: 'lights', landAll: 'LAND ALL', update_software: 'update', update_stop: 'update' },
  ...{ checklist_tick: 'checklist', checklist_untick: 'checklist', alert_accept: 'alert' },
};

/** How many drones are named before the rest is only counted. */
const maxNamed = 4;

/** How a message begins of a drone that an update passed over, and of one that it did not come to. */
const skippedMark = 'skipped: ';
const heldMark = 'not begun: ';

/** How a message begins of those that were held back because of another one. */
const consequence = 'not started:';

export function commandTitle(command: string): string {
  return titles[command] ?? command;
}

/** It did not fail: an update left it as it was. Other commands leave out nobody, whatever a drone says. */
export function isLeftOut(command: string, { ok, message }: CommandResult): boolean {
  const isMarked = [skippedMark, heldMark].some((mark) => message?.startsWith(mark));
  return command === 'update_software' && !ok && isMarked;
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
  const leftOut = results.filter((result) => isLeftOut(command, result));
  const failed = results.filter((result) => !result.ok && !leftOut.includes(result));
  const okCount = results.length - failed.length - leftOut.length;
  const sent = results.filter(({ ok, code }) => ok && code === 'unconfirmed').length;
  const okText = `${okCount} ok${sent > 0 ? ` (${sent} sent to old clients, which do not answer)` : ''}`;
  if (leftOut.length > 0)
    return {
      text: cleanText(`${title}: ${staged(failed, okText, leftOut)}`),
      role: failed.length > 0 ? 'bad' : 'missing',
    };
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

/** Who failed comes first: the others were left out for that. */
function staged(failed: readonly CommandResult[], okText: string, leftOut: readonly CommandResult[]): string {
  const held = leftOut.filter(({ message }) => message?.startsWith(heldMark));
  const skipped = leftOut.filter((result) => !held.includes(result));
  const why = failed.length === 0 ? `: ${held[0]?.message?.slice(heldMark.length) ?? ''}` : '';
  return [
    ...(failed.length > 0 ? [`${failed.length} FAILED: ${nameFailures(failed)} |`] : []),
    [
      okText,
      ...(held.length > 0 ? [`${held.length} not begun${why}`] : []),
      ...(skipped.length > 0 ? [`${skipped.length} skipped: ${nameFailures(skipped)}`] : []),
    ].join(', '),
  ].join(' ');
}

function nameFailures(failed: readonly CommandResult[]): string {
  const causes = failed.filter(({ message }) => !message?.startsWith(consequence));
  const named = causes.length > 0 ? causes : failed;
  const texts = named
    .slice(0, maxNamed)
    .map(({ id, message, code }) => `${id} ${message?.replace(skippedMark, '') ?? code ?? 'failed'}`);
  const more = named.length > maxNamed ? [`and ${named.length - maxNamed} more`] : [];
  return cleanText([...texts, ...more].join('; '));
}
