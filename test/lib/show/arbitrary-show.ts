/** Random trajectories and shows of every kind of segment, light and heading, as fast-check arbitraries. */
import fc, { type Arbitrary } from 'fast-check';
import type { Vec3 } from '../../../lib/geo/frames.js';
import type {
  LightProgram,
  Segment,
  Show,
  SlotShow,
  Trajectory,
  YawProgram,
} from '../../../lib/show/show.js';

const metre = fc.double({ min: -50, max: 50, noNaN: true });
const point: Arbitrary<Vec3> = fc.record({
  x: metre,
  y: metre,
  z: fc.double({ min: 0, max: 80, noNaN: true }),
});
const span = fc.double({ min: 0.05, max: 5, noNaN: true });
const colors = fc.uint8Array({ minLength: 3, maxLength: 3 });

type Draft =
  | { readonly kind: 'constant'; readonly spanS: number }
  | { readonly kind: 'linear' | 'bezier'; readonly spanS: number; readonly points: readonly Vec3[] }
  | { readonly kind: 'sampled'; readonly spanS: number; readonly points: readonly Vec3[] };

const draft: Arbitrary<Draft> = fc.oneof(
  fc.record({ kind: fc.constant('constant' as const), spanS: span }),
  fc.record({
    kind: fc.constant('linear' as const),
    spanS: span,
    points: fc.array(point, { minLength: 1, maxLength: 1 }),
  }),
  fc.record({
    kind: fc.constant('bezier' as const),
    spanS: span,
    points: fc.array(point, { minLength: 2, maxLength: 7 }),
  }),
  fc.record({
    kind: fc.constant('sampled' as const),
    spanS: span,
    points: fc.array(point, { minLength: 1, maxLength: 6 }),
  }),
);

function segmentOf(item: Draft, startS: number): Segment {
  const endS = startS + item.spanS;
  if (item.kind === 'constant') return { kind: 'constant', endS };
  if (item.kind === 'linear') return { kind: 'linear', endS, toM: item.points[0] ?? { x: 0, y: 0, z: 0 } };
  if (item.kind === 'bezier') return { kind: 'bezier', endS, controlM: item.points };
  const timesS = Float64Array.from(
    item.points,
    (_, i) => startS + (item.spanS * (i + 1)) / item.points.length,
  );
  timesS[timesS.length - 1] = endS;
  const positionsM = Float64Array.from(item.points.flatMap(({ x, y, z }) => [x, y, z]));
  return { kind: 'sampled', endS, samples: { timesS, positionsM } };
}

/** One to six segments, from a start between −20 and 20 s. */
export function trajectories(): Arbitrary<Trajectory> {
  const start = fc.double({ min: -20, max: 20, noNaN: true });
  return fc
    .tuple(start, point, fc.array(draft, { minLength: 1, maxLength: 6 }))
    .map(([startS, startM, drafts]) => {
      const segments: Segment[] = [];
      let atS = startS;
      for (const item of drafts) {
        segments.push(segmentOf(item, atS));
        atS += item.spanS;
      }
      return { startS, startM, segments };
    });
}

const lights: Arbitrary<LightProgram> = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('step' as const, 'linear' as const),
      fc.array(fc.tuple(span, colors), { maxLength: 8 }),
    )
    .map(([kind, keys]) => {
      let atS = 0;
      const timesS = Float64Array.from(keys, ([spanS]) => (atS += spanS));
      return { kind, timesS, colors: Uint8Array.from(keys.flatMap(([, color]) => [...color])) };
    }),
  // Red, a fade to blue within 2 s, blue for 6 s, a fade to black within 1 s.
  fc.constant({
    kind: 'bytecode' as const,
    bytes: Uint8Array.from(Buffer.from('BP8AAAAIAAD/ZAKsAgoyAA==', 'base64')),
  }),
);

const yaw: Arbitrary<YawProgram> = fc
  .array(fc.tuple(span, fc.oneof(fc.double({ min: -10, max: 10, noNaN: true }), fc.constant(Number.NaN))), {
    maxLength: 5,
  })
  .map((keys) => {
    let atS = 0;
    const timesS = Float64Array.from(keys, ([spanS]) => (atS += spanS));
    return { timesS, yawsRad: Float64Array.from(keys, ([, yawRad]) => yawRad) };
  });

function slotShows(): Arbitrary<SlotShow> {
  const pyro = fc.array(
    fc.record({
      tS: fc.integer({ min: 0, max: 1e6 }).map((us) => us / 1e6),
      channel: fc.nat(7),
      payload: fc.string({ maxLength: 8 }),
    }),
    { maxLength: 2 },
  );
  return fc.record(
    { trajectory: trajectories(), lights, yaw, pyro, homeM: point, landAtM: point },
    { requiredKeys: ['trajectory', 'lights', 'yaw', 'pyro', 'homeM'] },
  );
}

/** One to four drones called drone-1 and on. */
export function shows(): Arbitrary<Show> {
  return fc.array(slotShows(), { minLength: 1, maxLength: 4 }).map((parts) => ({
    title: 'random',
    slots: new Map(parts.map((part, i) => [`drone-${i + 1}`, part])),
    cues: [],
    segments: {},
    limits: {},
  }));
}
