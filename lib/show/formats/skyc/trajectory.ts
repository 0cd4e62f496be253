/** Reads a trajectory of a `.skyc` show. Knows its points; no drone. */
import type { Vec3 } from '../../../geo/frames.js';
import type { Segment, Trajectory } from '../../show.js';
import type { SkycNode } from './node.js';

/** With the start and the end of a segment a curve of degree 7. */
const maxControlPoints = 6;

/** Points at one time and this near to one another are one point, m. */
const samePlaceM = 1e-6;

const versionHint =
  ' (0 and 2 are forms for transport inside the Skybrush suite; export the show as .skyc again)';

type Point = {
  readonly node: SkycNode;
  readonly tS: number;
  readonly atM: Vec3;
  readonly controlM: readonly Vec3[];
};

/**
 * Times are those of the show: those of the points, and the trajectory's `takeoffTime`.
 * @throws ShowError for what is no trajectory, goes back in time or jumps.
 */
export function readTrajectory(node: SkycNode): Trajectory {
  node.expectVersion(1, versionHint);
  const shiftS = node.optional('takeoffTime')?.seconds() ?? 0;
  const list = node.required('points');
  const [first, ...others] = list.items().map((point) => readPoint(point, shiftS));
  if (first === undefined) throw list.error('there are no points');
  if (first.controlM.length > 0)
    throw first.node.error('the first point has control points, but no curve ends there');
  const segments: Segment[] = [];
  let before = first;
  for (const point of others) {
    if (isSamePoint(before, point)) continue;
    segments.push(segmentTo(point, before.atM));
    before = point;
  }
  return { startS: first.tS, startM: first.atM, segments };
}

function readPoint(node: SkycNode, shiftS: number): Point {
  const [time, at, control] = node.itemsBetween(2, 3, 'a point [t, [x, y, z], control points]');
  if (time === undefined || at === undefined) throw node.expected('a point');
  const controls = control?.items() ?? [];
  if (control && controls.length > maxControlPoints)
    throw control.error(`${controls.length} control points, at most ${maxControlPoints} are read`);
  const controlM = controls.map((item) => item.vector());
  return { node, tS: time.seconds() + shiftS, atM: at.vector(), controlM };
}

/** @throws ShowError when the point can not follow the one before it. */
function isSamePoint(before: Point, point: Point): boolean {
  if (point.tS > before.tS) return false;
  if (point.tS < before.tS)
    throw point.node.error(
      `its time, ${point.tS} s, lies before that of the point before it, ${before.tS} s`,
    );
  const jumpM = Math.hypot(
    point.atM.x - before.atM.x,
    point.atM.y - before.atM.y,
    point.atM.z - before.atM.z,
  );
  if (jumpM <= samePlaceM) return true;
  throw point.node.error(`it jumps by ${jumpM.toFixed(3)} m at ${point.tS} s, without time passing`);
}

function segmentTo({ tS, atM, controlM }: Point, fromM: Vec3): Segment {
  if (controlM.length > 0) return { kind: 'bezier', endS: tS, controlM: [...controlM, atM] };
  const stands = atM.x === fromM.x && atM.y === fromM.y && atM.z === fromM.z;
  return stands ? { kind: 'constant', endS: tS } : { kind: 'linear', endS: tS, toM: atM };
}
