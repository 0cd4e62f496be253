/** The lines at the top that nobody may miss: what the fleet is held for, and the loudest alert. From the snapshot alone. */
import type { ActiveAlert } from '../alerts/alerts.js';
import type { HeldView } from '../oversight/oversight-view.js';
import type { ServerSnapshot } from '../snapshot.js';
import { formatDuration } from './format.js';
import { alertsOf, isHoldingFleet, loudestFirst } from './oversight-facts.js';
import { bold, type Role, type StyledLine, span } from './styled.js';
import { cleanText, displayWidth, fitText, wrapText } from './text.js';

const heldWords: Readonly<Record<HeldView['what'], string>> = {
  alert: 'for an alert',
  gate: 'at a gate',
  loss: 'for losses',
};

/** Lines of a reason that are seen. */
const maxReason = 2;

/** How many lines say what the fleet is held for, where there is room; none while it is not. */
export function heldLines(snapshot: ServerSnapshot, columns: number): number {
  return viewHeld(snapshot, columns, 1 + maxReason).length;
}

/** What to do, and why; in one line, where there is but one, both as far as they fit. */
export function viewHeld(snapshot: ServerSnapshot, columns: number, lines: number): StyledLine[] {
  const held = snapshot.oversight?.held;
  if (!held || lines <= 0) return [];
  const since = formatDuration((snapshot.utcMs - held.sinceUtcMs) / 1000);
  const why = heldReason(held, snapshot);
  const deeds = snapshot.replay ? 'as it was then' : 'r goes on in spite of it, ^X lands all';
  if (lines === 1) return [alarmLine(`HELD: ${deeds}: ${why}`, columns)];
  const wide = `HELD BY THE SERVER ${heldWords[held.what]}, ${since}: ${deeds}${snapshot.replay ? '' : ', ! says more'}`;
  const narrow = `HELD ${heldWords[held.what]}, ${since}: ${deeds}`;
  const what = displayWidth(wide) + 2 <= columns ? wide : narrow;
  const more = held.reasons.length > 1 ? ` (and ${held.reasons.length - 1} more: !)` : '';
  return [what, ...reasonIn(why, more, { columns, lines: Math.min(maxReason, lines - 1) })].map((text) =>
    alarmLine(text, columns),
  );
}

/** In so many lines; what is cut is the reason, not how many others there are. */
function reasonIn(
  why: string,
  more: string,
  { columns, lines }: { readonly columns: number; readonly lines: number },
): string[] {
  const room = Math.max(8, columns - 2);
  const [first = '', ...rest] = wrapText(why, room);
  if (lines > 1 && (rest.length > 0 || displayWidth(first + more) > room))
    return [first, ...reasonIn(why.slice(first.length).trim(), more, { columns, lines: 1 })];
  return [fitText(why, Math.max(1, Math.min(displayWidth(why), room - more.length))) + more];
}

/** What its alert says now, not what it said when the fleet was held. */
function heldReason(held: HeldView, snapshot: ServerSnapshot): string {
  return cleanText(heldFor(snapshot)?.text ?? held.reasons[0] ?? 'it said no reason');
}

/** The alert that the fleet is held for, as long as it is raised and not accepted. */
function heldFor(snapshot: ServerSnapshot): ActiveAlert | undefined {
  const isForAlert = snapshot.oversight?.held?.what === 'alert';
  return isForAlert ? alertsOf(snapshot).find(isHoldingFleet) : undefined;
}

/** Over the whole width: a colour alone is not seen on every screen, a bar is. */
function alarmLine(text: string, columns: number): StyledLine {
  return [bold(fitText(` ${text} `, Math.max(1, columns)), 'alarm')];
}

const looks: Readonly<
  Record<ActiveAlert['level'] | 'accepted', { readonly word: string; readonly role: Role }>
> = {
  alarm: { word: 'ALARM', role: 'alarm' },
  warning: { word: 'WARNING', role: 'missing' },
  accepted: { word: 'accepted', role: 'muted' },
};

/** How an alert is called and coloured. */
export function alertLook({ level, isAccepted }: ActiveAlert): {
  readonly word: string;
  readonly role: Role;
} {
  return looks[isAccepted ? 'accepted' : level];
}

/** At most two lines: the loudest alert, and how many others there are. Of what the fleet is held for another line tells. */
export function alertLines(snapshot: ServerSnapshot, columns: number): StyledLine[] {
  const told = heldFor(snapshot);
  const [first, ...others] = loudestFirst(alertsOf(snapshot).filter((alert) => alert !== told));
  if (!first) return [];
  const { word, role } = alertLook(first);
  const head = bold(` ${word} `, role);
  const tail = others.length > 0 ? ` +${others.length} more: ! ` : ' ! ';
  const indent = displayWidth(head.text) + 1;
  const textRole = role === 'alarm' ? 'bad' : role;
  const text = cleanText(first.text);
  const isOneLine = first.isAccepted || displayWidth(text) + indent + tail.length <= columns;
  const [start = ''] = isOneLine ? [text] : wrapText(text, Math.max(8, columns - indent - 1));
  const rest = text.slice(start.length).trim();
  const room = Math.max(8, columns - indent - tail.length);
  if (isOneLine || rest === '')
    return [[head, span(' '), bold(fitText(text, room), textRole), bold(tail, 'accent')]];
  return [
    [head, span(' '), bold(start, textRole)],
    [span(' '.repeat(indent)), bold(fitText(rest, room), textRole), bold(tail, 'accent')],
  ];
}

/** In so many lines; of two that do not fit the first is cut, and says how many others there are. */
export function viewAlerts(snapshot: ServerSnapshot, columns: number, lines: number): StyledLine[] {
  const all = alertLines(snapshot, columns);
  const [first, second] = all;
  if (lines !== 1 || !first || !second) return all.slice(0, lines);
  const tail = second.at(-1) ?? span('');
  const [head = span(''), gap = span(''), text = span('')] = first;
  const room = columns - displayWidth(head.text) - 1 - displayWidth(tail.text);
  const cut = fitText(`${text.text} ${second[1]?.text ?? ''}`, Math.max(8, room));
  return [[head, gap, { ...text, text: cut }, tail]];
}
