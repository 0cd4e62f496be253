/** Builds a path piece by piece, and from a trajectory's segments. Knows no drone and no plan. */
import type { Vec3 } from '../geo/frames.js';
import type { Path } from './path.js';
import type { Samples, Segment, Trajectory } from './show.js';
import { splineSlopes } from './spline.js';

/** Adds pieces one after the other. A piece may begin elsewhere than the one before it ended: that is a jump. */
export class PathBuilder {
  readonly #breaksS: number[];
  readonly #firstPoint: number[] = [0];
  readonly #controlM: number[] = [];

  constructor(startS: number) {
    this.#breaksS = [startS];
  }

  /** One Bézier piece up to `endS`; `controlM` has 1 (stands) to 8 points. */
  add(endS: number, controlM: readonly Vec3[]): void {
    for (const { x, y, z } of controlM) this.#controlM.push(x, y, z);
    this.#close(endS);
  }

  /** A spline from rest to rest through `timesS` (the first is where the piece before it ended), x, y, z for each. */
  addSpline({ timesS, positionsM }: Samples): void {
    const n = timesS.length;
    const axes = [0, 1, 2].map((axis) =>
      Float64Array.from({ length: n }, (_, i) => positionsM[3 * i + axis] ?? 0),
    );
    const slopes = axes.map((values) => splineSlopes(timesS, values));
    for (let i = 0; i + 1 < n; i++) {
      const thirdS = ((timesS[i + 1] ?? 0) - (timesS[i] ?? 0)) / 3;
      const value = (axis: number, at: number) => axes[axis]?.[at] ?? 0;
      const part = (axis: number, at: number) => (slopes[axis]?.[at] ?? 0) * thirdS;
      for (const axis of [0, 1, 2]) this.#controlM.push(value(axis, i));
      for (const axis of [0, 1, 2]) this.#controlM.push(value(axis, i) + part(axis, i));
      for (const axis of [0, 1, 2]) this.#controlM.push(value(axis, i + 1) - part(axis, i + 1));
      for (const axis of [0, 1, 2]) this.#controlM.push(value(axis, i + 1));
      this.#close(timesS[i + 1] ?? 0);
    }
  }

  build(): Path {
    return {
      breaksS: Float64Array.from(this.#breaksS),
      firstPoint: Int32Array.from(this.#firstPoint),
      controlM: Float64Array.from(this.#controlM),
    };
  }

  #close(endS: number): void {
    this.#breaksS.push(endS);
    this.#firstPoint.push(this.#controlM.length / 3);
  }
}

/** The pieces of a trajectory; one without segments stands for no time at all, and so for ever. */
export function pathOf({ startS, startM, segments }: Trajectory): Path {
  const builder = new PathBuilder(startS);
  let at = startM;
  let atS = startS;
  if (segments.length === 0) builder.add(startS, [startM]);
  for (const segment of segments) {
    if (segment.kind === 'sampled') builder.addSpline(withStart(segment.samples, atS, at));
    else builder.add(segment.endS, controlPoints(segment, at));
    at = endOf(segment, at);
    atS = segment.endS;
  }
  return builder.build();
}

/** Where a segment ends that begins at `startM`. */
export function endOf(segment: Segment, startM: Vec3): Vec3 {
  if (segment.kind === 'constant') return startM;
  if (segment.kind === 'linear') return segment.toM;
  if (segment.kind === 'bezier') return segment.controlM.at(-1) ?? startM;
  const [x = 0, y = 0, z = 0] = segment.samples.positionsM.subarray(-3);
  return { x, y, z };
}

function controlPoints(segment: Exclude<Segment, { kind: 'sampled' }>, startM: Vec3): Vec3[] {
  if (segment.kind === 'constant') return [startM];
  return segment.kind === 'linear' ? [startM, segment.toM] : [startM, ...segment.controlM];
}

function withStart({ timesS, positionsM }: Samples, startS: number, { x, y, z }: Vec3): Samples {
  const withTimesS = new Float64Array(timesS.length + 1);
  withTimesS[0] = startS;
  withTimesS.set(timesS, 1);
  const withPositionsM = new Float64Array(positionsM.length + 3);
  withPositionsM.set([x, y, z]);
  withPositionsM.set(positionsM, 3);
  return { timesS: withTimesS, positionsM: withPositionsM };
}
