/** The lines of the tree that are not folded away, and the cursor on them. Knows no keys and no colours. */
import type { Path } from '../../../lib/config/index.js';
import { scrollTo } from '../layout.js';
import type { Size } from '../state.js';
import { layOutEditor } from './editor-layout.js';
import type { EditorState } from './state.js';
import { keyOf, type Place, type SectionNode } from './tree.js';

export type Row = Place & { readonly depth: number };

export function rowsOf({ model, unfolded }: Pick<EditorState, 'model' | 'unfolded'>): Row[] {
  return sectionRows(model.root, [], unfolded);
}

/** Every place in the order of the tree, folded or not. */
export function placesOf({ model }: Pick<EditorState, 'model'>): Place[] {
  return sectionRows(model.root, [], undefined);
}

function sectionRows(section: SectionNode, path: Path, unfolded: ReadonlySet<string> | undefined): Row[] {
  const depth = path.length;
  return [
    ...section.options.map(({ name }): Row => ({ kind: 'option', path: [...path, name], depth })),
    ...section.sections.flatMap((inner): Row[] => {
      const row: Row = { kind: 'section', path: [...path, inner.name], depth };
      const isOpen = unfolded === undefined || unfolded.has(keyOf(row));
      return isOpen ? [row, ...sectionRows(inner, row.path, unfolded)] : [row];
    }),
  ];
}

/** The state with its cursor on a line that is there, and that line in sight. */
export function settle(state: EditorState, size: Size): EditorState {
  const rows = rowsOf(state);
  const key = state.cursor && keyOf(state.cursor);
  const found = rows.findIndex((row) => keyOf(row) === key);
  return moveTo(state, found >= 0 ? found : state.cursorIndex, size);
}

export function moveTo(state: EditorState, index: number, size: Size): EditorState {
  const rows = rowsOf(state);
  const cursorIndex = Math.max(0, Math.min(index, rows.length - 1));
  const row = rows[cursorIndex];
  return {
    ...state,
    cursorIndex,
    cursor: row && { kind: row.kind, path: row.path },
    top: scrollTo(state.top, {
      cursor: cursorIndex,
      rows: layOutEditor(size).tree,
      count: rows.length,
    }),
  };
}

/** The cursor on a place, with all sections about it unfolded. */
export function goTo(state: EditorState, place: Place, size: Size): EditorState {
  const around = place.path.slice(0, -1).map((_, depth): Place => {
    return { kind: 'section', path: place.path.slice(0, depth + 1) };
  });
  const unfolded = new Set([...state.unfolded, ...around.map(keyOf)]);
  return settle({ ...state, unfolded, cursor: place }, size);
}
