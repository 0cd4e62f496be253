/** Which part of the editor gets how many lines. Pure arithmetic; knows no content. */
import type { Size } from '../state.js';

/** Lines of each part; they add up to the screen's rows. `foot`: facts of the option, its rule included. */
export type EditorLayout = {
  readonly head: number;
  readonly tree: number;
  readonly foot: number;
  readonly message: number;
};

export function layOutEditor({ rows }: Size): EditorLayout {
  const all = Math.max(0, rows);
  const tree = Math.min(all, 1);
  const head = Math.min(all - tree, 1);
  const message = Math.min(all - tree - head, 1);
  const wanted = all >= 32 ? 8 : all >= 16 ? 6 : all >= 10 ? 4 : all >= 7 ? 2 : 0;
  const foot = Math.min(all - tree - head - message, wanted);
  return { head, message, foot, tree: all - head - message - foot };
}
