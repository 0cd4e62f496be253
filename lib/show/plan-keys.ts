/** Frames on the time line of a plan, as path, heading and light. Knows not why they are there. */
import { wrapAngleRad } from '../geo/frames.js';
import type { LightTrack } from './light-track.js';
import { lightTrack } from './lights.js';
import type { AnimationFrame } from './model.js';
import type { Path } from './path.js';
import { PathBuilder } from './path-builder.js';
import type { YawProgram } from './show.js';

/** A frame from `tS` on. `glides`: the place moves on to that of the next key; else it stays until then. */
export type PlanKey = Omit<AnimationFrame, 'durationS'> & { readonly tS: number; readonly glides: boolean };

/** A spline from rest to rest through each run of gliding keys, standing between; undefined without keys. */
export function pathOfKeys(keys: readonly PlanKey[], endS: number): Path | undefined {
  const [first] = keys;
  if (!first) return undefined;
  const builder = new PathBuilder(first.tS);
  for (let i = 0; i < keys.length; ) {
    let end = i;
    while (keys[end]?.glides && end + 1 < keys.length) end++;
    if (end > i) builder.addSpline(samplesOf(keys.slice(i, end + 1)));
    else builder.add(keys[i + 1]?.tS ?? endS, positionsOf(keys.slice(i, i + 1)));
    i = Math.max(end, i + (end > i ? 0 : 1));
  }
  return builder.build();
}

function positionsOf(keys: readonly PlanKey[]) {
  return keys.map(({ positionM }) => positionM);
}

function samplesOf(keys: readonly PlanKey[]) {
  return {
    timesS: Float64Array.from(keys, ({ tS }) => tS),
    positionsM: Float64Array.from(positionsOf(keys).flatMap(({ x, y, z }) => [x, y, z])),
  };
}

/** The short way round between gliding keys; one that does not glide keeps its heading until the next. */
export function yawOfKeys(keys: readonly PlanKey[]): YawProgram {
  const timesS: number[] = [];
  const yawsRad: number[] = [];
  const add = (tS: number, yawRad: number) => {
    timesS.push(tS);
    yawsRad.push(yawRad);
  };
  for (const [i, key] of keys.entries()) {
    const before = yawsRad.at(-1);
    if (before !== undefined && !keys[i - 1]?.glides) add(key.tS, before);
    const isKnown = before !== undefined && !Number.isNaN(before) && !Number.isNaN(key.yawRad);
    add(key.tS, isKnown ? before + wrapAngleRad(key.yawRad - before) : key.yawRad);
  }
  return { timesS: Float64Array.from(timesS), yawsRad: Float64Array.from(yawsRad) };
}

/** Each key's colour until the next; colours do not blend. */
export function lightsOf(keys: readonly PlanKey[]): LightTrack {
  const program = {
    kind: 'step',
    timesS: Float64Array.from(keys, ({ tS }) => tS),
    colors: Uint8Array.from(keys.flatMap(({ color }) => [color.red, color.green, color.blue])),
  } as const;
  return lightTrack(program, 0);
}
