/**
 * How a murmuration moves: one smooth flow of space that carries every drone along, so that neighbours stay neighbours
 * and none comes near another. Knows no colours and no file.
 */
import type { Vec3 } from '../lib/geo/frames.js';
import { envelope, progress } from './motion.js';
import type { Bird } from './murmuration-flock.js';

/** When each part begins, s; `flock` is flown from the end of `gather` to `scatter`. */
export const part = { rise: 1, gather: 7, split: 42, scatter: 62, sink: 82.5, end: 92 };

const gatherS = 16;
const scatterS = 20;
const riseS = 4.9;
const sinkS = 5.5;
/** Take-offs and landings run from the middle outwards within this time, s. */
const rippleS = 3;
const nearestPadM = 1.5;
const farthestPadM = Math.hypot(13.5, 6);
const hoverM = 3;
const middleM = 17;

/** Where the drone is at `tS`: on its pad, above it, in the flock, and back. */
export function placeOf({ padM, restM }: Bird, tS: number): Vec3 {
  const outward = (Math.hypot(padM.x, padM.y) - nearestPadM) / (farthestPadM - nearestPadM);
  const delayS = rippleS * outward;
  const height = progress(tS - part.rise - delayS, riseS, 1) - progress(tS - part.sink - delayS, sinkS, 1);
  const above = { x: padM.x, y: padM.y, z: hoverM * height };
  const share = progress(tS - part.gather, gatherS, 5) - progress(tS - part.scatter, scatterS, 5);
  if (share === 0) return above;
  const flying = flow(restM, tS);
  const mix = (from: number, to: number) => from + share * (to - from);
  return { x: mix(above.x, flying.x), y: mix(above.y, flying.y), z: mix(above.z, flying.z) };
}

/** Where the flow has carried a point of the flock at rest. */
function flow(restM: Vec3, tS: number): Vec3 {
  const curved = bend(breathe(restM, tS), tS);
  const turned = turn(wave(parted(curved, restM.x, tS), tS), heading(tS));
  const middle = middleAt(tS);
  return { x: turned.x + middle.x, y: turned.y + middle.y, z: turned.z + middle.z };
}

/** A swing from `startS` that comes back to 0 after `lastsS`. */
function swell(tS: number, startS: number, lastsS: number): number {
  return envelope(tS - startS, lastsS, lastsS / 2);
}

/** Loose, dense, long and thin, dense again, wide open. */
function breathe({ x, y, z }: Vec3, tS: number): Vec3 {
  const dense = swell(tS, 12, 18);
  const long = swell(tS, 24, 22);
  const open = swell(tS, 58, 16);
  return {
    x: x * (1 - 0.14 * dense + 0.45 * long + 0.3 * open),
    y: y * (1 - 0.14 * dense - 0.1 * long + 0.3 * open),
    z: z * (1 - 0.1 * dense - 0.05 * long + 0.25 * open),
  };
}

/** A sickle, to one side and then to the other. */
function bend({ x, y, z }: Vec3, tS: number): Vec3 {
  const strength = 0.028 * (swell(tS, 18, 18) - swell(tS, 34, 18));
  return { x, y: y + strength * (x * x - 40), z };
}

/** Two flocks that draw apart along the long axis, one rising, one sinking, one to each side; then one again. */
function parted({ x, y, z }: Vec3, restXM: number, tS: number): Vec3 {
  const apart = swell(tS, part.split, 23) * Math.tanh(restXM / 1.5);
  return { x: x + 6.5 * apart, y: y + 3.5 * apart, z: z + 1.7 * apart };
}

/** Waves of height that run through the flock from its head to its tail. */
function wave({ x, y, z }: Vec3, tS: number): Vec3 {
  const strength = envelope(tS - 18, 47, 9);
  return {
    x,
    y: y + 0.7 * strength * Math.sin(2 * Math.PI * (tS / 9 - x / 24)),
    z: z + 0.85 * strength * Math.sin(2 * Math.PI * (tS / 7 - x / 18)),
  };
}

function heading(tS: number): number {
  return 0.6 * envelope(tS - 12, 62, 10) * Math.sin((2 * Math.PI * (tS - 12)) / 25);
}

function turn({ x, y, z }: Vec3, angle: number): Vec3 {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return { x: cos * x - sin * y, y: sin * x + cos * y, z };
}

/** A lying eight, that sways in height. */
function middleAt(tS: number): Vec3 {
  const strength = envelope(tS - 10, 66, 10);
  const angle = (2 * Math.PI * (tS - 10)) / 28;
  return {
    x: 8 * strength * Math.sin(angle),
    y: 4.5 * strength * Math.sin(2 * angle),
    z: middleM + 1.8 * strength * Math.sin(angle / 2),
  };
}
