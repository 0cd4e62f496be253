/** The sample show *circle*: five drones rise from a ring, orbit twice while the ring breathes, and come down again. */
import type { Animation, Rgb } from '../lib/show/index.js';
import { blend, chase, dim, heartbeat, hue, white } from './lights.js';
import { envelope, progress, smoothStep } from './motion.js';
import { sample } from './sampling.js';

const droneCount = 5;
const radiusM = 2.75;
const heightM = 2.5;
/** How far each drone sways above and below the ring's height. */
const breathM = 0.4;
const turns = 2;

/** The parts one after the other: when each begins, s. */
const part = { rise: 1, orbit: 6.5, fall: 34, stand: 38.9, end: 40 };
const orbitS = part.fall - 0.5 - part.orbit;
const climbS = 4.9;

/** One animation a drone, in the order of their slots. */
export function makeCircle(): Animation[] {
  return Array.from({ length: droneCount }, (_, index) =>
    sample('circle', part.end, {
      placeAt: (tS) => placeOf(index, tS),
      colorAt: (tS) => colorOf(index, tS),
    }),
  );
}

function placeOf(index: number, tS: number) {
  const angle = 2 * Math.PI * (index / droneCount + turns * progress(tS - part.orbit, orbitS, 3));
  const height = progress(tS - part.rise, climbS, 1) - progress(tS - part.fall, climbS, 1);
  const breath = Math.sin(2 * Math.PI * (tS / 6 - index / droneCount)) * envelope(tS - part.orbit, orbitS, 4);
  return {
    x: radiusM * Math.cos(angle),
    y: radiusM * Math.sin(angle),
    z: heightM * height + breathM * breath,
  };
}

function colorOf(index: number, tS: number): Rgb {
  const own = hue(index / droneCount);
  const fadeIn = smoothStep(tS / 0.8 + 0.1);
  const fadeOut = smoothStep((part.end - 0.1 - tS) / 1);
  return dim(scene(index, tS, own), fadeIn * fadeOut);
}

/** Standing and rising in one's own colour, a hue wheel, a chase in white, a heart, and back. */
function scene(index: number, tS: number, own: Rgb): Rgb {
  if (tS < part.rise) return own;
  if (tS < part.orbit) return dim(own, 0.6 + 0.4 * Math.cos(2 * Math.PI * (tS - part.rise)));
  if (tS < 16) return hue(index / droneCount + (tS - part.orbit) / 5);
  if (tS < 24) {
    const spot = chase(tS - 16, index, { count: droneCount, periodS: 2 });
    return blend(dim(hue(2 / 3 + (tS - 16) / 24), 0.25), white, spot);
  }
  if (tS < 31) return dim(hue(0), heartbeat(tS - 24, 1.4));
  return blend(dim(hue(0), 0.3), own, smoothStep((tS - 31) / 2));
}
