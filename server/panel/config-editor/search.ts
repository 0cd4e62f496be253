/** Search by name through the whole tree, folded or not. Knows no keys. */
import type { Size } from '../state.js';
import { goTo, placesOf } from './rows.js';
import type { EditorState } from './state.js';
import { keyOf, type Place } from './tree.js';

/** How a search goes on: from a place (0: it counts itself), forwards or backwards, round the end. */
export type SearchStep = { readonly from: Place | undefined; readonly by: 0 | 1 | -1; readonly size: Size };

/** The state at the next name that holds `state.search`; undefined when there is none. */
export function findMatch(state: EditorState, { from, by, size }: SearchStep): EditorState | undefined {
  const places = placesOf(state);
  const key = from && keyOf(from);
  const start = Math.max(
    0,
    places.findIndex((place) => keyOf(place) === key),
  );
  const wanted = state.search.toLowerCase();
  const direction = by === 0 ? 1 : by;
  for (let count = 0; count < places.length; count++) {
    const index = start + by + direction * count;
    const place = places.at(index % places.length);
    if (place?.path.at(-1)?.toLowerCase().includes(wanted)) return goTo(state, place, size);
  }
  return undefined;
}
