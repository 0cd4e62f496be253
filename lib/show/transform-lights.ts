/** Makes a light program slower or faster. Knows light programs; no lamp and no show. */
import type { LightTrack } from './light-track.js';
import { lightTrack } from './lights.js';
import type { LightProgram } from './show.js';

/** A jump of colour between two keys that blend lasts this long, s: none can see it, and a part's file tells them apart. */
const jumpS = 1e-5;

/**
 * All times multiplied by `timeScale`. Bytecode can not be stretched: it becomes keys, up to `untilS` (in its own
 * time) at least, where a program without end stops and keeps its colour; with a scale of 1 it stays as it is.
 * @throws ShowError for bytecode that can not be read.
 */
export function scaleLights(program: LightProgram, timeScale: number, untilS: number): LightProgram {
  if (timeScale === 1) return program;
  if (program.kind !== 'bytecode') return { ...program, timesS: program.timesS.map((tS) => tS * timeScale) };
  const track = lightTrack(program, untilS);
  return keysOf({ ...track, timesS: track.timesS.map((tS) => tS * timeScale) });
}

/** A track as keys that blend, or stay when none of its spans blends. */
function keysOf({ timesS, colors }: LightTrack): LightProgram {
  const color = (point: number) => colors.subarray(3 * point, 3 * point + 3);
  const isFlat = timesS.every((_, i) => isSame(color(2 * i), color(2 * i + 1)));
  const times: number[] = [];
  const list: number[] = [];
  for (const [i, tS] of timesS.entries()) {
    times.push(tS);
    list.push(...color(2 * i));
    const nextS = timesS[i + 1];
    if (isFlat || nextS === undefined || nextS - tS <= jumpS) continue;
    if (isSame(color(2 * i + 1), color(2 * i + 2))) continue;
    times.push(nextS - jumpS);
    list.push(...color(2 * i + 1));
  }
  return {
    kind: isFlat ? 'step' : 'linear',
    timesS: Float64Array.from(times),
    colors: Uint8Array.from(list),
  };
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.every((channel, i) => channel === b[i]);
}
