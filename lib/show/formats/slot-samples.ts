/** Samples what one drone does at given times. Knows numbers; no show and no file. */
import type { LightTrack } from '../light-track.js';
import { trackColorAt } from '../lights.js';
import { type Path, positionAt } from '../path.js';
import type { YawProgram } from '../show.js';
import { splineSlopes } from '../spline.js';
import { yawAt } from '../yaw.js';

/** Colours are looked up this much later: a key at 0.1 + 0.2 s belongs to the sample at 0.3 s. */
const lateS = 1e-6;

/** x, y, z for each time, m. */
export function samplePositions(path: Path, timesS: Float64Array): Float64Array {
  const positionsM = new Float64Array(3 * timesS.length);
  for (const [i, tS] of timesS.entries()) {
    const { x, y, z } = positionAt(path, tS);
    positionsM.set([x, y, z], 3 * i);
  }
  return positionsM;
}

/** How far the spline through the samples is off the path in the middle between two of them, at most, m. */
export function deviationM(path: Path, timesS: Float64Array, positionsM: Float64Array): number {
  const axes = [0, 1, 2].map((axis) => timesS.map((_, i) => positionsM[3 * i + axis] ?? 0));
  const slopes = axes.map((values) => splineSlopes(timesS, values));
  let worstM = 0;
  for (let i = 0; i + 1 < timesS.length; i++) {
    const [startS = 0, endS = 0] = timesS.subarray(i, i + 2);
    const { x, y, z } = positionAt(path, (startS + endS) / 2);
    const off = [x, y, z].map((value, axis) => {
      const [p0 = 0, p1 = 0] = axes[axis]?.subarray(i, i + 2) ?? [];
      const [v0 = 0, v1 = 0] = slopes[axis]?.subarray(i, i + 2) ?? [];
      return value - (p0 + p1) / 2 - ((v0 - v1) * (endS - startS)) / 8;
    });
    worstM = Math.max(worstM, Math.hypot(...off));
  }
  return worstM;
}

/** red, green, blue for each time. */
export function sampleColors(track: LightTrack, timesS: Float64Array): Uint8Array {
  const colors = new Uint8Array(3 * timesS.length);
  for (const [i, tS] of timesS.entries()) {
    const { red, green, blue } = trackColorAt(track, tS + lateS);
    colors.set([red, green, blue], 3 * i);
  }
  return colors;
}

/** rad in (−π, π], NaN = keep the heading. */
export function sampleYaws(yaw: YawProgram, timesS: Float64Array): Float64Array {
  return timesS.map((tS) => yawAt(yaw, tS));
}
