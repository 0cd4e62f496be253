import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePart } from '../../../../lib/show/part/part-codec.js';
import { lightsOnly, planOfPart } from '../../../../lib/show/part/part-plan.js';
import { motionAt } from '../../../../lib/show/path.js';
import { pathOf } from '../../../../lib/show/path-builder.js';
import { prepareShow } from '../../../../lib/show/prepare-show.js';
import type { LightProgram, Segment, SlotShow } from '../../../../lib/show/show.js';
import { colorAt, trajectoryAt } from '../../../../lib/show/trajectory.js';
import { checkShow } from '../../../../lib/show/validate/check-show.js';
import { shows } from '../arbitrary-show.js';
import { linear, p, showOf, slot } from '../validate/shows.js';

/** What the drone of the one slot `a` flies, and when its lights and paths begin on its own clock. */
function flownBy(a: SlotShow) {
  const { show, parts } = prepareShow({ show: showOf({ a }), notes: [], format: 'skyc' });
  const part = decodePart(parts.get('a') ?? new Uint8Array(), 'a');
  return { show, leadS: part.common.leadS, plan: planOfPart(part) };
}

const keys = (...timesS: number[]): LightProgram => ({
  kind: 'linear',
  timesS: Float64Array.from(timesS),
  colors: new Uint8Array(3 * timesS.length).fill(200),
});
const onePulse = [4, 200, 200, 200, 50, 6, 50];
const bytecode = (...bytes: number[]): LightProgram => ({ kind: 'bytecode', bytes: Uint8Array.from(bytes) });

describe('what a drone flies', () => {
  it('is what was checked, at any time, for shows of all kinds', () => {
    fc.assert(
      fc.property(shows(), fc.double({ min: 0, max: 1, noNaN: true }), (any, share) => {
        const { show, parts } = prepareShow({ show: any, notes: [], format: 'skyc' });
        for (const [name, { trajectory }] of show.slots) {
          const part = decodePart(parts.get(name) ?? new Uint8Array(), name);
          const plan = planOfPart(part);
          const tS = share * plan.durationS;
          const checked = motionAt(pathOf(trajectory), tS - part.common.leadS).positionM;
          const flown = trajectoryAt(plan, tS)?.positionM;
          if (!flown) continue;
          expect(Math.hypot(flown.x - checked.x, flown.y - checked.y, flown.z - checked.z)).toBeLessThan(
            1e-4,
          );
        }
      }),
      { numRuns: 60 },
    );
  });

  it('holds in mid-air where the show does, with its motors running', () => {
    const up: readonly Segment[] = [
      linear(5, p(0, 0, 5)),
      { kind: 'constant', endS: 65 },
      linear(75, p(0, 0, 0)),
    ];
    const { plan, leadS } = flownBy(slot(p(0, 0, 0), up));
    expect(plan.steps.map(({ kind }) => kind)).toEqual(['arm', 'fly', 'land']);
    expect(trajectoryAt(plan, 40 + leadS)).toMatchObject({
      positionM: p(0, 0, 5),
      velocityMPerS: p(0, 0, 0),
    });
  });
});

describe('a part of lights alone', () => {
  it('plays as long as its lights, however long that is', () => {
    const { plan, show } = flownBy(slot(p(0, 0, 0), [], { lights: keys(0, 100, 900) }));
    expect(plan.durationS).toBe(900.5);
    expect(plan.steps).toEqual([{ kind: 'stand', startS: 0, endS: 900.5 }]);
    expect(colorAt(plan, 500)).toEqual({ red: 200, green: 200, blue: 200 });
    expect(checkShow(show).stats.durationS).toBe(900);
  });

  it('plays bytecode that has an end', () => {
    const { plan } = flownBy(slot(p(0, 0, 0), [], { lights: bytecode(12, 100, ...onePulse, 13) }));
    expect(plan.durationS).toBeCloseTo(200.5 - 1, 6);
    expect(colorAt(plan, 150.7).red).toBe(200);
  });

  it('is what lights only makes of one that flies', () => {
    const { plan } = flownBy(slot(p(0, 0, 0), [linear(9, p(0, 0, 5)), linear(20, p(0, 0, 0))]));
    expect(lightsOnly(plan).steps).toEqual([{ kind: 'stand', startS: 0, endS: plan.durationS }]);
  });
});

describe('lights without an end', () => {
  it('end with the flight', () => {
    const lights = bytecode(12, 0, ...onePulse, 13);
    const { plan } = flownBy(slot(p(0, 0, 0), [linear(9, p(0, 0, 5)), linear(20, p(0, 0, 0))], { lights }));
    expect(plan.durationS).toBeCloseTo(20.5 + 1.1, 9);
    expect(colorAt(plan, 21.5)).not.toEqual(colorAt(plan, 20.6));
  });
});
