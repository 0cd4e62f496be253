/** Cursor and selection: moves over the table and follows it when drones come and go. Knows no commands. */
import type { Action } from './key-map.js';
import { scrollTo } from './layout.js';
import { tableRows } from './needs.js';
import { cachedRows, rowsOf } from './rows.js';
import type { Context, PanelState } from './state.js';

type Move = (state: PanelState, context: Context) => PanelState;

const step =
  (by: (state: PanelState, context: Context) => number): Move =>
  (state, context) =>
    moveTo(state, state.cursorIndex + by(state, context), context);

/** What the keys of the table do. */
export const cursorActions: { readonly [A in Action]?: Move } = {
  up: step(() => -1),
  down: step(() => 1),
  pageUp: step((state, context) => -tableRows(state, context)),
  pageDown: step(tableRows),
  first: (state, context) => moveTo(state, 0, context),
  last: (state, context) => moveTo(state, Number.MAX_SAFE_INTEGER, context),
  select: (state) => {
    const { cursorId, selected } = state;
    if (cursorId === undefined) return state;
    const next = new Set(selected);
    if (!next.delete(cursorId)) next.add(cursorId);
    return { ...state, selected: next };
  },
  selectAll: (state, context) => ({ ...state, selected: new Set(shownIds(state, context)) }),
  selectNone: (state) => ({ ...state, selected: new Set() }),
  toggleAll: (state, context) => ({
    ...state,
    selected: new Set(shownIds(state, context).filter((id) => !state.selected.has(id))),
  }),
};

/** The state with everything gone that is no longer in the table, and with the cursor on a drone if there is one. */
export function syncWithSnapshot(state: PanelState, context: Context): PanelState {
  const { phase } = context.snapshot;
  // A start that is called off ends no show.
  const wasOn = state.lastPhase === 'running' || state.lastPhase === 'paused';
  const hasEnded = wasOn && phase.phase === 'idle';
  return followed(
    {
      ...state,
      selected: pruned(state.selected, context),
      lastPhase: phase.phase,
      hasShowEnded: phase.phase === 'idle' && (state.hasShowEnded || hasEnded),
    },
    context,
  );
}

/** The state with its rows made anew, and the cursor on the drone that it was on where that one is shown. */
export function followed(state: PanelState, context: Context): PanelState {
  const withRows = { ...state, table: { ...state.table, rows: cachedRows(state, context) } };
  const rows = rowsOf(withRows, context);
  const isThere = rows[state.cursorIndex]?.record.id === state.cursorId;
  const index = isThere ? state.cursorIndex : rows.findIndex(({ record }) => record.id === state.cursorId);
  return moveTo(withRows, index >= 0 ? index : state.cursorIndex, context);
}

function pruned(selected: ReadonlySet<string>, { snapshot }: Context): ReadonlySet<string> {
  if (selected.size === 0) return selected;
  const known = new Set(snapshot.drones.map(({ record }) => record.id));
  const left = [...selected].filter((id) => known.has(id));
  return left.length === selected.size ? selected : new Set(left);
}

function moveTo(state: PanelState, index: number, context: Context): PanelState {
  const rows = rowsOf(state, context);
  const cursor = Math.max(0, Math.min(index, rows.length - 1));
  const place = { cursor, rows: tableRows(state, context), count: rows.length };
  return {
    ...state,
    cursorIndex: cursor,
    cursorId: rows[cursor]?.record.id,
    scrollTop: scrollTo(state.scrollTop, place),
  };
}

/** Those that the filter lets through: nobody is chosen that is not seen. */
function shownIds(state: PanelState, context: Context): string[] {
  return rowsOf(state, context).map(({ record }) => record.id);
}
