/** What the keys do in the tree. Knows no fields and no questions beyond how they begin. */
import type { Path } from '../../../lib/config/index.js';
import type { Key } from '../key-parser.js';
import type { Size } from '../state.js';
import { nextWord } from './choices.js';
import { type TreeAction, treeActionOf } from './editor-keys.js';
import { layOutEditor } from './editor-layout.js';
import { commentRefusal, resetToDefault, toggleExcluded } from './edits.js';
import { optionFacts } from './facts.js';
import { fieldOf } from './field.js';
import { canAdd, type Edit, redo, undo } from './model.js';
import { goTo, moveTo } from './rows.js';
import { isModified } from './save-forms.js';
import { wishToSave } from './saving.js';
import { findMatch } from './search.js';
import { type AddChoice, type EditorState, type EditorStep, type FieldPurpose, only, say } from './state.js';
import { freeName, remove } from './structure-edits.js';
import { allSections, findOptionNode, firstDifference, keyOf, type Place } from './tree.js';

type Act = (state: EditorState, size: Size) => EditorState;

export function reduceTree(state: EditorState, key: Key, size: Size): EditorStep {
  const action = treeActionOf(key);
  if (action === undefined)
    return only(say(state, `key ${key} does nothing here: ? shows all keys`, 'missing'));
  if (action === 'save') return wishToSave(state, { size, closes: false });
  if (action === 'back') return goBack(state);
  return only(acts[action](state, size));
}

function goBack(state: EditorState): EditorStep {
  if (!isModified(state.model)) return { state, effects: [{ type: 'close' }] };
  return only({ ...state, mode: { kind: 'leave' } });
}

const acts: Readonly<Record<Exclude<TreeAction, 'save' | 'back'>, Act>> = {
  up: (state, size) => moveTo(state, state.cursorIndex - 1, size),
  down: (state, size) => moveTo(state, state.cursorIndex + 1, size),
  pageUp: (state, size) => moveTo(state, state.cursorIndex - layOutEditor(size).tree, size),
  pageDown: (state, size) => moveTo(state, state.cursorIndex + layOutEditor(size).tree, size),
  first: (state, size) => moveTo(state, 0, size),
  last: (state, size) => moveTo(state, Number.MAX_SAFE_INTEGER, size),
  fold: foldOrLeave,
  unfold: (state) => onSection(state, (place) => withFold(state, place, true)),
  foldAll,
  open: (state) =>
    onCursor(state, ({ kind, path }) => (kind === 'section' ? flip(state) : edit(state, path))),
  cycle: (state) =>
    onCursor(state, ({ kind, path }) => (kind === 'section' ? flip(state) : cycle(state, path))),
  comment: editComment,
  reset: (state) =>
    onCursor(state, ({ kind, path }) =>
      kind === 'section'
        ? say(state, 'd is for one option; x empties a section', 'missing')
        : edited(state, resetToDefault(state.model, path)),
    ),
  add: beginAdding,
  remove: (state) => onCursor(state, (place) => edited(state, remove(state.model, place))),
  duplicate: beginDuplicate,
  exclude: (state) => onCursor(state, (place) => edited(state, toggleExcluded(state.model, place))),
  undo: (state, size) => stepped(state, { edit: undo(state.model), word: 'undone', size }),
  redo: (state, size) => stepped(state, { edit: redo(state.model), word: 'done again', size }),
  search: (state) => field(state, { what: 'search', from: state.cursor }, ''),
  searchNext: (state, size) => searchOn(state, 1, size),
  searchBack: (state, size) => searchOn(state, -1, size),
  saveAs: (state) => field(state, { what: 'saveAs' }, state.target.path ?? `${state.model.name}.ini`),
  help: (state) => ({ ...state, mode: { kind: 'help', scroll: 0 } }),
};

/** The state after an edit, or why it was refused. */
export function edited(state: EditorState, { model, error }: Edit): EditorState {
  return error === undefined ? { ...state, model } : say(state, error, 'missing');
}

/** A field over the tree, beginning with `text`. */
export function field(state: EditorState, purpose: FieldPurpose, text: string): EditorState {
  return { ...state, mode: { kind: 'field', purpose, field: fieldOf(text) } };
}

/** The cursor goes where something is another than before. */
function stepped(
  state: EditorState,
  { edit, word, size }: { edit: Edit; word: string; size: Size },
): EditorState {
  const next = edited(state, edit);
  if (edit.error !== undefined) return next;
  const { past, future, root } = edit.model;
  const place = firstDifference(state.model.root, root);
  const told = `${word}: u undo ${past.length}, ^R redo ${future.length}`;
  return say(place ? goTo(next, place, size) : next, told, 'muted');
}

function onCursor(state: EditorState, act: (place: Place) => EditorState): EditorState {
  return state.cursor ? act(state.cursor) : say(state, 'there is nothing here: a adds', 'missing');
}

function onSection(state: EditorState, act: (place: Place) => EditorState): EditorState {
  return state.cursor?.kind === 'section' ? act(state.cursor) : state;
}

function edit(state: EditorState, path: Path): EditorState {
  const facts = optionFacts(state.model, path);
  if (!facts) return state;
  const { choices: words, text } = facts;
  if (words.length === 2) return cycle(state, path);
  if (words.length === 0) return field(state, { what: 'value', path }, text);
  return { ...state, mode: { kind: 'choices', path, words, index: Math.max(0, words.indexOf(text)) } };
}

function cycle(state: EditorState, path: Path): EditorState {
  const next = nextWord(state.model, path);
  return next ? edited(state, next) : edit(state, path);
}

function editComment(state: EditorState): EditorState {
  const path = state.cursor?.kind === 'option' ? state.cursor.path : undefined;
  const node = path && findOptionNode(state.model.root, path);
  const refusal = commentRefusal(node);
  if (!path || refusal !== undefined) return say(state, refusal ?? 'only options have comments', 'missing');
  return field(state, { what: 'comment', path }, (node?.comments[0] ?? '').replace(/^[\s#]+/, ''));
}

function beginAdding(state: EditorState): EditorState {
  const { cursor, model } = state;
  const own = cursor?.kind === 'section' ? [cursor.path] : [];
  const parents = [...own, cursor?.path.slice(0, -1) ?? []];
  const items = parents.flatMap((parent): AddChoice[] =>
    (['option', 'section'] as const).flatMap((what) =>
      canAdd(model, parent, what) ? [{ what, parent }] : [],
    ),
  );
  const [first] = items;
  if (!first) return say(state, 'the specification allows nothing to be added here', 'missing');
  if (items.length > 1) return { ...state, mode: { kind: 'additions', items, index: 0 } };
  return field(state, { what: 'add', add: first }, '');
}

function beginDuplicate(state: EditorState): EditorState {
  const { cursor, model } = state;
  const path = cursor?.kind === 'option' ? cursor.path.slice(0, -1) : cursor?.path;
  if (!path || path.length === 0) return say(state, 'only a section can be duplicated', 'missing');
  if (!canAdd(model, path.slice(0, -1), 'section'))
    return say(state, `no section can be added beside ${path.at(-1)}`, 'missing');
  return field(state, { what: 'duplicate', path }, freeName(model, path));
}

function searchOn(state: EditorState, by: 1 | -1, size: Size): EditorState {
  if (state.search === '') return say(state, 'nothing was searched for: / does', 'missing');
  return (
    findMatch(state, { from: state.cursor, by, size }) ??
    say(state, `no name holds "${state.search}"`, 'missing')
  );
}

function flip(state: EditorState): EditorState {
  return onSection(state, (place) => withFold(state, place, !state.unfolded.has(keyOf(place))));
}

function withFold(state: EditorState, place: Place, isOpen: boolean): EditorState {
  const unfolded = new Set(state.unfolded);
  if (isOpen) unfolded.add(keyOf(place));
  else unfolded.delete(keyOf(place));
  return { ...state, unfolded };
}

function foldOrLeave(state: EditorState): EditorState {
  return onCursor(state, (place) => {
    const isOpen = place.kind === 'section' && state.unfolded.has(keyOf(place));
    if (isOpen) return withFold(state, place, false);
    const path = place.path.slice(0, -1);
    return path.length === 0 ? state : { ...state, cursor: { kind: 'section', path } };
  });
}

function foldAll(state: EditorState): EditorState {
  const keys = allSections(state.model.root).map((path) => keyOf({ kind: 'section', path }));
  const isAnyOpen = keys.some((key) => state.unfolded.has(key));
  const [name] = state.cursor?.path ?? [];
  const isInside = isAnyOpen && state.cursor && state.cursor.path.length > 1 && name !== undefined;
  const cursor: Place | undefined = isInside ? { kind: 'section', path: [name] } : state.cursor;
  return { ...state, cursor, unfolded: new Set(isAnyOpen ? [] : keys) };
}
