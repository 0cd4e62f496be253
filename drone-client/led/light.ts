/** The light that was asked for last, and what it looks like at a moment. Knows no device and no clock. */
import { black, type Rgb } from '../../lib/show/model.js';
import { isStill, pixelsAt } from './effects.js';
import type { LedEffect } from './led.js';

type Playing = { readonly effect: LedEffect; readonly sinceMs: number; readonly before: Rgb };

/** Times are one clock's ms. */
export class Light {
  #color: Rgb = black;
  #playing: Playing | undefined;

  /** True when this changes anything. */
  setColor(color: Rgb): boolean {
    if (!this.#playing && isSame(this.#color, color)) return false;
    this.#playing = undefined;
    this.#color = color;
    return true;
  }

  /** True when it is not playing already. */
  play(effect: LedEffect, nowMs: number): boolean {
    const present = this.#playing?.effect;
    if (present?.kind === effect.kind && isSame(present.color, effect.color)) return false;
    const before = this.colorAt(nowMs);
    this.#playing = { effect, sinceMs: nowMs, before };
    return true;
  }

  colorAt(nowMs: number): Rgb {
    return this.pixelsAt(nowMs, 1)[0] ?? black;
  }

  pixelsAt(nowMs: number, pixelCount: number): Rgb[] {
    if (!this.#playing) return new Array<Rgb>(pixelCount).fill(this.#color);
    const { effect, sinceMs, before } = this.#playing;
    return pixelsAt(effect, { elapsedMs: nowMs - sinceMs, pixelCount, before });
  }

  /** Nothing changes by itself any more. */
  isStillAt(nowMs: number, pixelCount: number): boolean {
    if (!this.#playing) return true;
    const { effect, sinceMs } = this.#playing;
    return isStill(effect, { elapsedMs: nowMs - sinceMs, pixelCount });
  }
}

export function isSame(a: Rgb, b: Rgb): boolean {
  return a.red === b.red && a.green === b.green && a.blue === b.blue;
}
