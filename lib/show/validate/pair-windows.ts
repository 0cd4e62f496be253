/** Cuts the time of a pair where a piece of either ends, or either rises above the clearance. Knows no limit. */
import { pieceAt } from '../path.js';
import { maximum, type Part } from './bernstein.js';
import type { Closest } from './closest.js';
import { type CheckedDrone, isInAir } from './fleet.js';
import { PairCurve, pieceEnd } from './pair-curve.js';
import { StretchFinder } from './stretch.js';

/** The window that `visit` is told of; its curve is in the `PairCurve`. */
export type Window = { readonly startS: number; readonly endS: number; readonly isInAir: boolean };

/** What flies a path: a drone of the show, or one that stops or lands instead. */
export type Flyer = Pick<CheckedDrone, 'path' | 'airTimesS'>;

/** Distances that are less than this below a limit are at it, m. */
export const distanceSlackM = 1e-7;

export class PairWindows {
  readonly curve = new PairCurve();

  /** `visit` is told of each window in order of time, until it answers false. */
  walk(pair: readonly [Flyer, Flyer], span: Span, visit: (window: Window) => boolean): void {
    const [a, b] = pair;
    let startS = span.startS;
    let [pieceA, pieceB] = span.pieces ?? [pieceAt(a.path, startS), pieceAt(b.path, startS)];
    while (true) {
      const breakS = Math.min(pieceEnd(a.path, pieceA), pieceEnd(b.path, pieceB));
      const airS = Math.min(nextAfter(a.airTimesS, startS), nextAfter(b.airTimesS, startS));
      const endS = Math.max(startS, Math.min(span.endS, breakS, airS));
      this.curve.load(a.path, pieceA, b.path, pieceB, startS, endS);
      const middleS = (startS + endS) / 2;
      const isFlying = isInAir(a, middleS) || isInAir(b, middleS);
      if (!visit({ startS, endS, isInAir: isFlying }) || endS >= span.endS) return;
      while (pieceEnd(a.path, pieceA) <= endS) pieceA += 1;
      while (pieceEnd(b.path, pieceB) <= endS) pieceB += 1;
      startS = endS;
    }
  }

  /** The squared distance in the window that `visit` was told of last, negated: its largest value is the closest. */
  closeness({ startS, endS }: Window): Part {
    return { startS, endS, measure: this.curve.squared().map((value) => -value) };
  }
}

/** `pieces`: those that run at its start, where they are known. */
export type Span = {
  readonly startS: number;
  readonly endS: number;
  readonly pieces?: readonly [number, number];
};

/** Feeds a window's closeness to a finder of the first stretch below `limitM`. */
export function feedBelow(finder: StretchFinder, piece: Part, limitM: number): void {
  const leastM = Math.max(0, limitM - distanceSlackM);
  finder.feed([piece.measure.map((value) => leastM * leastM + value)], piece);
}

/** The first stretch from `span.startS` on in which the two, both on the ground or not, are below the limit. */
export function stretchBelow(
  windows: PairWindows,
  pair: readonly [Flyer, Flyer],
  span: Span,
  { limitM, isInAir: isFlying }: { readonly limitM: number; readonly isInAir?: boolean },
): StretchFinder {
  const finder = new StretchFinder();
  windows.walk(pair, span, (window) => {
    const counts = isFlying === undefined || window.isInAir === isFlying;
    if (counts && windows.curve.lowerBound() < limitM) feedBelow(finder, windows.closeness(window), limitM);
    finder.pass(window.endS);
    return !finder.isClosed;
  });
  return finder;
}

/** The closest of one window, if it is below `thanM`. */
export function closestIn(piece: Part, thanM: number): Pick<Closest, 'distanceM' | 't'> | undefined {
  const { u, value } = maximum(piece.measure);
  const distanceM = Math.sqrt(Math.max(0, -value));
  return distanceM < thanM ? { distanceM, t: piece.startS + u * (piece.endS - piece.startS) } : undefined;
}

function nextAfter(timesS: Float64Array, tS: number): number {
  for (let i = 0; i < timesS.length; i++) {
    const time = timesS[i] ?? 0;
    if (time > tS) return time;
  }
  return Number.POSITIVE_INFINITY;
}
