/** The whole screen as lines: f(state, snapshot, size). Knows no terminal and no time but the snapshot's. */
import type { ServerSnapshot } from '../snapshot.js';
import { editorSize } from './config-dialog.js';
import { viewEditor } from './config-editor/view.js';
import { viewHint } from './hint.js';
import { barBindings } from './key-map.js';
import { type Layout, sideColumns } from './layout.js';
import { layoutOf } from './needs.js';
import { rowsOf } from './rows.js';
import type { Sheet } from './sheet.js';
import type { Context, PanelState, Size } from './state.js';
import { bold, fitLine, lineWidth, type Span, type StyledLine, span } from './styled.js';
import { viewAlerts, viewHeld } from './view-alerts.js';
import { viewArmed } from './view-armed.js';
import { columnsSheet } from './view-columns.js';
import { viewDetail, viewSide } from './view-detail.js';
import { sheetOf, viewSheet } from './view-dialog.js';
import { viewHeader } from './view-header.js';
import { logSheet, viewLog } from './view-log.js';
import { viewMessage } from './view-message.js';
import { oversightSheet } from './view-oversight.js';
import { replayBar, replayHint, viewReplay } from './view-replay.js';
import { viewStages } from './view-stages.js';
import { viewChoice, viewTable } from './view-table.js';

/** Lines of the dialog of columns at least, and of what is seen above it where there is room for both. */
const leastSheet = 10;
const linesAbove = 5;

/** Exactly `size.rows` lines of exactly `size.columns` columns. */
export function view(state: PanelState, snapshot: ServerSnapshot, size: Size): StyledLine[] {
  const context = { snapshot, size };
  const layout = layoutOf(state, context);
  const { lines, keys } = upperLines(state, context, layout);
  return [...lines, keyBar(keys, snapshot, size.columns)]
    .slice(size.rows === 0 ? 1 : 0)
    .slice(0, size.rows)
    .map((line) => fitLine(line, size.columns));
}

type Upper = { readonly lines: readonly StyledLine[]; readonly keys?: string };

/** Everything above the bar, and the keys of the dialog if there is one. A dialog covers the lower part of it. */
function upperLines(state: PanelState, context: Context, layout: Layout): Upper {
  const { snapshot, size } = context;
  const top = [
    ...viewHeader(state, context, layout.header),
    ...viewHeld(snapshot, size.columns, layout.held),
    ...(layout.armed > 0 ? [viewArmed(snapshot, size.columns)] : []),
    ...viewAlerts(snapshot, size.columns, layout.alerts),
    // Keys move a recording whatever lies over the table.
    ...(snapshot.replay && layout.stages > 0 ? [viewReplay(snapshot.replay, size.columns)] : []),
  ];
  const lines = [
    ...top,
    ...(!snapshot.replay && layout.stages > 0 ? [viewStages(state, context)] : []),
    ...(layout.choice > 0 ? [viewChoice(state, context)] : []),
    ...mainLines(state, context, layout),
    ...(layout.message > 0 ? [viewMessage(state, snapshot)] : []),
    ...(layout.hint > 0 ? [snapshot.replay ? replayHint(snapshot.replay) : viewHint(state, snapshot)] : []),
  ];
  if (state.dialog?.kind === 'config') {
    const editor = viewEditor(state.dialog.editor, editorSize(state, context));
    return { lines: [...top, ...editor.lines], keys: editor.keys };
  }
  if (state.dialog?.kind === 'filter') return { lines, keys: 'Enter keep  Esc clear  Up/Down' };
  const room = lines.length - top.length;
  const sheet = sheetFor(state, context, room);
  if (!sheet) return { lines };
  const over = viewSheet(sheet, size.columns, roomOf(state, room));
  return { lines: [...lines.slice(0, lines.length - over.length), ...over], keys: sheet.keys };
}

/** What the table would look like in other columns is to be seen above the dialog that changes them. */
function roomOf({ dialog }: PanelState, room: number): number {
  return dialog?.kind === 'columns' ? Math.max(leastSheet, room - linesAbove) : room;
}

/** Table, pane and log: below each other, or with the pane at the side. */
function mainLines(state: PanelState, context: Context, layout: Layout): StyledLine[] {
  const { snapshot, size } = context;
  const drone = rowsOf(state, context)[state.cursorIndex];
  const side = sideColumns(size);
  const columns = size.columns - side;
  const log = layout.log > 0 ? viewLog(snapshot.log, columns, layout.log) : [];
  const left = [
    ...viewTable(state, context, layout.table),
    ...viewDetail(drone, snapshot, { columns, lines: layout.detail }),
    ...log,
  ];
  if (side === 0) return left;
  const pane = viewSide(drone, snapshot, { columns: side - 1, lines: left.length });
  return left.map((line, index) => [...fitLine(line, columns), span('│', 'muted'), ...(pane[index] ?? [])]);
}

function sheetFor(state: PanelState, { snapshot, size }: Context, room: number): Sheet | undefined {
  const { dialog } = state;
  if (!dialog) return undefined;
  switch (dialog.kind) {
    case 'filter':
    case 'config':
      return undefined;
    case 'columns':
      return columnsSheet(dialog, size);
    case 'log':
      return logSheet(dialog, snapshot.log, room - 1);
    case 'alerts':
    case 'checklist':
      return oversightSheet(dialog, state, { snapshot, columns: size.columns, room: room - 1 });
    default:
      return sheetOf(dialog, state, { snapshot, columns: size.columns, room: room - 1 });
  }
}

/** Land All first, always; then the keys of the dialog, or as many of the table's as fit. */
function keyBar(dialogKeys: string | undefined, snapshot: ServerSnapshot, columns: number): StyledLine {
  if (snapshot.replay) return replayBar(dialogKeys, columns);
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
