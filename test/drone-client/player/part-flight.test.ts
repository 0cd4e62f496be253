/** A part of a Starling show as it is flown: every setpoint is the trajectory's own place and velocity. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distance, type Vec3 } from '../../../lib/geo/frames.js';
import type { FlightPlan } from '../../../lib/show/model.js';
import { planOfPart } from '../../../lib/show/part/part-plan.js';
import { partsOf } from '../../../lib/show/part/show-part.js';
import { motionAt } from '../../../lib/show/path.js';
import type { Segment } from '../../../lib/show/show.js';
import { makeDrone } from './rig.js';

const pad: Vec3 = { x: 0, y: 0, z: 0 };
const coordinate = fc.double({ min: -2, max: 2, noNaN: true });
const point = fc.record({ x: coordinate, y: coordinate, z: fc.double({ min: 3, max: 6, noNaN: true }) });

/** Curves of degree 1 to 7, 1.5 to 3 s each. */
const curves = fc.array(
  fc.tuple(fc.double({ min: 1.5, max: 3, noNaN: true }), fc.array(point, { minLength: 1, maxLength: 7 })),
  { minLength: 1, maxLength: 3 },
);

function planOf(pieces: readonly (readonly [number, readonly Vec3[]])[]): FlightPlan {
  const up = { ...pad, z: 4 };
  const segments: Segment[] = [{ kind: 'bezier', endS: 4, controlM: [pad, pad, up, up, up] }];
  let endS = 4;
  for (const [spanS, controlM] of pieces) {
    endS += spanS;
    segments.push({ kind: 'bezier', endS, controlM: [...controlM] });
  }
  const slot = {
    trajectory: { startS: 0, startM: pad, segments },
    lights: { kind: 'step', timesS: Float64Array.of(0), colors: Uint8Array.of(1, 2, 3) },
    yaw: { timesS: new Float64Array(0), yawsRad: new Float64Array(0) },
    pyro: [],
    homeM: pad,
  } as const;
  const show = { title: 'curves', slots: new Map([['a', slot]]), cues: [], segments: {}, limits: {} };
  const part = partsOf(show).get('a');
  if (!part) throw new Error('no part');
  return planOfPart(part);
}

/** Started in 5 s, and flown to its end. */
async function fly(plan: FlightPlan) {
  const { clock, vehicle, player } = makeDrone();
  const startAtMs = clock.monotonicMs() + 5000;
  player.start({ plan, startAtMs, floorZM: undefined });
  await clock.advance(5000 + plan.durationS * 1000);
  return { startAtMs, setpoints: vehicle.setpoints };
}

const spanOf = (plan: FlightPlan) => {
  const { startS = 0, endS = 0 } = plan.steps.find(({ kind }) => kind === 'fly') ?? {};
  return { startS, endS };
};

describe('a part of random curves', () => {
  it('is flown with their places and velocities, at the ends of pieces too', async () => {
    await fc.assert(
      fc.asyncProperty(curves, async (pieces) => {
        const plan = planOf(pieces);
        const { startAtMs, setpoints } = await fly(plan);
        const { startS, endS } = spanOf(plan);
        const flown = setpoints
          .map(({ atMs, ...setpoint }) => ({ tS: (atMs - startAtMs) / 1000, ...setpoint }))
          .filter(({ tS }) => tS >= startS && tS < endS);
        expect(flown.length).toBeGreaterThan(19 * (endS - startS));
        for (const { tS, positionM, velocityMPerS } of flown) {
          const due = plan.path && motionAt(plan.path, Math.round(tS * 1e6) / 1e6);
          expect(due && distance(due.positionM, positionM)).toBeLessThan(1e-6);
          expect(due && distance(due.velocityMPerS, velocityMPerS)).toBeLessThan(1e-3);
        }
      }),
      { numRuns: 12 },
    );
  });
});
