/** What lies over the lower part of the screen, before it is cut to its room. Data only. */
import type { StyledLine } from './styled.js';

/** A dialog's title, its text, how far it is scrolled, and the keys that mean something in it. */
export type Sheet = {
  readonly title: string;
  readonly lines: readonly StyledLine[];
  readonly scroll: number;
  readonly keys: string;
};
