/** The port to the drone's lights. Knows no show and no flight; a failing light never delays anything else. */
import type { Rgb } from '../../lib/show/model.js';

/** Obligations: `setColor` returns at once, never throws and keeps only the newest colour. */
export interface Led {
  /** False where the drone has no lights: light commands are then answered "not supported". */
  readonly isPresent: boolean;
  /** The colour shown last; black before the first. */
  readonly color: Rgb;
  setColor(color: Rgb): void;
}
