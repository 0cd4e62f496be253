/** The port to the drone's lights, and to the devices behind it. Knows no show and no flight. */
import type { Rgb } from '../../lib/show/model.js';

/**
 * What the whole strip does from now on: `fill` shows the colour; `wipe` shows it pixel by pixel, 25 ms each; `blink` is
 * lit and dark for 250 ms each, `blink_fast` for 100 ms; `flash` is lit twice for 100 ms, then shows what was before;
 * `fade` goes over from what was before within 500 ms.
 * Source: the light effects of COEX Clover, of the same names; the fast blink is clever-show's.
 */
export type LedEffect = {
  readonly kind: 'fill' | 'wipe' | 'blink' | 'blink_fast' | 'flash' | 'fade';
  readonly color: Rgb;
};

/** Obligations: every method returns at once, never throws, and only the newest light counts. */
export interface Led {
  /** False where the drone has no lights: light commands are then answered "not supported". */
  readonly isPresent: boolean;
  /** The colour that the first pixel shows now, before gamma and brightness; black before the first. */
  readonly color: Rgb;
  setColor(color: Rgb): void;
  /** The effect that runs already goes on; another one begins. */
  play(effect: LedEffect): void;
  /** Dark, and silent from then on. */
  close(): Promise<void>;
}

/**
 * What lights up. Obligations: `write` shows these colours, as they are, one a pixel; it may throw, reject or take long:
 * whoever calls it survives that. Nothing is written before the last write has ended.
 */
export interface LedDevice {
  readonly pixelCount: number;
  /** It is not written more often than this, ms. */
  readonly minIntervalMs: number;
  /** It forgets what it shows, and wants it again after this, ms; undefined when it does not. */
  readonly refreshMs: number | undefined;
  write(pixels: readonly Rgb[]): void | Promise<void>;
  close(): Promise<void>;
}
