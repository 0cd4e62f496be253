/** The event log: the newest lines below the table, and all that is kept over the whole screen. Knows no keys. */
import type { LogLine } from '../snapshot.js';
import { formatUtc } from './format.js';
import { chosenLines, type LogDialog } from './reduce-log.js';
import type { Sheet } from './sheet.js';
import { bold, type Role, rule, type StyledLine, span } from './styled.js';
import { cleanText } from './text.js';

const looks: Readonly<Record<LogLine['level'], { readonly mark: string; readonly role: Role }>> = {
  info: { mark: ' ', role: 'muted' },
  warning: { mark: '!', role: 'missing' },
  error: { mark: '✗', role: 'bad' },
};

/** Time, a mark for warnings and errors, text. */
export function logLine({ atUtcMs, level, text }: LogLine): StyledLine {
  const { mark, role } = looks[level];
  return [span(` ${formatUtc(atUtcMs)} `, 'muted'), bold(mark, role), span(` ${cleanText(text)}`, role)];
}

/** A rule and the newest lines, the newest last. */
export function viewLog(log: readonly LogLine[], columns: number, lines: number): StyledLine[] {
  const room = lines - 1;
  const body = (room > 0 ? log.slice(-room) : []).map(logLine);
  const empty = Array.from({ length: room - body.length }, () => []);
  return [rule([span('log', 'muted')], columns), ...body, ...empty];
}

/** `room`: lines of the log that are seen. */
export function logSheet(dialog: LogDialog, log: readonly LogLine[], room: number): Sheet {
  const { search, isTyping, isWarningsOnly, back } = dialog;
  const chosen = chosenLines(log, dialog);
  const rows = Math.max(0, room - 1);
  const end = Math.max(Math.min(rows, chosen.length), chosen.length - back);
  const seen = chosen.slice(Math.max(0, end - rows), end).map(logLine);
  const empty = Array.from({ length: rows - seen.length }, () => []);
  const counts = `${chosen.length} of ${log.length} lines${end < chosen.length ? `, ${chosen.length - end} newer below` : ''}`;
  const field = {
    text: ` ${cleanText(search)}${isTyping ? '_' : ''} `,
    role: 'accent',
    isInverse: isTyping,
  } as const;
  const head: StyledLine = [
    span(' search'),
    field,
    span(
      isWarningsOnly ? ' warnings and errors only ' : ' all levels ',
      isWarningsOnly ? 'missing' : 'muted',
    ),
    span(counts, 'muted'),
  ];
  const keys = isTyping ? 'Enter search  Esc clear' : 'Esc back  / search  w warnings  Up/Down';
  return { title: 'Event log', lines: [head, ...seen, ...empty], scroll: 0, keys };
}
