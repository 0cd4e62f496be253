/** What the screen has to have room for just now, and how many rows the table has for it. Knows no drawing. */
import { type Layout, layOut, type Needs } from './layout.js';
import { rowsOf } from './rows.js';
import type { Context, PanelState } from './state.js';
import { builtInName, initialTable } from './table-view.js';
import { alertLines, heldLines } from './view-alerts.js';

function needsOf(state: PanelState, context: Context): Needs {
  const { snapshot, size } = context;
  return {
    rows: rowsOf(state, context).length,
    held: heldLines(snapshot, size.columns),
    alerts: alertLines(snapshot, size.columns).length,
    isReplay: snapshot.replay !== undefined,
    isArmed: snapshot.drones.some(({ isArmed }) => isArmed),
    isChosen: isChosen(state),
  };
}

export function layoutOf(state: PanelState, context: Context): Layout {
  return layOut(context.size, needsOf(state, context));
}

/** Rows of drones that the table shows, at least one. */
export function tableRows(state: PanelState, context: Context): number {
  return Math.max(1, layoutOf(state, context).table - 1);
}

/** Whether the table is sorted, narrowed, or in other columns than at first: that is said above it. */
function isChosen({ table, dialog }: PanelState): boolean {
  const { sortKey, isDescending, filter, presets } = table;
  const isAsAtFirst = sortKey === initialTable.sortKey && !isDescending && presets.current === builtInName;
  return dialog?.kind === 'filter' || filter !== '' || !isAsAtFirst;
}
