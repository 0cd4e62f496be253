/** Speeds, acceleration, jerk, steps of the velocity and altitude of every drone, exactly. Knows no second drone. */
import { type Path, pieceCount } from '../path.js';
import { derivative, type Poly, sumOfSquares } from './bernstein.js';
import type { Findings } from './findings.js';
import { axisOf, type CheckedDrone } from './fleet.js';
import type { ShowLimits } from './limits.js';
import { Measure } from './measure.js';
import type { CheckStats, ViolationKind } from './result.js';

export type MotionStats = Pick<
  CheckStats,
  'maxSpeedXYMPerS' | 'maxSpeedUpMPerS' | 'maxSpeedDownMPerS' | 'maxAccelerationMPerS2' | 'maxAltitudeM'
>;

type Kind = Extract<
  ViolationKind,
  'speedXY' | 'speedUp' | 'speedDown' | 'acceleration' | 'jerk' | 'velocityStep' | 'altitude'
>;
type Measures = Readonly<Record<Kind, Measure>>;

export function checkMotion(
  drones: readonly CheckedDrone[],
  limits: ShowLimits,
  findings: Findings,
): MotionStats {
  const allowed = allowedOf(limits);
  const measures = measuresFor(allowed);
  for (const { path, slot } of drones) {
    for (const measure of Object.values(measures)) measure.nextDrone();
    measurePath(path, measures);
    for (const [kind, measure] of Object.entries(measures) as [Kind, Measure][]) {
      const { stretch } = measure;
      if (!stretch) continue;
      const { startS, t, measure: value } = stretch;
      findings.offer(startS, { kind, t, drones: [slot], value, limit: allowed[kind] });
    }
  }
  const reached = (kind: Kind) => Math.max(0, measures[kind].value);
  return {
    maxSpeedXYMPerS: reached('speedXY'),
    maxSpeedUpMPerS: reached('speedUp'),
    maxSpeedDownMPerS: reached('speedDown'),
    maxAccelerationMPerS2: reached('acceleration'),
    maxAltitudeM: measures.altitude.value,
  };
}

function allowedOf(limits: ShowLimits): Readonly<Record<Kind, number>> {
  return {
    speedXY: limits.maxSpeedXYMPerS,
    speedUp: limits.maxSpeedUpMPerS,
    speedDown: limits.maxSpeedDownMPerS,
    acceleration: limits.maxAccelerationMPerS2,
    jerk: limits.maxJerkMPerS3 ?? Number.POSITIVE_INFINITY,
    velocityStep: limits.maxVelocityStepMPerS,
    altitude: limits.maxAltitudeM,
  };
}

function measuresFor(allowed: Readonly<Record<Kind, number>>): Measures {
  return {
    speedXY: new Measure(allowed.speedXY, true),
    speedUp: new Measure(allowed.speedUp, false),
    speedDown: new Measure(allowed.speedDown, false),
    acceleration: new Measure(allowed.acceleration, true),
    jerk: new Measure(allowed.jerk, true),
    velocityStep: new Measure(allowed.velocityStep, true),
    altitude: new Measure(allowed.altitude, false),
  };
}

/** Velocity at the end of the piece before; it stands before the first and after the last. */
type Joint = { x: number; y: number; z: number };

function measurePath(path: Path, measures: Measures): void {
  const joint: Joint = { x: 0, y: 0, z: 0 };
  const list = new Float64Array(24);
  for (let piece = 0; piece < pieceCount(path); piece++) {
    const startS = path.breaksS[piece] ?? 0;
    const endS = path.breaksS[piece + 1] ?? 0;
    const top = topOf(path, piece);
    if (measures.altitude.wants(top, endS)) measures.altitude.add(axisOf(path, piece, 2), startS, endS);
    if (endS > startS) measurePiece({ path, piece, startS, endS, list, joint }, measures);
  }
  step(measures, joint, [0, 0, 0], path.breaksS[path.breaksS.length - 1] ?? 0);
}

function topOf({ firstPoint, controlM }: Path, piece: number): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let point = firstPoint[piece] ?? 0; point < (firstPoint[piece + 1] ?? 0); point++)
    most = Math.max(most, controlM[3 * point + 2] ?? 0);
  return most;
}

type Piece = {
  readonly path: Path;
  readonly piece: number;
  readonly startS: number;
  readonly endS: number;
  /** Scratch: control points of a derivative. */
  readonly list: Float64Array;
  readonly joint: Joint;
};

/** Derivatives by their control points first, whose lengths are bounds; as polynomials only where these do not do. */
function measurePiece(at: Piece, measures: Measures): void {
  const { path, piece, startS, endS, list, joint } = at;
  const spanS = endS - startS;
  const first = path.firstPoint[piece] ?? 0;
  let degree = (path.firstPoint[piece + 1] ?? 0) - first - 1;
  for (let i = 0; i < 3 * (degree + 1); i++) list[i] = path.controlM[3 * first + i] ?? 0;
  differ(list, degree--, spanS);
  const last = 3 * Math.max(0, degree);
  step(measures, joint, list, startS);
  [joint.x, joint.y, joint.z] = [list[last] ?? 0, list[last + 1] ?? 0, list[last + 2] ?? 0];
  const { flat, up, down } = boundsOf(list, degree);
  const rates = () => derived(at, 1);
  if (measures.speedXY.wants(flat, endS))
    measures.speedXY.add(sumOfSquares(rates().slice(0, 2)), startS, endS);
  if (measures.speedUp.wants(up, endS)) measures.speedUp.add(rates()[2] ?? new Float64Array(1), startS, endS);
  if (measures.speedDown.wants(down, endS))
    measures.speedDown.add(
      (rates()[2] ?? new Float64Array(1)).map((rate) => -rate),
      startS,
      endS,
    );
  differ(list, degree--, spanS);
  if (measures.acceleration.wants(boundsOf(list, degree).length, endS))
    measures.acceleration.add(sumOfSquares(derived(at, 2)), startS, endS);
  differ(list, degree, spanS);
  if (measures.jerk.wants(boundsOf(list, degree - 1).length, endS))
    measures.jerk.add(sumOfSquares(derived(at, 3)), startS, endS);
}

/** Control points of the derivative, in place; one of degree 0 (or less) becomes a single 0. */
function differ(list: Float64Array, degree: number, spanS: number): void {
  if (degree < 1) list.fill(0, 0, 3);
  for (let i = 0; i < 3 * degree; i++) list[i] = (degree * ((list[i + 3] ?? 0) - (list[i] ?? 0))) / spanS;
}

/** `flat` and `length` are squared: sideways, and all of it. */
function boundsOf(list: Float64Array, degree: number) {
  let [flat, length, up, down] = [0, 0, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i <= Math.max(0, degree); i++) {
    const [x, y, z] = [list[3 * i] ?? 0, list[3 * i + 1] ?? 0, list[3 * i + 2] ?? 0];
    flat = Math.max(flat, x * x + y * y);
    length = Math.max(length, x * x + y * y + z * z);
    up = Math.max(up, z);
    down = Math.max(down, -z);
  }
  return { flat, length, up, down };
}

function derived({ path, piece, startS, endS }: Piece, times: number): Poly[] {
  return [0, 1, 2].map((axis) => {
    let poly = axisOf(path, piece, axis);
    for (let i = 0; i < times; i++) poly = derivative(poly, endS - startS);
    return poly;
  });
}

function step(measures: Measures, from: Joint, to: ArrayLike<number>, t: number): void {
  const [x, y, z] = [(to[0] ?? 0) - from.x, (to[1] ?? 0) - from.y, (to[2] ?? 0) - from.z];
  measures.velocityStep.addMoment(x * x + y * y + z * z, t);
}
