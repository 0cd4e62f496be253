/** What keys do while a line is typed. Esc only ever goes back; Enter does what the line is for. */
import type { Key } from '../key-parser.js';
import type { Size } from '../state.js';
import { setComment, setValue } from './edits.js';
import { optionFacts } from './facts.js';
import { editField, fieldText } from './field.js';
import type { Edit } from './model.js';
import { field } from './reduce-tree.js';
import { goTo } from './rows.js';
import { saveAs } from './saving.js';
import { findMatch } from './search.js';
import { type EditorState, type EditorStep, type Mode, only, say } from './state.js';
import { add, duplicateSection } from './structure-edits.js';
import type { Place } from './tree.js';

type FieldMode = Extract<Mode, { kind: 'field' }>;
type Pressed = { readonly key: Key; readonly size: Size };

export function reduceField(state: EditorState, mode: FieldMode, { key, size }: Pressed): EditorStep {
  if (key === 'escape') return only(back(state, mode));
  if (key === 'enter') return enter(state, mode, size);
  const { purpose } = mode;
  const typed: EditorState = {
    ...state,
    mode: { kind: 'field', purpose, field: editField(mode.field, key) },
  };
  if (purpose.what !== 'search') return only(typed);
  return only(searched(typed, fieldText(editField(mode.field, key)), { from: purpose.from, size }));
}

function back(state: EditorState, { purpose }: FieldMode): EditorState {
  const tree: EditorState = { ...state, mode: { kind: 'tree' } };
  return purpose.what === 'search' ? { ...tree, cursor: purpose.from } : tree;
}

function enter(state: EditorState, mode: FieldMode, size: Size): EditorStep {
  const { purpose } = mode;
  const { model } = state;
  const text = fieldText(mode.field);
  const tree: EditorState = { ...state, mode: { kind: 'tree' } };
  switch (purpose.what) {
    case 'value':
      return only(taken(state, mode, setValue(model, purpose.path, text)));
    case 'comment':
      return only(taken(state, mode, setComment(model, purpose.path, text)));
    case 'duplicate': {
      const edit = duplicateSection(model, purpose.path, text.trim());
      const path = [...purpose.path.slice(0, -1), text.trim()];
      return only(arrived(taken(state, mode, edit), edit, { place: { kind: 'section', path }, size }));
    }
    case 'add':
      return only(added(state, mode, size));
    case 'search':
      return only(text === '' ? back(state, mode) : tree);
    case 'saveAs':
      if (text.trim() !== '') return saveAs(state, text.trim(), size);
      return only({ ...state, mode: { ...mode, error: 'expected the path of a file' } });
  }
}

/** The state after an edit; a refused one leaves the line open and says what is expected. */
function taken(state: EditorState, mode: FieldMode, { model, error }: Edit): EditorState {
  if (error !== undefined) return { ...state, mode: { ...mode, error } };
  return { ...state, model, mode: { kind: 'tree' } };
}

function arrived(
  state: EditorState,
  { error }: Edit,
  { place, size }: { place: Place; size: Size },
): EditorState {
  return error === undefined ? goTo(state, place, size) : state;
}

/** A new option is edited at once, beginning with its default. */
function added(state: EditorState, mode: FieldMode, size: Size): EditorState {
  if (mode.purpose.what !== 'add') return state;
  const { what, parent } = mode.purpose.add;
  const name = fieldText(mode.field).trim();
  const edit = add(state.model, parent, { what, name });
  const path = [...parent, name];
  const next = arrived(taken(state, mode, edit), edit, { place: { kind: what, path }, size });
  if (edit.error !== undefined || what === 'section') return next;
  return field(next, { what: 'value', path }, valueTextOf(next, path));
}

function valueTextOf({ model }: EditorState, path: readonly string[]): string {
  return optionFacts(model, path)?.text ?? '';
}

function searched(
  state: EditorState,
  search: string,
  { from, size }: { from: Place | undefined; size: Size },
): EditorState {
  const next = { ...state, search };
  if (search === '') return { ...next, cursor: from };
  return findMatch(next, { from, by: 0, size }) ?? say(next, `no name holds "${search}"`, 'missing');
}
