/** Small shows of straight ways, made in place for tests: what they do can be worked out by hand. */
import type { Vec3 } from '../../../lib/geo/frames.js';
import type { LightProgram, Segment, Show, SlotShow } from '../../../lib/show/show.js';

/** A corner of a way: when, and x, y, z. */
export type Stop = readonly [tS: number, x: number, y: number, z: number];

const red: LightProgram = { kind: 'step', timesS: Float64Array.of(0), colors: Uint8Array.of(255, 0, 0) };

/** Straight from stop to stop; the pad lies below the first. */
export function straightPart(stops: readonly Stop[], lights = red): SlotShow {
  const [first = [0, 0, 0, 0], ...rest] = stops;
  const segments = rest.map(([endS, x, y, z]): Segment => ({ kind: 'linear', endS, toM: { x, y, z } }));
  const startM: Vec3 = { x: first[1], y: first[2], z: first[3] };
  return {
    trajectory: { startS: first[0], startM, segments },
    lights,
    yaw: { timesS: new Float64Array(), yawsRad: new Float64Array() },
    pyro: [],
    homeM: { ...startM, z: 0 },
  };
}

export function smallShow(parts: Readonly<Record<string, SlotShow>>, more: Partial<Show> = {}): Show {
  return {
    ...{ title: 'small', slots: new Map(Object.entries(parts)), cues: [], segments: {}, limits: {} },
    ...more,
  };
}

/** `a` goes up 5 m in 5 s, 4 m along x in 4 s and down; `b` the same 2 s later, 3 m beside it. */
export const twoDrones: Show = smallShow({
  a: straightPart([
    [0, 0, 0, 0],
    [1, 0, 0, 0],
    [6, 0, 0, 5],
    [10, 4, 0, 5],
    [15, 4, 0, 0],
  ]),
  b: straightPart([
    [0, 0, 3, 0],
    [3, 0, 3, 0],
    [8, 0, 3, 5],
    [12, 4, 3, 5],
    [17, 4, 3, 0],
  ]),
});
