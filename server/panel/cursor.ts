/** Cursor and selection: moves over the table and follows it when drones come and go. Knows no commands. */
import type { Action } from './key-map.js';
import { scrollTo, tableRows } from './layout.js';
import type { Context, PanelState } from './state.js';

type Move = (state: PanelState, context: Context) => PanelState;

const step =
  (by: (context: Context) => number): Move =>
  (state, context) =>
    moveTo(state, state.cursorIndex + by(context), context);

const page = ({ snapshot, size }: Context): number => tableRows(size, snapshot.drones.length);

/** What the keys of the table do. */
export const cursorActions: { readonly [A in Action]?: Move } = {
  up: step(() => -1),
  down: step(() => 1),
  pageUp: step((context) => -page(context)),
  pageDown: step(page),
  first: (state, context) => moveTo(state, 0, context),
  last: (state, context) => moveTo(state, Number.MAX_SAFE_INTEGER, context),
  select: (state) => {
    const { cursorId, selected } = state;
    if (cursorId === undefined) return state;
    const next = new Set(selected);
    if (!next.delete(cursorId)) next.add(cursorId);
    return { ...state, selected: next };
  },
  selectAll: (state, context) => ({ ...state, selected: new Set(idsOf(context)) }),
  selectNone: (state) => ({ ...state, selected: new Set() }),
  toggleAll: (state, context) => ({
    ...state,
    selected: new Set(idsOf(context).filter((id) => !state.selected.has(id))),
  }),
};

/** The state with everything gone that is no longer in the table, and with the cursor on a drone if there is one. */
export function syncWithSnapshot(state: PanelState, context: Context): PanelState {
  const { drones, phase } = context.snapshot;
  const index = drones.findIndex(({ record }) => record.id === state.cursorId);
  const moved = moveTo(state, index >= 0 ? index : state.cursorIndex, context);
  const hasEnded = state.lastPhase !== 'idle' && phase.phase === 'idle';
  return {
    ...moved,
    selected: pruned(state.selected, context),
    lastPhase: phase.phase,
    hasShowEnded: phase.phase === 'idle' && (state.hasShowEnded || hasEnded),
  };
}

function pruned(selected: ReadonlySet<string>, context: Context): ReadonlySet<string> {
  if (selected.size === 0) return selected;
  const known = new Set(idsOf(context));
  return new Set([...selected].filter((id) => known.has(id)));
}

function moveTo(state: PanelState, index: number, { snapshot, size }: Context): PanelState {
  const { drones } = snapshot;
  const cursor = Math.max(0, Math.min(index, drones.length - 1));
  const rows = tableRows(size, drones.length);
  return {
    ...state,
    cursorIndex: cursor,
    cursorId: drones[cursor]?.record.id,
    scrollTop: scrollTo(state.scrollTop, { cursor, rows, count: drones.length }),
  };
}

function idsOf({ snapshot }: Context): string[] {
  return snapshot.drones.map(({ record }) => record.id);
}
