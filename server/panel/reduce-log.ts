/** What keys do in the full log: search, warnings only, scroll. Knows no drawing. */
import type { LogLine } from '../snapshot.js';
import type { Key } from './key-parser.js';
import type { Dialog, PanelState } from './state.js';
import { edited } from './typed.js';

export type LogDialog = Extract<Dialog, { kind: 'log' }>;

/** More than is kept. */
const maxBack = 10_000;

const steps: ReadonlyMap<Key, number> = new Map([
  ['up', 1],
  ['k', 1],
  ['down', -1],
  ['j', -1],
  ['pageup', 10],
  ['pagedown', -10],
  ['home', maxBack],
  ['end', -maxBack],
]);

/** Esc takes a search away that is being typed, else it goes back. */
export function reduceLog(state: PanelState, dialog: LogDialog, key: Key): PanelState {
  const to = (change: Partial<LogDialog>): PanelState => ({ ...state, dialog: { ...dialog, ...change } });
  if (dialog.isTyping) {
    if (key === 'escape') return to({ isTyping: false, search: '', back: 0 });
    if (key === 'enter') return to({ isTyping: false });
    return to({ search: edited(dialog.search, key), back: 0 });
  }
  const by = steps.get(key);
  if (by !== undefined) return to({ back: Math.max(0, Math.min(dialog.back + by, maxBack)) });
  if (key === '/') return to({ isTyping: true });
  if (key === 'w') return to({ isWarningsOnly: !dialog.isWarningsOnly, back: 0 });
  return ['escape', 'enter', 'q', 'L'].includes(key) ? { ...state, dialog: undefined } : state;
}

/** The lines that the search and the level let through, oldest first. */
export function chosenLines(log: readonly LogLine[], dialog: LogDialog): readonly LogLine[] {
  const search = dialog.search.trim().toLowerCase();
  return log.filter(
    ({ level, text }) =>
      !(dialog.isWarningsOnly && level === 'info') && (search === '' || text.toLowerCase().includes(search)),
  );
}
