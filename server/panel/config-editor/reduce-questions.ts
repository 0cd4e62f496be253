/** What keys do in lists and questions. Esc only ever goes back. */
import type { Key } from '../key-parser.js';
import type { Size } from '../state.js';
import { setValue } from './edits.js';
import { edited, field } from './reduce-tree.js';
import { save, wishToSave } from './saving.js';
import { type EditorState, type EditorStep, type Mode, only } from './state.js';

type ModeOf<K extends Mode['kind']> = Extract<Mode, { kind: K }>;

const listSteps: ReadonlyMap<Key, number> = new Map([
  ['up', -1],
  ['k', -1],
  ['down', 1],
  ['j', 1],
  [' ', 1],
  ['pageup', -10],
  ['pagedown', 10],
  ['home', -10_000],
  ['end', 10_000],
]);

const tree: Mode = { kind: 'tree' };

/** One of the words that an option can be. */
export function reduceChoices(state: EditorState, mode: ModeOf<'choices'>, key: Key): EditorState {
  const { path, words, index } = mode;
  if (key === 'escape') return { ...state, mode: tree };
  if (key === 'enter')
    return edited({ ...state, mode: tree }, setValue(state.model, path, words[index] ?? ''));
  return { ...state, mode: { ...mode, index: moved(index, key, words.length) } };
}

/** What is to be added, and where, when there is more than one possibility. */
export function reduceAdditions(state: EditorState, mode: ModeOf<'additions'>, key: Key): EditorState {
  const { items, index } = mode;
  if (key === 'escape') return { ...state, mode: tree };
  const chosen = items[index];
  if (key === 'enter' && chosen) return field(state, { what: 'add', add: chosen }, '');
  return { ...state, mode: { ...mode, index: moved(index, key, items.length) } };
}

function moved(index: number, key: Key, count: number): number {
  const by = listSteps.get(key) ?? 0;
  return Math.max(0, Math.min(index + by, count - 1));
}

/** Only `d` discards, only `s` saves. */
export function reduceLeave(state: EditorState, key: Key, size: Size): EditorStep {
  switch (key) {
    case 's':
      return wishToSave(state, { size, closes: true });
    case 'd':
      return { state: { ...state, mode: tree }, effects: [{ type: 'close' }] };
    case 'escape':
      return only({ ...state, mode: tree });
    default:
      return only(state);
  }
}

/** How it is saved; Enter or the key for saving does it. */
export function reduceSave(state: EditorState, mode: ModeOf<'save'>, key: Key): EditorStep {
  const { target } = state;
  switch (key) {
    case 'enter':
    case 's':
      return save(state, mode);
    case 'escape':
      return only({ ...state, mode: tree });
    case 'm':
    case 'r':
      if (target.how === 'file') return only(state);
      return only({ ...state, mode: { ...mode, mode: key === 'm' ? 'modify' : 'rewrite' } });
    case 't':
      return only(target.canRestart ? { ...state, mode: { ...mode, restart: !mode.restart } } : state);
    default:
      return only(state);
  }
}

export function reduceHelp(state: EditorState, mode: ModeOf<'help'>, key: Key): EditorState {
  if (['escape', 'enter', 'q', '?'].includes(key)) return { ...state, mode: tree };
  const by = key === ' ' ? 10 : (listSteps.get(key) ?? 0);
  return { ...state, mode: { kind: 'help', scroll: Math.max(0, Math.min(mode.scroll + by, 200)) } };
}
