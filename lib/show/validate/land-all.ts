/** When drones would come down on others if all landed at one moment, each where it is. Knows paths and how they brake. */
import type { Vec3 } from '../../geo/frames.js';
import { brakingAt } from './braking.js';
import { CellGrid } from './cell-grid.js';
import { type CheckedDrone, isInAir } from './fleet.js';
import type { ShowLimits } from './limits.js';
import { type Moments, momentsOf } from './moments.js';
import { distanceSlackM } from './pair-windows.js';
import type { LandAllWarning } from './result.js';

/** The closest pair of one moment, and how many pairs there are: indices, the upper one first. */
type Landings = {
  readonly value: number;
  readonly upper: number;
  readonly lower: number;
  readonly pairs: number;
};

/**
 * Each stretch of moments at which somebody would come down on another, in order of time. All brake along their velocities
 * and sink straight, at one speed, to the heights of their pads. Two that are both on the ground do not count.
 */
export function findLandingsOnOthers(
  drones: readonly CheckedDrone[],
  limits: ShowLimits,
  moments: Moments,
): LandAllWarning[] {
  const search = new LandingSearch(drones, limits.minEscapeDistanceM - distanceSlackM, limits.brakingMPerS2);
  const found: LandAllWarning[] = [];
  let open: LandAllWarning | undefined;
  for (const t of momentsOf(moments)) {
    const now = search.closestAt(t);
    if (!now) {
      open = undefined;
      continue;
    }
    const isWorst = !open || now.value < open.value;
    const worst = {
      worstT: t,
      drones: [now.upper, now.lower].map((i) => drones[i]?.slot ?? ''),
      value: now.value,
    };
    if (open) found.pop();
    open = {
      ...{ kind: 'landAll', t: open?.t ?? t, untilT: t, limit: limits.minEscapeDistanceM },
      pairs: Math.max(open?.pairs ?? 0, now.pairs),
      ...(open && !isWorst ? { worstT: open.worstT, drones: open.drones, value: open.value } : worst),
    };
    found.push(open);
  }
  return found;
}

class LandingSearch {
  readonly #drones: readonly CheckedDrone[];
  readonly #limitM: number;
  readonly #brakingMPerS2: number;
  readonly #balls;
  readonly #grid: CellGrid;

  constructor(drones: readonly CheckedDrone[], limitM: number, brakingMPerS2: number) {
    const list = () => new Float64Array(drones.length);
    [this.#drones, this.#limitM, this.#brakingMPerS2] = [drones, limitM, brakingMPerS2];
    this.#balls = { x: list(), y: list(), z: list(), reach: list() };
    this.#grid = new CellGrid(this.#balls);
  }

  /** Those that are near on the map are looked at: the list of pairs is made without an object for each. */
  closestAt(t: number): Landings | undefined {
    const restsM = this.#drones.map(({ path }) => brakingAt(path, t, this.#brakingMPerS2).stopM);
    const inAir = this.#drones.map((drone) => isInAir(drone, t));
    restsM.forEach(({ x, y }, i) => {
      this.#balls.x[i] = x;
      this.#balls.y[i] = y;
    });
    const { pairs, count } = this.#grid.findNear(this.#limitM);
    let best = { value: this.#limitM, upper: 0, lower: 0 };
    let found = 0;
    for (let k = 0; k < count; k += 2) {
      const [a = 0, b = 0] = [pairs[k], pairs[k + 1]];
      if (!inAir[a] && !inAir[b]) continue;
      const value = this.#distance(restsM, a, b);
      if (value < this.#limitM) found += 1;
      if (value < best.value) best = { value, ...(this.#isAbove(restsM, a, b) ? pair(a, b) : pair(b, a)) };
    }
    return found > 0 ? { ...best, pairs: found } : undefined;
  }

  /** How high a is over b: where they begin to sink, and where they stand. In between it changes one way only. */
  #gaps(restsM: readonly Vec3[], a: number, b: number): readonly [beginM: number, endM: number] {
    const zOf = (i: number) => restsM[i]?.z ?? 0;
    const padOf = (i: number) => this.#drones[i]?.homeM.z ?? 0;
    return [zOf(a) - zOf(b), Math.min(zOf(a), padOf(a)) - Math.min(zOf(b), padOf(b))];
  }

  #distance(restsM: readonly Vec3[], a: number, b: number): number {
    const [one, other] = [restsM[a], restsM[b]];
    if (!one || !other) return Number.POSITIVE_INFINITY;
    const [beginM, endM] = this.#gaps(restsM, a, b);
    const heightM = beginM * endM <= 0 ? 0 : Math.min(Math.abs(beginM), Math.abs(endM));
    return Math.hypot(one.x - other.x, one.y - other.y, heightM);
  }

  #isAbove(restsM: readonly Vec3[], a: number, b: number): boolean {
    const [beginM, endM] = this.#gaps(restsM, a, b);
    return beginM === 0 ? endM >= 0 : beginM > 0;
  }
}

function pair(upper: number, lower: number): { readonly upper: number; readonly lower: number } {
  return { upper, lower };
}
