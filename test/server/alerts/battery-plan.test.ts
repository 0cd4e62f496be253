import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BatteryPlan, batteryShort, plannedCharge } from '../../../server/alerts/battery-plan.js';

const plan: BatteryPlan = { atTakeoff: 0.9, reserve: 0.3, flightS: 600 };

describe('the plan of a battery', () => {
  it('falls evenly from the take-off to the reserve, and stays there', () => {
    expect(plannedCharge(plan, -5)).toBeCloseTo(0.9);
    expect(plannedCharge(plan, 300)).toBeCloseTo(0.6);
    expect(plannedCharge(plan, 900)).toBeCloseTo(0.3);
    expect(plannedCharge({ ...plan, flightS: 0 }, 0)).toBeCloseTo(0.3);
  });

  it('says how much is missing, and nothing of more', () => {
    expect(batteryShort(plan, 300, 0.5)).toBeCloseTo(0.1);
    expect(batteryShort(plan, 300, 0.7)).toBe(0);
    expect(batteryShort({ ...plan, atTakeoff: 0.2 }, 0, 0.2)).toBeCloseTo(0.1);
  });

  it('never wants more charge later', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const time = fc.double({ min: 0, max: 1000, noNaN: true });
    fc.assert(
      fc.property(share, share, time, time, (a, b, t1, t2) => {
        const some = { atTakeoff: Math.max(a, b), reserve: Math.min(a, b), flightS: 500 };
        const [early, late] = [Math.min(t1, t2), Math.max(t1, t2)];
        expect(plannedCharge(some, late)).toBeLessThanOrEqual(plannedCharge(some, early) + 1e-12);
        expect(plannedCharge(some, late)).toBeGreaterThanOrEqual(some.reserve - 1e-12);
      }),
    );
  });
});
