/** The drones of a murmuration: where each stands, and its place in the flock at rest. Knows no time and no lights. */
import type { Vec3 } from '../lib/geo/frames.js';
import { leastSquaresAssignment } from '../lib/show/assign/least-squares.js';

const columns = 10;
const rows = 5;
const padSpacingM = 3;

/** Half axes of the flock at rest, and how far apart its drones push each other, m. */
const halfM: Vec3 = { x: 11, y: 6.5, z: 4.2 };
const wantedM = 3.4;
const rounds = 400;
const seed = 20_260;

/** `padM` on the ground, `restM` about the middle of the flock. */
export type Bird = { readonly padM: Vec3; readonly restM: Vec3 };

/** Row by row, in the order of their slots; who flies where in the flock makes the ways short and keeps them apart. */
export function makeFlock(): Bird[] {
  const pads = Array.from({ length: columns * rows }, (_, index) => ({
    x: ((index % columns) - (columns - 1) / 2) * padSpacingM,
    y: (Math.floor(index / columns) - (rows - 1) / 2) * padSpacingM,
    z: 0,
  }));
  const places = relaxed(scattered(pads.length));
  const chosen = leastSquaresAssignment(pads, places);
  return pads.map((padM, index) => ({ padM, restM: places[chosen[index] ?? 0] ?? padM }));
}

/** Points inside the ellipsoid, by chance but always the same. */
function scattered(count: number): Vec3[] {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  };
  const points: Vec3[] = [];
  while (points.length < count) {
    const point = { x: halfM.x * next(), y: halfM.y * next(), z: halfM.z * next() };
    if (outwardness(point) <= 1) points.push(point);
  }
  return points;
}

/** Pushes points apart that are too near to each other, and back into the ellipsoid, again and again. */
function relaxed(points: readonly Vec3[]): Vec3[] {
  let now = [...points];
  for (let round = 0; round < rounds; round++) now = now.map((point) => contained(pushed(point, now)));
  return now;
}

function pushed(point: Vec3, others: readonly Vec3[]): Vec3 {
  let { x, y, z } = point;
  for (const other of others) {
    const [dx, dy, dz] = [point.x - other.x, point.y - other.y, point.z - other.z];
    const apartM = Math.sqrt(dx * dx + dy * dy + dz * dz);
    if (apartM === 0 || apartM >= wantedM) continue;
    const part = (0.2 * (wantedM - apartM)) / apartM;
    x += part * dx;
    y += part * dy;
    z += part * dz;
  }
  return { x, y, z };
}

function contained(point: Vec3): Vec3 {
  const by = Math.max(1, outwardness(point));
  return { x: point.x / by, y: point.y / by, z: point.z / by };
}

/** 0 in the middle, 1 on the surface of the ellipsoid. */
function outwardness({ x, y, z }: Vec3): number {
  return Math.sqrt((x / halfM.x) ** 2 + (y / halfM.y) ** 2 + (z / halfM.z) ** 2);
}
