/** The sample show *wave*: twelve drones in a grid rise, a wave of height and colour travels through them, they land. */
import type { Animation, Rgb } from '../lib/show/index.js';
import { blend, chase, dim, hue, white } from './lights.js';
import { envelope, progress, smoothStep } from './motion.js';
import { sample } from './sampling.js';

const columns = 4;
const rows = 3;
const spacingM = 2;
const heightM = 2.5;
const amplitudeM = 0.6;
/** The wave at one place repeats after this time, and along its way after this distance. */
const periodS = 5;
const wavelengthM = 8;

/** The parts one after the other: when each begins, s. */
const part = { rise: 1, wave: 6.5, turn: 22.5, fall: 39, stand: 43.9, end: 45 };
const waveS = part.turn - part.wave;
const crossS = part.fall - 0.5 - part.turn;
const climbS = 4.9;

type Place = { readonly index: number; readonly x: number; readonly y: number };

/** One animation a drone, row by row, in the order of their slots. */
export function makeWave(): Animation[] {
  return Array.from({ length: columns * rows }, (_, index) => {
    const place: Place = {
      index,
      x: ((index % columns) - (columns - 1) / 2) * spacingM,
      y: (Math.floor(index / columns) - (rows - 1) / 2) * spacingM,
    };
    return sample('wave', part.end, {
      placeAt: (tS) => ({ x: place.x, y: place.y, z: heightOf(place, tS) }),
      colorAt: (tS) => colorOf(place, tS),
    });
  });
}

/** First a wave along x, then one that runs out from the middle. */
function heightOf({ x, y }: Place, tS: number): number {
  const climb = progress(tS - part.rise, climbS, 1) - progress(tS - part.fall, climbS, 1);
  const along = wave(tS - part.wave, x, envelope(tS - part.wave, waveS, 4));
  const outward = wave(tS - part.turn, Math.hypot(x, y), envelope(tS - part.turn, crossS, 4));
  return heightM * climb + amplitudeM * (along + outward);
}

function wave(tS: number, wayM: number, strength: number): number {
  return strength === 0 ? 0 : strength * Math.sin(2 * Math.PI * (tS / periodS - wayM / wavelengthM));
}

function colorOf(place: Place, tS: number): Rgb {
  const fadeIn = smoothStep(tS / 0.8 + 0.1);
  const fadeOut = smoothStep((part.end - 0.1 - tS) / 1);
  return dim(scene(place, tS), fadeIn * fadeOut);
}

/** A chase over the field while standing and rising, hues along the wave, rings from the middle, a slow fade. */
function scene({ index, x, y }: Place, tS: number): Rgb {
  const base = hue(0.6 + index / (3 * columns * rows));
  if (tS < part.wave) {
    return blend(dim(base, 0.35), white, chase(tS, index, { count: columns * rows, periodS: 2 }));
  }
  if (tS < part.turn) return hue((tS - part.wave) / periodS - x / wavelengthM);
  if (tS < part.fall) {
    const phase = (tS - part.turn) / periodS - Math.hypot(x, y) / wavelengthM;
    return dim(hue(0.1 + (tS - part.turn) / 20), 0.35 + 0.65 * (0.5 + 0.5 * Math.sin(2 * Math.PI * phase)));
  }
  return blend(hue(0.1 + (part.fall - part.turn) / 20), base, smoothStep((tS - part.fall) / 3));
}
