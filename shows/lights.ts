/** Colours and light patterns of the sample shows. Knows no drone: pure functions of time and place in the row. */
import type { Rgb } from '../lib/show/model.js';

export const white: Rgb = { red: 255, green: 255, blue: 255 };

/** A saturated colour; `turn` 0 = red, 1/3 = green, 2/3 = blue, any number. */
export function hue(turn: number): Rgb {
  const channel = (shift: number) => {
    const distance = Math.abs(((((turn - shift) % 1) + 1.5) % 1) - 0.5) * 6;
    return Math.round(255 * Math.min(1, Math.max(0, 2 - distance)));
  };
  return { red: channel(0), green: channel(1 / 3), blue: channel(2 / 3) };
}

/** A colour made darker; `level` 0…1. */
export function dim(color: Rgb, level: number): Rgb {
  const part = Math.min(1, Math.max(0, level));
  return {
    red: Math.round(color.red * part),
    green: Math.round(color.green * part),
    blue: Math.round(color.blue * part),
  };
}

/** From `a` (part 0) to `b` (part 1). */
export function blend(a: Rgb, b: Rgb, part: number): Rgb {
  const mix = (from: number, to: number) => Math.round(from + (to - from) * Math.min(1, Math.max(0, part)));
  return { red: mix(a.red, b.red), green: mix(a.green, b.green), blue: mix(a.blue, b.blue) };
}

/** Brightness of a heart that beats once in `periodS`: two short swells, then rest. */
export function heartbeat(tS: number, periodS: number): number {
  const phaseS = tS % periodS;
  const swell = (atS: number, widthS: number) => Math.exp(-(((phaseS - atS) / widthS) ** 2));
  return 0.08 + 0.92 * Math.min(1, swell(0.15, 0.1) + 0.7 * swell(0.45, 0.12));
}

/** Brightness of light number `index` of `count` when one spot runs through them, one round in `periodS`, with a tail. */
export function chase(
  tS: number,
  index: number,
  { count, periodS }: { count: number; periodS: number },
): number {
  const behind = (((tS / periodS - index / count) % 1) + 1) % 1;
  return Math.max(0, 1 - 2 * behind) ** 2;
}
