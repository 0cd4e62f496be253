/** Moves a trajectory in space and time, and samples it anew. Knows trajectories; no drone and no show. */
import type { Vec3 } from '../geo/frames.js';
import { type Path, pieceCount, positionAt } from './path.js';
import { endOf, pathOf } from './path-builder.js';
import type { Samples, Segment, Trajectory } from './show.js';
import { type AffineMap, keepsAxes, mapPoint } from './transform-map.js';

/**
 * The trajectory through the moved points, with all times multiplied by `timeScale`: exactly the moved curve. A spline
 * is computed axis by axis, so one that is turned becomes the Bézier curves it is made of: about three times as large.
 */
export function moveTrajectory(trajectory: Trajectory, map: AffineMap, timeScale: number): Trajectory {
  const { startS, startM } = trajectory;
  const moved: Segment[] = [];
  let atS = startS;
  let at = startM;
  for (const segment of trajectory.segments) {
    for (const part of partsOf(segment, { startS: atS, startM: at }, map))
      moved.push(moveSegment(part, map, timeScale));
    at = endOf(segment, at);
    atS = segment.endS;
  }
  return { startS: startS * timeScale, startM: mapPoint(map, startM), segments: moved };
}

/** One spline through the trajectory at `rateHz` from its start, and at its end; one that stands stays as it is. */
export function resampleTrajectory(trajectory: Trajectory, rateHz: number): Trajectory {
  const { startS, segments } = trajectory;
  const endS = segments.at(-1)?.endS ?? startS;
  if (endS === startS) return trajectory;
  const path = pathOf(trajectory);
  const last = Math.max(1, Math.ceil((endS - startS) * rateHz - sameFrame));
  const timesS = Float64Array.from({ length: last }, (_, i) =>
    i + 1 < last ? startS + (i + 1) / rateHz : endS,
  );
  const positionsM = new Float64Array(3 * last);
  for (const [i, tS] of timesS.entries()) {
    const { x, y, z } = positionAt(path, tS);
    positionsM.set([x, y, z], 3 * i);
  }
  return { ...trajectory, segments: [{ kind: 'sampled', endS, samples: { timesS, positionsM } }] };
}

/** A last frame shorter than this part of the others is no frame of its own. */
const sameFrame = 1e-6;

type Begin = { readonly startS: number; readonly startM: Vec3 };

function partsOf(segment: Segment, begin: Begin, map: AffineMap): readonly Segment[] {
  if (segment.kind !== 'sampled' || keepsAxes(map)) return [segment];
  return curvesOf(pathOf({ ...begin, segments: [segment] }));
}

function curvesOf({ breaksS, firstPoint, controlM }: Path): Segment[] {
  return Array.from({ length: pieceCount({ breaksS, firstPoint, controlM }) }, (_, piece) => {
    const points: Vec3[] = [];
    for (let point = (firstPoint[piece] ?? 0) + 1; point < (firstPoint[piece + 1] ?? 0); point++) {
      const [x = 0, y = 0, z = 0] = controlM.subarray(3 * point, 3 * point + 3);
      points.push({ x, y, z });
    }
    return { kind: 'bezier', endS: breaksS[piece + 1] ?? 0, controlM: points };
  });
}

function moveSegment(segment: Segment, map: AffineMap, timeScale: number): Segment {
  const endS = segment.endS * timeScale;
  if (segment.kind === 'linear') return { ...segment, endS, toM: mapPoint(map, segment.toM) };
  if (segment.kind === 'bezier')
    return { ...segment, endS, controlM: segment.controlM.map((point) => mapPoint(map, point)) };
  return segment.kind === 'constant'
    ? { ...segment, endS }
    : { ...segment, endS, samples: moveSamples(segment.samples, map, timeScale) };
}

function moveSamples({ timesS, positionsM }: Samples, map: AffineMap, timeScale: number): Samples {
  const moved = new Float64Array(positionsM.length);
  for (let i = 0; i < positionsM.length; i += 3) {
    const [x = 0, y = 0, z = 0] = positionsM.subarray(i, i + 3);
    const place = mapPoint(map, { x, y, z });
    moved.set([place.x, place.y, place.z], i);
  }
  return { timesS: timesS.map((tS) => tS * timeScale), positionsM: moved };
}
