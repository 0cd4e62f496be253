/** What each pixel of a strip shows at a moment of an effect. Pure: knows no clock and no device. */
import { black, type Rgb } from '../../lib/show/model.js';
import type { LedEffect } from './led.js';

/** Lit for so long, and dark for so long. */
const blinkMs = 500;
const blinkFastMs = 100;
const flashMs = 100;
/** From the first pixel to the last, however many there are. */
const wipeMs = 500;
const fadeMs = 500;

export type EffectMoment = {
  /** Since the effect began. */
  readonly elapsedMs: number;
  readonly pixelCount: number;
  /** What was shown before it, on every pixel. */
  readonly before: Rgb;
};

/** One colour a pixel. */
export function pixelsAt({ kind, color }: LedEffect, moment: EffectMoment): Rgb[] {
  const { elapsedMs, pixelCount, before } = moment;
  const all = (rgb: Rgb): Rgb[] => new Array<Rgb>(pixelCount).fill(rgb);
  switch (kind) {
    case 'fill':
      return all(color);
    case 'wipe':
      return all(before).map((rgb, index) => (elapsedMs >= (index * wipeMs) / pixelCount ? color : rgb));
    case 'blink':
      return all(isLit(elapsedMs, blinkMs) ? color : black);
    case 'blink_fast':
      return all(isLit(elapsedMs, blinkFastMs) ? color : black);
    case 'flash':
      return all(flashAt(color, before, elapsedMs));
    case 'fade':
      return all(mix(before, color, Math.min(1, Math.max(0, elapsedMs / fadeMs))));
  }
}

/** True when nothing changes any more after this moment. */
export function isStill(
  { kind }: LedEffect,
  { elapsedMs, pixelCount }: Omit<EffectMoment, 'before'>,
): boolean {
  if (kind === 'wipe') return elapsedMs >= ((pixelCount - 1) * wipeMs) / pixelCount;
  if (kind === 'flash') return elapsedMs >= 4 * flashMs;
  if (kind === 'fade') return elapsedMs >= fadeMs;
  return kind === 'fill';
}

function isLit(elapsedMs: number, halfPeriodMs: number): boolean {
  return Math.floor(elapsedMs / halfPeriodMs) % 2 === 0;
}

/** Lit, dark, lit, dark, and then what was before. */
function flashAt(color: Rgb, before: Rgb, elapsedMs: number): Rgb {
  if (elapsedMs >= 4 * flashMs) return before;
  return isLit(elapsedMs, flashMs) ? color : black;
}

function mix(from: Rgb, to: Rgb, part: number): Rgb {
  const between = (a: number, b: number): number => Math.round(a + (b - a) * part);
  return {
    red: between(from.red, to.red),
    green: between(from.green, to.green),
    blue: between(from.blue, to.blue),
  };
}
