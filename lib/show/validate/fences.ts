/** Drones outside the fence or too near the audience. Knows one drone at a time; heights do not matter. */
import { pieceCount } from '../path.js';
import { halves, highest, lowest, type Poly } from './bernstein.js';
import type { Findings } from './findings.js';
import { axisOf, type CheckedDrone } from './fleet.js';
import type { Polygon, ShowLimits } from './limits.js';
import { slack } from './measure.js';
import { leastBeside, mostOutside, type Places, signedDistance } from './polygon.js';
import { StretchFinder } from './stretch.js';

/** The crossing is found to this, s. */
const crossingS = 1e-7;
/** The largest excess is found to this, m. */
const excessM = 1e-4;
/** A part of a curve that is shorter than about this is decided by its middle, m. */
const leastM = 1e-3;

/** `geofence`: value = how far outside, m (limit 0). `audience`: value = horizontal distance from it, m. */
export function checkFences(drones: readonly CheckedDrone[], limits: ShowLimits, findings: Findings): void {
  const { geofence, audience, minAudienceDistanceM } = limits;
  for (const drone of drones) {
    const { slot } = drone;
    const left = geofence && firstExcess(drone, outOf(geofence));
    if (left) {
      const found = { t: left.t, drones: [slot], value: left.measure, limit: 0 };
      findings.offer(left.startS, { kind: 'geofence', ...found });
    }
    const near = audience && firstExcess(drone, tooNear(audience, minAudienceDistanceM));
    if (near) {
      const value = Math.max(0, minAudienceDistanceM - near.measure);
      const found = { t: near.t, drones: [slot], value, limit: minAudienceDistanceM };
      findings.offer(near.startS, { kind: 'audience', ...found });
    }
  }
}

/** `at`: what may not be positive; changes by no more than the way that is flown. `least`, `most`: bounds on a curve. */
type Excess = {
  readonly at: (x: number, y: number) => number;
  readonly least: (places: Places) => number;
  readonly most: (places: Places) => number;
};

function outOf(fence: Polygon): Excess {
  return {
    at: (x, y) => signedDistance(fence, x, y),
    least: (places) => leastBeside(fence, places),
    most: (places) => mostOutside(fence, places),
  };
}

function tooNear(audience: Polygon, distanceM: number): Excess {
  return {
    at: (x, y) => distanceM - signedDistance(audience, x, y),
    least: (places) => distanceM - mostOutside(audience, places),
    most: (places) => distanceM - leastBeside(audience, places),
  };
}

function firstExcess({ path }: CheckedDrone, excess: Excess) {
  const finder = new StretchFinder();
  for (let piece = 0; piece < pieceCount(path) && !finder.isClosed; piece++) {
    const startS = path.breaksS[piece] ?? 0;
    const endS = path.breaksS[piece + 1] ?? 0;
    const part = { x: axisOf(path, piece, 0), y: axisOf(path, piece, 1), startS, endS };
    for (const outside of partsOutside(part, excess)) {
      finder.pass(outside.startS);
      if (finder.isClosed) break;
      finder.add({ startS: outside.startS, ...worst(outside, excess) }, outside.endS);
    }
    finder.pass(endS);
  }
  return finder.stretch;
}

type Part = { readonly x: Poly; readonly y: Poly; readonly startS: number; readonly endS: number };

/** Excess at the middle of the control points' box, and how much it may differ anywhere on the part. */
function estimate({ x, y }: Part, excess: Excess) {
  const [left, right, near, far] = [lowest(x), highest(x), lowest(y), highest(y)];
  const value = excess.at((left + right) / 2, (near + far) / 2) - slack;
  return { value, radius: Math.hypot(right - left, far - near) / 2 };
}

function cut({ x, y, startS, endS }: Part): readonly [Part, Part] {
  const [[x0, x1], [y0, y1], middleS] = [halves(x), halves(y), (startS + endS) / 2];
  return [
    { x: x0, y: y0, startS, endS: middleS },
    { x: x1, y: y1, startS: middleS, endS },
  ];
}

/** In order of time; neighbours touch. */
function* partsOutside(part: Part, excess: Excess): Generator<Part> {
  const { value, radius } = estimate(part, excess);
  if (value + radius <= 0) return;
  if (value - radius > 0 || excess.least(part) > slack) {
    yield part;
    return;
  }
  if (excess.most(part) <= slack) return;
  const [first, second] = cut(part);
  if (radius < leastM || part.endS - part.startS < crossingS) {
    if (excess.at(second.x[0] ?? 0, second.y[0] ?? 0) > slack) yield part;
    return;
  }
  yield* partsOutside(first, excess);
  yield* partsOutside(second, excess);
}

function worst(part: Part, excess: Excess): { readonly t: number; readonly measure: number } {
  let best = { t: part.startS, measure: excess.at(part.x[0] ?? 0, part.y[0] ?? 0) };
  const atEnd = excess.at(part.x[part.x.length - 1] ?? 0, part.y[part.y.length - 1] ?? 0);
  if (atEnd > best.measure) best = { t: part.endS, measure: atEnd };
  const refine = (at: Part): void => {
    const { value, radius } = estimate(at, excess);
    if (value + radius <= best.measure + excessM) return;
    if (excess.most(at) <= best.measure + excessM) return;
    const [first, second] = cut(at);
    const measure = excess.at(second.x[0] ?? 0, second.y[0] ?? 0);
    if (measure > best.measure) best = { t: second.startS, measure };
    if (at.endS - at.startS < crossingS) return;
    refine(first);
    refine(second);
  };
  refine(part);
  return best;
}
