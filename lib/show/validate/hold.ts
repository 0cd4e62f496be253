/** Whether drones stay clear of each other when all stop at one moment. Knows paths and how they brake. */
import type { Vec3 } from '../../geo/frames.js';
import { maximum } from './bernstein.js';
import { type Braking, brakingAt, brakingPath } from './braking.js';
import { CellGrid } from './cell-grid.js';
import type { Findings } from './findings.js';
import { type CheckedDrone, isInAir } from './fleet.js';
import type { ShowLimits } from './limits.js';
import { type Moments, momentsOf } from './moments.js';
import { distanceSlackM, PairWindows } from './pair-windows.js';

type Hold = { readonly t: number; readonly value: number; readonly a: number; readonly b: number };

/**
 * `holdDistance`: all brake along their velocities, and pass each other too close. Pairs of which neither is in the
 * air do not count. `t` is the moment of the command; the worst of the moments in a row in which this pair is below.
 */
export function checkHolds(
  drones: readonly CheckedDrone[],
  { limits, moments }: { readonly limits: ShowLimits; readonly moments: Moments },
  findings: Findings,
): void {
  const search = new HoldSearch(drones, limits);
  let found: Hold | undefined;
  let startS = 0;
  for (const t of momentsOf(moments)) {
    const now: Hold | undefined = found ? search.pairAt(t, found.a, found.b) : search.closestAt(t);
    if (found && !now) break;
    if (!found) startS = t;
    if (now && (!found || now.value < found.value)) found = now;
  }
  if (!found) return;
  const slots = [found.a, found.b].map((i) => drones[i]?.slot ?? '');
  const violation = { t: found.t, drones: slots, value: found.value, limit: limits.minEscapeDistanceM };
  findings.offer(startS, { kind: 'holdDistance', ...violation });
}

class HoldSearch {
  readonly #drones: readonly CheckedDrone[];
  readonly #brakingMPerS2: number;
  readonly #limitM: number;
  readonly #balls;
  readonly #grid: CellGrid;
  readonly #windows = new PairWindows();
  #brakings: Braking[] = [];

  constructor(drones: readonly CheckedDrone[], limits: ShowLimits) {
    const list = () => new Float64Array(drones.length);
    this.#drones = drones;
    this.#brakingMPerS2 = limits.brakingMPerS2;
    this.#limitM = limits.minEscapeDistanceM - distanceSlackM;
    this.#balls = { x: list(), y: list(), z: list(), reach: list() };
    this.#grid = new CellGrid(this.#balls);
  }

  /** The closest pair that is below the limit. */
  closestAt(t: number): Hold | undefined {
    this.#brakings = this.#drones.map(({ path }) => brakingAt(path, t, this.#brakingMPerS2));
    this.#brakings.forEach((braking, i) => {
      this.#setBall(i, braking);
    });
    const { pairs, count } = this.#grid.findNear(this.#limitM);
    let best: Hold | undefined;
    for (let k = 0; k < count; k += 2) {
      const [a = 0, b = 0] = [pairs[k], pairs[k + 1]];
      const [first, second] = [this.#brakings[a], this.#brakings[b]];
      if (!first || !second || this.#staysClear(first, second) || !this.#isFlying(t, a, b)) continue;
      const value = this.#closest(first, second);
      if (value < (best?.value ?? this.#limitM)) best = { t, value, a, b };
    }
    return best;
  }

  /** The same for one pair. */
  pairAt(t: number, a: number, b: number): Hold | undefined {
    const [first, second] = [this.#drones[a], this.#drones[b]];
    if (!first || !second || !this.#isFlying(t, a, b)) return undefined;
    const brake = ({ path }: CheckedDrone) => brakingAt(path, t, this.#brakingMPerS2);
    const value = this.#closest(brake(first), brake(second));
    return value < this.#limitM ? { t, value, a, b } : undefined;
  }

  #isFlying(t: number, a: number, b: number): boolean {
    return [this.#drones[a], this.#drones[b]].some((drone) => drone && isInAir(drone, t));
  }

  #setBall(i: number, { fromM, stopM }: Braking): void {
    const { x, y, z, reach } = this.#balls;
    x[i] = (fromM.x + stopM.x) / 2;
    y[i] = (fromM.y + stopM.y) / 2;
    z[i] = (fromM.z + stopM.z) / 2;
    reach[i] = length(difference(fromM, stopM)) / 2;
  }

  /** Braking brings velocities no farther apart than they were: so much the two can approach each other. */
  #staysClear(a: Braking, b: Braking): boolean {
    const [va, vb] = [velocity(a), velocity(b)];
    const approachM = length(difference(va, vb)) * Math.max(a.lastsS, b.lastsS);
    return length(difference(a.fromM, b.fromM)) - approachM >= this.#limitM;
  }

  #closest(a: Braking, b: Braking): number {
    const pair = [a, b].map((braking) => ({ path: brakingPath(braking, 0), airTimesS: new Float64Array(0) }));
    const [first, second] = pair;
    let least = Number.POSITIVE_INFINITY;
    if (!first || !second) return least;
    const span = { startS: 0, endS: Math.max(a.lastsS, b.lastsS) };
    this.#windows.walk([first, second], span, (window) => {
      if (this.#windows.curve.lowerBound() >= least) return true;
      const { value } = maximum(this.#windows.closeness(window).measure);
      least = Math.min(least, Math.sqrt(Math.max(0, -value)));
      return true;
    });
    return least;
  }
}

function velocity({ fromM, stopM, lastsS }: Braking): Vec3 {
  const { x, y, z } = difference(stopM, fromM);
  const scale = lastsS > 0 ? 2 / lastsS : 0;
  return { x: x * scale, y: y * scale, z: z * scale };
}

function difference(a: Vec3, b: Vec3): Vec3 {
  return { x: a.x - b.x, y: a.y - b.y, z: a.z - b.z };
}

function length({ x, y, z }: Vec3): number {
  return Math.sqrt(x * x + y * y + z * z);
}
