/**
 * How close drones come to each other, exactly: over all pairs and all of time. Knows paths and two limits.
 * Time goes by in slices; in each, a grid finds the pairs whose chords may be closer than what matters, and only
 * these are looked at as polynomials.
 */
import { CellGrid } from './cell-grid.js';
import type { Closest } from './closest.js';
import type { Findings } from './findings.js';
import { type CheckedDrone, endOf, startOf } from './fleet.js';
import type { ShowLimits } from './limits.js';
import { closestIn, feedBelow, PairWindows, stretchBelow, type Window } from './pair-windows.js';
import { sampledBounds } from './sampled-bound.js';
import { airState, Slices } from './slices.js';
import { type Stretch, StretchFinder } from './stretch.js';

export type DistanceResult = { readonly all: Closest | undefined; readonly flight: Closest | undefined };

/** Distances are exact to this while searching, m; the moment of the closest is then sought more finely. */
const toleranceM = 4e-7;
const shortestSliceS = 0.02;
const longestSliceS = 20;

/** Violations `distance` and `padDistance` go to `findings`. With fewer than two drones there is nothing. */
export function checkDistances(
  drones: readonly CheckedDrone[],
  limits: Pick<ShowLimits, 'minDistanceM' | 'minPadDistanceM'>,
  findings: Findings,
): DistanceResult {
  if (drones.length < 2) return { all: undefined, flight: undefined };
  return new DistanceSweep(drones, limits, findings).run();
}

/** The earliest beginning of a stretch below a limit in the slice that is looked at. */
type Beginning = { readonly stretch: Stretch; readonly a: number; readonly b: number };

/** One of the two limits: for pairs in the air, or on the ground. */
type Rule = {
  readonly kind: 'distance' | 'padDistance';
  readonly limitM: number;
  isBroken: boolean;
  earliest: Beginning | undefined;
};

class DistanceSweep {
  readonly #drones: readonly CheckedDrone[];
  readonly #findings: Findings;
  readonly #startS: number;
  readonly #endS: number;
  readonly #slices: Slices;
  readonly #grid: CellGrid;
  readonly #windows = new PairWindows();
  readonly #air: Rule;
  readonly #ground: Rule;
  #all: Closest | undefined;
  #flight: Closest | undefined;

  constructor(
    drones: readonly CheckedDrone[],
    { minDistanceM, minPadDistanceM }: Pick<ShowLimits, 'minDistanceM' | 'minPadDistanceM'>,
    findings: Findings,
  ) {
    this.#drones = drones;
    this.#findings = findings;
    this.#startS = drones.reduce((least, { path }) => Math.min(least, startOf(path)), Infinity);
    this.#endS = drones.reduce((most, { path }) => Math.max(most, endOf(path)), -Infinity);
    this.#slices = new Slices(drones, this.#startS);
    this.#grid = new CellGrid(this.#slices.balls);
    this.#air = { kind: 'distance', limitM: minDistanceM, isBroken: false, earliest: undefined };
    this.#ground = { kind: 'padDistance', limitM: minPadDistanceM, isBroken: false, earliest: undefined };
  }

  run(): DistanceResult {
    ({ all: this.#all, flight: this.#flight } = sampledBounds(this.#drones, this.#startS, this.#endS));
    let spanS = 0.5;
    do {
      spanS = this.#loadSlice(spanS);
      this.#searchSlice();
      for (const rule of [this.#air, this.#ground]) this.#settle(rule);
      this.#slices.accept();
    } while (this.#slices.startS < this.#endS);
    return { all: this.#polished(this.#all, false), flight: this.#polished(this.#flight, true) };
  }

  /** Loads a slice in which drones move by less than half of what matters. @returns length of the next, s. */
  #loadSlice(wantedS: number): number {
    const moveM = Math.max(0.5, this.#radius(airState.mixed)) / 2;
    let spanS = wantedS;
    while (true) {
      const widest = this.#slices.load(Math.min(this.#endS, this.#slices.startS + spanS));
      if (widest > moveM && spanS > shortestSliceS) spanS /= 2;
      else return widest < moveM / 4 ? Math.min(longestSliceS, 2 * spanS) : spanS;
    }
  }

  /** Below this a pair matters: it would be the closest, or break a limit that is whole so far. */
  #radius(state: number): number {
    const all = this.#all?.distanceM ?? 0;
    const flight = Math.max(all, this.#flight?.distanceM ?? 0, this.#air.isBroken ? 0 : this.#air.limitM);
    const ground = Math.max(all, this.#ground.isBroken ? 0 : this.#ground.limitM);
    if (state === airState.mixed) return Math.max(flight, ground);
    return state === airState.air ? flight : ground;
  }

  #searchSlice(): void {
    const { pairs, count } = this.#grid.findNear(this.#radius(airState.mixed));
    for (let k = 0; k < count; k += 2) {
      const a = pairs[k] ?? 0;
      const b = pairs[k + 1] ?? 0;
      if (this.#chordBound(a, b) < this.#radius(this.#pairState(a, b)) - toleranceM) this.#searchPair(a, b);
    }
  }

  /** In the air if either is throughout; on the ground if both are throughout. */
  #pairState(a: number, b: number): number {
    const [of, to] = [this.#slices.state[a] ?? 0, this.#slices.state[b] ?? 0];
    if (of === airState.air || to === airState.air) return airState.air;
    return of === airState.ground && to === airState.ground ? airState.ground : airState.mixed;
  }

  #chordBound(a: number, b: number): number {
    const { from, to, deviation } = this.#slices;
    const rx = (from[3 * a] ?? 0) - (from[3 * b] ?? 0);
    const ry = (from[3 * a + 1] ?? 0) - (from[3 * b + 1] ?? 0);
    const rz = (from[3 * a + 2] ?? 0) - (from[3 * b + 2] ?? 0);
    const dx = (to[3 * a] ?? 0) - (to[3 * b] ?? 0) - rx;
    const dy = (to[3 * a + 1] ?? 0) - (to[3 * b + 1] ?? 0) - ry;
    const dz = (to[3 * a + 2] ?? 0) - (to[3 * b + 2] ?? 0) - rz;
    const length2 = dx * dx + dy * dy + dz * dz;
    const along = length2 > 0 ? -(rx * dx + ry * dy + rz * dz) / length2 : 0;
    const u = Math.min(1, Math.max(0, along));
    const distance = Math.sqrt((rx + u * dx) ** 2 + (ry + u * dy) ** 2 + (rz + u * dz) ** 2);
    return distance - (deviation[a] ?? 0) - (deviation[b] ?? 0);
  }

  #searchPair(a: number, b: number): void {
    const { startS, endS, piece } = this.#slices;
    const pair = this.#pair(a, b);
    this.#windows.walk(pair, { startS, endS, pieces: [piece[a] ?? 0, piece[b] ?? 0] }, (window) => {
      const state = window.isInAir ? airState.air : airState.ground;
      if (this.#windows.curve.lowerBound() < this.#radius(state) - toleranceM)
        this.#searchWindow(a, b, window);
      return true;
    });
  }

  #searchWindow(a: number, b: number, window: Window): void {
    const closeness = this.#windows.closeness(window);
    const { isInAir } = window;
    const thanM = (isInAir ? this.#flight?.distanceM : this.#all?.distanceM) ?? Infinity;
    const closest = closestIn(closeness, thanM);
    if (closest && isInAir) this.#flight = { ...closest, a, b };
    if (closest && closest.distanceM < (this.#all?.distanceM ?? Infinity)) this.#all = { ...closest, a, b };
    const rule = isInAir ? this.#air : this.#ground;
    if (rule.isBroken) return;
    const finder = new StretchFinder();
    feedBelow(finder, closeness, rule.limitM);
    const { stretch } = finder;
    if (stretch && stretch.startS < (rule.earliest?.stretch.startS ?? Infinity) - 1e-9)
      rule.earliest = { stretch, a, b };
  }

  /** Follows the stretch that began first to its end; one too shallow to be found again is told as it was found. */
  #settle(rule: Rule): void {
    if (rule.isBroken || !rule.earliest) return;
    rule.isBroken = true;
    const { a, b, stretch: beginning } = rule.earliest;
    const { startS } = beginning;
    const span = { startS, endS: this.#endS };
    const options = { limitM: rule.limitM, isInAir: rule === this.#air };
    const stretch = stretchBelow(this.#windows, this.#pair(a, b), span, options).stretch ?? beginning;
    const value = Math.sqrt(Math.max(0, -stretch.measure));
    const drones = this.#pair(a, b).map(({ slot }) => slot);
    this.#findings.offer(startS, { kind: rule.kind, t: stretch.t, drones, value, limit: rule.limitM });
  }

  /** The true least of the pair that was found: what the search left open is less than its tolerance. */
  #polished(found: Closest | undefined, mustFly: boolean): Closest | undefined {
    if (!found) return undefined;
    let best = found;
    const span = {
      startS: Math.max(this.#startS, found.t - 1),
      endS: Math.min(this.#endS, found.t + 1),
    };
    this.#windows.walk(this.#pair(found.a, found.b), span, (window) => {
      if (mustFly && !window.isInAir) return true;
      if (this.#windows.curve.lowerBound() >= best.distanceM) return true;
      best = { ...best, ...closestIn(this.#windows.closeness(window), best.distanceM) };
      return true;
    });
    return best;
  }

  #pair(a: number, b: number): readonly [CheckedDrone, CheckedDrone] {
    const [first, second] = [this.#drones[a], this.#drones[b]];
    if (!first || !second) throw new RangeError(`no drones ${a} and ${b}`);
    return [first, second];
  }
}
