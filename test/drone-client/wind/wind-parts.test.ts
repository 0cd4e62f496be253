import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { airspeedOf, loaded, unmeasuredAirframe } from '../../../drone-client/wind/drag.js';
import { RecentPeak } from '../../../drone-client/wind/recent-peak.js';

const positive = (min: number, max: number) => fc.double({ min, max, noNaN: true });

describe('the airspeed of a drag', () => {
  it('is the one whose drag it is, for every airframe', () => {
    fc.assert(
      fc.property(positive(0.01, 40), positive(0.01, 1), positive(1, 1000), (speed, momentumDragPerS, bc) => {
        const drag = momentumDragPerS * speed + (1.225 / (2 * bc)) * speed * speed;
        const airframe = { momentumDragPerS, ballisticCoefficientKgPerM2: bc };
        expect(airspeedOf(drag, airframe)).toBeCloseTo(speed, 6);
      }),
    );
  });

  it('needs but one of the two kinds of drag, and no drag is no wind', () => {
    const none = Number.POSITIVE_INFINITY;
    expect(airspeedOf(2, { momentumDragPerS: 0.2, ballisticCoefficientKgPerM2: none })).toBeCloseTo(10);
    expect(airspeedOf(1.225, { momentumDragPerS: 0, ballisticCoefficientKgPerM2: 50 })).toBeCloseTo(10);
    expect(airspeedOf(0, unmeasuredAirframe)).toBe(0);
  });

  it('is higher for a heavier drone', () => {
    const speeds = [0.5, 1, 2].map((mass) => airspeedOf(1, loaded(unmeasuredAirframe, mass)));
    expect(speeds).toEqual([...speeds].sort((a, b) => a - b));
    expect(loaded(unmeasuredAirframe, 4)).toEqual({
      momentumDragPerS: 0.075,
      ballisticCoefficientKgPerM2: 400,
    });
  });
});

describe('the peak of the last while', () => {
  it('is the highest value that is not older than the window, by the second', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(positive(0, 20), fc.integer({ min: 0, max: 3000 })), {
          minLength: 1,
          maxLength: 60,
        }),
        (steps) => {
          const recent = new RecentPeak(5);
          expect(recent.peak).toBeUndefined();
          const seen: { value: number; second: number }[] = [];
          let atMs = 0;
          for (const [value, stepMs] of steps) {
            atMs += stepMs;
            recent.add(value, atMs);
            const now = Math.floor(atMs / 1000);
            seen.push({ value, second: now });
            const within = seen.filter(({ second }) => second >= now - 5).map((entry) => entry.value);
            expect(recent.peak).toBe(Math.max(...within));
          }
          recent.clear();
          expect(recent.peak).toBeUndefined();
        },
      ),
    );
  });
});
