/** The sample show *starling*: fifty drones rise like a flock of starlings, swarm, part, find together and come home. */
import type { Animation, Rgb } from '../lib/show/index.js';
import { blend, dim, hue } from './lights.js';
import { smoothStep } from './motion.js';
import { part, placeOf } from './murmuration.js';
import { type Bird, makeFlock } from './murmuration-flock.js';
import { sample } from './sampling.js';

const dusk: Rgb = { red: 30, green: 20, blue: 120 };
const ember: Rgb = { red: 255, green: 120, blue: 20 };
const ice: Rgb = { red: 60, green: 200, blue: 255 };
const gold: Rgb = { red: 255, green: 220, blue: 150 };

/** One animation a drone, row by row, in the order of their slots. */
export function makeStarling(): Animation[] {
  return makeFlock().map((bird) =>
    sample('starling', part.end, {
      placeAt: (tS) => placeOf(bird, tS),
      colorAt: (tS) => colorOf(bird, tS),
    }),
  );
}

function colorOf(bird: Bird, tS: number): Rgb {
  const fadeIn = smoothStep(tS / 0.8 + 0.1);
  const fadeOut = smoothStep((part.end - 0.1 - tS) / 1);
  return dim(scene(bird, tS), fadeIn * fadeOut);
}

/** Rings while rising, dusk with waves of ember while swarming, fire and ice apart, every colour as one, gold home. */
function scene({ padM, restM }: Bird, tS: number): Rgb {
  const fromMiddleM = Math.hypot(padM.x, padM.y);
  const rising = blend(dim(dusk, 0.8), gold, pulse(tS / 2.5 - fromMiddleM / 16));
  const along = (restM.x + 0.5 * restM.z) / 30;
  const swarming = blend(blend(dusk, hue(0.72 - 0.3 * along), 0.5), ember, pulse(tS / 3.5 - along));
  const own = restM.x > 0 ? ember : ice;
  const apart = dim(own, 0.4 + 0.6 * pulse(tS / 2 - Math.abs(restM.x) / 22));
  const outwardM = Math.hypot(restM.x, restM.y, restM.z);
  const joined = blend(hue(0.55 + outwardM / 25 - tS / 8), gold, 0.7 * pulse(tS / 2.5 - outwardM / 14));
  const homing = dim(gold, 0.35 + 0.65 * pulse(tS / 4 + fromMiddleM / 16));
  return [
    { color: swarming, fromS: 11 },
    { color: apart, fromS: part.split },
    { color: joined, fromS: part.split + 17 },
    { color: homing, fromS: part.scatter + 8 },
  ].reduce((color, next) => blend(color, next.color, smoothStep((tS - next.fromS) / 3)), rising);
}

/** A soft crest that comes once in each turn. */
function pulse(turns: number): number {
  return (0.5 + 0.5 * Math.cos(2 * Math.PI * turns)) ** 4;
}
