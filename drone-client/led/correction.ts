/** How a show's colours become those of a device: gamma and a limit of brightness. Pure: knows no device. */
import type { Rgb } from '../../lib/show/model.js';

export type LedCorrection = {
  /** Part of the full brightness, 0…1. */
  readonly brightness: number;
  /** Output = input ^ gamma, both 0…1: 1 for devices that correct by themselves. */
  readonly gamma: number;
};

/** Makes the function that corrects pixels; what it gives are whole numbers 0…255, whatever it gets. */
export function makeCorrection({
  brightness,
  gamma,
}: LedCorrection): (pixels: readonly Rgb[]) => readonly Rgb[] {
  const levels = Array.from({ length: 256 }, (_, value) =>
    Math.round(255 * brightness * (value / 255) ** gamma),
  );
  const level = (value: number): number => levels[Math.min(255, Math.max(0, Math.round(value)))] ?? 0;
  return (pixels) =>
    pixels.map(({ red, green, blue }) => ({ red: level(red), green: level(green), blue: level(blue) }));
}
