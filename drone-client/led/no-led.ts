/** The light of a drone that has none. Knows nothing. */
import { black, type Rgb } from '../../lib/show/model.js';
import type { Led, LedEffect } from './led.js';

export class NoLed implements Led {
  readonly isPresent = false;
  readonly color: Rgb = black;
  readonly intervalMs = Number.POSITIVE_INFINITY;
  readonly trouble: string | undefined;

  /** `trouble`: why there are none, where there should be. */
  constructor(trouble?: string) {
    this.trouble = trouble;
  }

  setColor(_color: Rgb): void {
    return;
  }

  play(_effect: LedEffect): void {
    return;
  }

  async close(): Promise<void> {
    return;
  }
}
