/** The light that was asked for last, and what it looks like at a moment. Knows no device and no clock. */
import { black, type Rgb } from '../../lib/show/model.js';
import { isStill, pixelsAt } from './effects.js';
import type { LedEffect } from './led.js';

type Playing = {
  readonly effect: LedEffect;
  readonly sinceMs: number;
  readonly before: Rgb;
  /** What goes on after a flash; undefined: the colour. Never a flash, so that nothing piles up. */
  readonly after: Playing | undefined;
};

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

  /** True when it is not playing already; a flash that is over is not. */
  play(effect: LedEffect, nowMs: number): boolean {
    const present = this.#playingAt(nowMs);
    if (present?.effect.kind === effect.kind && isSame(present.effect.color, effect.color)) return false;
    const before = this.colorAt(nowMs);
    const after = present?.effect.kind === 'flash' ? present.after : present;
    this.#playing = { effect, sinceMs: nowMs, before, after: effect.kind === 'flash' ? after : undefined };
    return true;
  }

  colorAt(nowMs: number): Rgb {
    return this.pixelsAt(nowMs, 1)[0] ?? black;
  }

  pixelsAt(nowMs: number, pixelCount: number): Rgb[] {
    const playing = this.#playingAt(nowMs);
    if (!playing) return new Array<Rgb>(pixelCount).fill(this.#color);
    const { effect, sinceMs, before } = playing;
    return pixelsAt(effect, { elapsedMs: nowMs - sinceMs, pixelCount, before });
  }

  /** Nothing changes by itself any more. */
  isStillAt(nowMs: number, pixelCount: number): boolean {
    const playing = this.#playingAt(nowMs);
    return !playing || isStill(playing.effect, { elapsedMs: nowMs - playing.sinceMs, pixelCount });
  }

  #playingAt(nowMs: number): Playing | undefined {
    const playing = this.#playing;
    if (playing?.effect.kind !== 'flash') return playing;
    const isOver = isStill(playing.effect, { elapsedMs: nowMs - playing.sinceMs, pixelCount: 1 });
    return isOver ? playing.after : playing;
  }
}

export function isSame(a: Rgb, b: Rgb): boolean {
  return a.red === b.red && a.green === b.green && a.blue === b.blue;
}
