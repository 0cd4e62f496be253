/** Animations and settings that the tests of the show library share. */
import {
  type AnimationFrame,
  type AnimationSettings,
  defaultAnimationSettings,
  defaultFlightSettings,
  type FlightPlan,
} from '../../../lib/show/index.js';

/** Frames of 0.1 s at these places, the number of the frame as the red of its colour, yaw 0. */
export function frames(places: readonly (readonly [number, number, number])[]): AnimationFrame[] {
  return places.map(([x, y, z], index) => ({
    positionM: { x, y, z },
    yawRad: 0,
    color: { red: index % 256, green: 0, blue: 0 },
    durationS: 0.1,
  }));
}

/** 10 frames standing, 10 rising in place by 0.05 m, 10 moving in x, 10 falling in place, 10 standing. */
export function workedExample(): AnimationFrame[] {
  const places: [number, number, number][] = [];
  for (let i = 0; i < 10; i++) places.push([0, 0, 0]);
  for (let i = 1; i <= 10; i++) places.push([0, 0, i * 0.05]);
  for (let i = 1; i <= 10; i++) places.push([i * 0.1, 0, 0.5]);
  for (let i = 1; i <= 10; i++) places.push([1, 0, 0.5 - i * 0.05]);
  for (let i = 0; i < 10; i++) places.push([1, 0, 0]);
  return frames(places);
}

export const flight = defaultFlightSettings;

export function settings(changes: Partial<AnimationSettings> = {}): AnimationSettings {
  return { ...defaultAnimationSettings, ...changes };
}

/** Where the pieces of a plan's path begin, and whether they stand. */
export function keysOf({ path }: FlightPlan) {
  if (!path) return [];
  return Array.from(path.breaksS.subarray(0, -1), (tS, i) => {
    const first = path.firstPoint[i] ?? 0;
    const [x = 0, y = 0, z = 0] = path.controlM.subarray(3 * first);
    return { tS, positionM: { x, y, z }, isHeld: (path.firstPoint[i + 1] ?? 0) - first === 1 };
  });
}
