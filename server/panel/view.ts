/** The whole screen as lines: f(state, snapshot, size). Knows no terminal and no time but the snapshot's. */
import type { LogLine, ServerSnapshot } from '../snapshot.js';
import { formatUtc } from './format.js';
import { viewHint } from './hint.js';
import { barBindings } from './key-map.js';
import { type Layout, layOut } from './layout.js';
import type { PanelState, Size } from './state.js';
import { bold, fitLine, lineWidth, type Role, rule, type Span, type StyledLine, span } from './styled.js';
import { cleanText } from './text.js';
import { viewDetail } from './view-detail.js';
import { sheetOf, viewSheet } from './view-dialog.js';
import { viewHeader } from './view-header.js';
import { viewTable } from './view-table.js';

/** How long an answer stays, ms. */
const messageMs = 60_000;

/** Exactly `size.rows` lines of exactly `size.columns` columns. */
export function view(state: PanelState, snapshot: ServerSnapshot, size: Size): StyledLine[] {
  const layout = layOut(size, snapshot.drones.length);
  const { lines, keys } = upperLines(state, snapshot, { size, layout });
  return [...lines, keyBar(keys, snapshot, size.columns)]
    .slice(size.rows === 0 ? 1 : 0)
    .slice(0, size.rows)
    .map((line) => fitLine(line, size.columns));
}

type Frame = { readonly size: Size; readonly layout: Layout };

/** Everything above the bar, and the keys of the dialog if there is one. A dialog covers the lower part of it. */
function upperLines(
  state: PanelState,
  snapshot: ServerSnapshot,
  frame: Frame,
): { lines: StyledLine[]; keys?: string } {
  const { size, layout } = frame;
  const { columns } = size;
  const lines = [
    ...viewHeader(state, { snapshot, size }, layout.header),
    ...viewTable(state, { snapshot, size }, layout.table),
    ...viewDetail(state, snapshot, { columns, lines: layout.detail }),
    ...(layout.log > 0 ? viewLog(snapshot.log, columns, layout.log) : []),
    ...(layout.message > 0 ? [viewMessage(state, snapshot)] : []),
    ...(layout.hint > 0 ? [viewHint(state, snapshot)] : []),
  ];
  if (!state.dialog) return { lines };
  const sheet = sheetOf(state.dialog, state, { snapshot, columns });
  const over = viewSheet(sheet, columns, lines.length - layout.header);
  const room = lines.length - over.length;
  return { lines: [...lines.slice(0, room), ...over], keys: sheet.keys };
}

const logRoles: Readonly<Record<LogLine['level'], Role>> = {
  info: 'muted',
  warning: 'missing',
  error: 'bad',
};

/** A rule and the newest lines, the newest last. */
function viewLog(log: readonly LogLine[], columns: number, lines: number): StyledLine[] {
  const room = lines - 1;
  const newest = room > 0 ? log.slice(-room) : [];
  const body = newest.map(
    ({ atUtcMs, level, text }): StyledLine => [
      span(` ${formatUtc(atUtcMs)} `, 'muted'),
      span(cleanText(text), logRoles[level]),
    ],
  );
  const empty = Array.from({ length: room - body.length }, () => []);
  return [rule([span('log', 'muted')], columns), ...body, ...empty];
}

function viewMessage({ message }: PanelState, { monotonicMs }: ServerSnapshot): StyledLine {
  if (!message || monotonicMs - message.atMs > messageMs) return [];
  return [bold(' > ', message.role), bold(message.text, message.role)];
}

/** Land All first, always; then the keys of the dialog, or as many of the table's as fit. */
function keyBar(dialogKeys: string | undefined, snapshot: ServerSnapshot, columns: number): StyledLine {
  const isInFlight = snapshot.phase.phase !== 'idle' || snapshot.drones.some(({ isArmed }) => isArmed);
  const [landAll, ...others] = barBindings(isInFlight);
  const line: Span[] = [bold(` ${landAll?.shown} ${landAll?.label} `, 'alarm')];
  if (dialogKeys !== undefined) return [...line, span(`  ${dialogKeys}`)];
  for (const { shown, label } of others) {
    const item = [span(' '), bold(shown, 'accent'), span(` ${label}`)];
    if (lineWidth(line) + lineWidth(item) > columns) break;
    line.push(...item);
  }
  return line;
}
