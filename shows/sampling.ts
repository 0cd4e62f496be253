/** Turns a drone's way and lights, given as functions of time, into an animation. Knows no particular show. */
import type { Vec3 } from '../lib/geo/frames.js';
import type { Animation, Rgb } from '../lib/show/index.js';

/** What one drone does `tS` seconds after the start: place in metres (x, y over the ground, z above it), colour. */
export type Choreography = { readonly placeAt: (tS: number) => Vec3; readonly colorAt: (tS: number) => Rgb };

/** Seconds from frame to frame. */
const frameDelayS = 0.1;

/** Frames from 0 up to `durationS`, all with yaw 0. */
export function sample(id: string, durationS: number, { placeAt, colorAt }: Choreography): Animation {
  const count = Math.round(durationS / frameDelayS);
  const frames = Array.from({ length: count }, (_, index) => {
    const tS = index / 10;
    return { positionM: placeAt(tS), yawRad: 0, color: colorAt(tS), durationS: frameDelayS };
  });
  return { id, frames };
}
