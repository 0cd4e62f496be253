/** A first guess of the closest pair: nearest neighbours at some moments. Exact where it looks; sees nothing between. */
import { positionAt } from '../path.js';
import type { Closest } from './closest.js';
import { type CheckedDrone, isInAir } from './fleet.js';

export type Bounds = { readonly all: Closest | undefined; readonly flight: Closest | undefined };

const moments = 24;

/** `flight`: of pairs of which at least one is in the air; defined if any drone ever is. */
export function sampledBounds(drones: readonly CheckedDrone[], startS: number, endS: number): Bounds {
  const times = Array.from({ length: moments }, (_, i) => startS + (i / (moments - 1)) * (endS - startS));
  const first = drones.find(({ airTimesS }) => airTimesS.length > 0);
  if (first) times.push(middleInAir(first, startS, endS));
  let bounds: Bounds = { all: undefined, flight: undefined };
  for (const t of times) bounds = nearest(drones, t, bounds);
  return bounds;
}

function middleInAir({ airTimesS: [from = 0, to = 0] }: CheckedDrone, startS: number, endS: number): number {
  return (Math.max(from, startS) + Math.min(to, endS)) / 2;
}

/** Sorted along x: only those that are nearer along x than the best so far are looked at. */
function nearest(drones: readonly CheckedDrone[], t: number, bounds: Bounds): Bounds {
  const places = drones.map((drone, index) => ({
    index,
    at: positionAt(drone.path, t),
    isFlying: isInAir(drone, t),
  }));
  places.sort((a, b) => a.at.x - b.at.x);
  let { all, flight } = bounds;
  places.forEach((p, i) => {
    for (let j = i + 1; j < places.length; j++) {
      const q = places[j];
      const widest = Math.max(all?.distanceM ?? Infinity, flight?.distanceM ?? Infinity);
      if (!q || q.at.x - p.at.x >= widest) return;
      const distanceM = Math.hypot(p.at.x - q.at.x, p.at.y - q.at.y, p.at.z - q.at.z);
      const found = { distanceM, t, a: Math.min(p.index, q.index), b: Math.max(p.index, q.index) };
      if (!all || distanceM < all.distanceM) all = found;
      if ((p.isFlying || q.isFlying) && (!flight || distanceM < flight.distanceM)) flight = found;
    }
  });
  return { all, flight };
}
