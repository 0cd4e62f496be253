/** What is said of alerts and policy where something is about to be done: before the start, and in spite of an alert. */
import type { ActiveAlert } from '../alerts/alerts.js';
import type { ServerSnapshot } from '../snapshot.js';
import { bold, type Role, type StyledLine, span } from './styled.js';
import { cleanText, wrapText } from './text.js';

/** What is not watched, and what is done by itself: as much as there is room for, and how many more lines there are. */
export function policyLines(
  snapshot: ServerSnapshot,
  { columns, room }: { readonly columns: number; readonly room: number },
): StyledLine[] {
  if (!snapshot.oversight || room < 1) return [];
  const { unwatched, policy } = snapshot.oversight;
  const lines = [
    ...unwatched.flatMap((text) => wrapped(`! ${text}`, 'missing', columns)),
    ...policy.flatMap((text) => wrapped(text, 'text', columns)),
  ];
  if (lines.length === 0) return [];
  const all: StyledLine[] = [[bold(' What is done by itself:')], ...lines];
  if (all.length <= room) return all;
  const shown = all.slice(0, Math.max(0, room - 1));
  return [
    ...shown,
    [span(` … ${all.length - shown.length} more lines of it in `, 'missing'), bold('!', 'missing')],
  ];
}

function wrapped(text: string, role: Role, columns: number): StyledLine[] {
  return wrapText(cleanText(text), Math.max(8, columns - 6)).map((line, index) => [
    span(index === 0 ? '   ' : '     '),
    span(line, role),
  ]);
}

/** Whether to go on in spite of an alert, as a question. */
export function acceptQuestion({ name, text, action }: ActiveAlert) {
  const deed =
    action === 'hold_fleet'
      ? 'Until it is over the fleet is not held for it, and shows may be started. A fleet that is held goes on with r.'
      : 'Until it is over shows may be started in spite of it.';
  return { title: `Go on in spite of ${cleanText(name)}?`, texts: [text, deed], isDanger: true };
}
