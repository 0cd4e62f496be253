import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distance, type Vec3 } from '../../../lib/geo/frames.js';
import { completeShow, endS, lastPoint } from '../../../lib/show/complete.js';
import { motionAt, positionAt } from '../../../lib/show/path.js';
import { pathOf } from '../../../lib/show/path-builder.js';
import type { Show, SlotShow } from '../../../lib/show/show.js';
import { shows } from './arbitrary-show.js';

const at = (x: number, y: number, z: number): Vec3 => ({ x, y, z });

function slotShow(change: Partial<SlotShow>): SlotShow {
  return {
    trajectory: { startS: 0, startM: at(0, 0, 0), segments: [] },
    lights: { kind: 'step', timesS: new Float64Array(0), colors: new Uint8Array(0) },
    yaw: { timesS: new Float64Array(0), yawsRad: new Float64Array(0) },
    pyro: [],
    homeM: at(0, 0, 0),
    ...change,
  };
}

function showOf(part: SlotShow): Show {
  return { title: 't', slots: new Map([['a', part]]), cues: [], segments: {}, limits: {} };
}

function completed(change: Partial<SlotShow>) {
  const { show, notes } = completeShow(showOf(slotShow(change)));
  const part = show.slots.get('a');
  if (!part) throw new Error('the slot is gone');
  return { part, notes, path: pathOf(part.trajectory) };
}

describe('a show that begins in the air', () => {
  const trajectory = {
    startS: 2,
    startM: at(3, 0, 4),
    segments: [{ kind: 'linear' as const, endS: 10, toM: at(3, 0, 0) }],
  };

  it('gets a take-off from its pad, straight up and then across, that ends when it begins', () => {
    const { part, path, notes } = completed({ trajectory });
    // Up 4 m at a peak of 1.5 m/s: 1.875 × 4 / 1.5 = 5 s; across 3 m at 2 m/s: 2.8125 s.
    expect(part.trajectory.startS).toBeCloseTo(2 - 5 - 2.8125, 9);
    expect(positionAt(path, 2 - 2.8125)).toEqual(at(0, 0, 4));
    expect(positionAt(path, 2)).toEqual(at(3, 0, 4));
    expect(motionAt(path, 2 - 2.8125 - 2.5).velocityMPerS.z).toBeCloseTo(1.5, 9);
    expect(motionAt(path, 2 - 2.8125 - 2.5).positionM).toMatchObject({ x: 0, y: 0 });
    expect(notes).toEqual(['1 of 1 drones begin in the air: a take-off was added']);
  });

  it('rises straight to its first point when that is above the pad', () => {
    const { part } = completed({ trajectory, homeM: at(3, 0.02, 0) });
    expect(part.trajectory.startM).toEqual(at(3, 0, 0));
    expect(part.trajectory.segments).toHaveLength(2);
  });
});

describe('a show that ends in the air', () => {
  const trajectory = {
    startS: 0,
    startM: at(0, 0, 0),
    segments: [{ kind: 'linear' as const, endS: 5, toM: at(0, 0, 10) }],
  };

  it('gets a descent to the height of its pad, slow for the last two metres', () => {
    const { part, path, notes } = completed({ trajectory });
    // 8 m at a peak of 1.5 m/s take 10 s, 2 m at 0.7 m/s 5.357 s.
    expect(endS(part.trajectory)).toBeCloseTo(5 + 10 + (1.875 * 2) / 0.7, 9);
    expect(positionAt(path, 15)).toEqual(at(0, 0, 2));
    expect(lastPoint(part.trajectory)).toEqual(at(0, 0, 0));
    expect(notes).toEqual(['1 of 1 drones end in the air: a descent was added']);
  });

  it('goes across to where it is to land first, at its height', () => {
    const { part, path } = completed({ trajectory, landAtM: at(6, 8, 5) });
    // 10 m across at 2 m/s: 9.375 s.
    expect(positionAt(path, 5 + 9.375)).toEqual(at(6, 8, 10));
    expect(lastPoint(part.trajectory)).toEqual(at(6, 8, 0));
  });
});

describe('a complete show', () => {
  it('is given back as it is', () => {
    const trajectory = {
      startS: 0,
      startM: at(1, 1, 0.3),
      segments: [{ kind: 'linear' as const, endS: 5, toM: at(1, 1, 0.4) }],
    };
    const show = showOf(slotShow({ trajectory, homeM: at(1, 1, 0) }));
    expect(completeShow(show)).toEqual({ show, notes: [] });
  });

  it('is what comes of completing any show, once and for all', () => {
    fc.assert(
      fc.property(shows(), (show) => {
        const once = completeShow(show).show;
        expect(completeShow(once)).toEqual({ show: once, notes: [] });
        for (const [slot, { trajectory }] of show.slots) {
          const whole = once.slots.get(slot)?.trajectory;
          if (!whole) throw new Error('a slot is gone');
          const [before, after] = [pathOf(trajectory), pathOf(whole)];
          const middleS = (trajectory.startS + endS(trajectory)) / 2;
          expect(distance(positionAt(after, middleS), positionAt(before, middleS))).toBeLessThan(1e-9);
        }
      }),
      { numRuns: 50 },
    );
  });
});
