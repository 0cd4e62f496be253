/** The port to the drone's lights, and to the devices behind it. Knows no show and no flight. */
import type { Rgb } from '../../lib/show/model.js';

/**
 * What the strip does from now until the next colour or effect:
 * - `fill` shows the colour;
 * - `wipe` shows it pixel by pixel, the first at once, the whole strip within 500 ms;
 * - `blink` is lit for 500 ms and dark for 500 ms, `blink_fast` for 100 ms each;
 * - `flash` is lit twice for 100 ms, dark for 100 ms after each, then what ran before goes on;
 * - `fade` goes over from what was shown before within 500 ms.
 * Source: the effects of COEX Clover's `led` node, of the same names and its default times; the fast blink is clever-show's.
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
  /** Why they do not work, for people; undefined while they do, and where there are none to work. */
  readonly trouble: string | undefined;
  /** Of colours that come faster than this not all are shown, ms. */
  readonly intervalMs: number;
  setColor(color: Rgb): void;
  /** The same effect that is shown already goes on, so that callers may repeat themselves; another one begins. */
  play(effect: LedEffect): void;
  /** Dark, and silent from then on. */
  close(): Promise<void>;
}

/**
 * What lights up. Obligations: `write` shows these colours, as they are, one a pixel; it may throw, reject or take long:
 * whoever calls it survives that. Nothing is written before the last write has ended: a write that never ends gets no other.
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
