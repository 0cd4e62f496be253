import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EmergencyRamp, emergencyThrust } from '../../../drone-client/failsafe/emergency-thrust.js';

const settings = { thrust: 0.45, decreaseAfterS: 3 };

describe('the thrust of an emergency landing', () => {
  it.each([
    [0, 0.45],
    [2.99, 0.45],
    [3, 0.43],
    [3.09, 0.43],
    [3.1, 0.41],
    [4, 0.23],
    [5.1, 0.01],
    [5.2, 0],
    [60, 0],
  ])('at %s s is %s', (elapsedS, thrust) => {
    expect(emergencyThrust(elapsedS, settings)).toBeCloseTo(thrust, 9);
  });

  it('never rises and never leaves 0…1, whatever is configured; without a time it is 0', () => {
    const seconds = fc.double({ min: 0, max: 100, noNaN: true });
    const any = fc.record({ thrust: fc.double({ min: 0, max: 1, noNaN: true }), decreaseAfterS: seconds });
    fc.assert(
      fc.property(any, seconds, seconds, (of, a, b) => {
        const [early, late] = [emergencyThrust(Math.min(a, b), of), emergencyThrust(Math.max(a, b), of)];
        expect(late).toBeLessThanOrEqual(early);
        expect(late).toBeGreaterThanOrEqual(0);
        expect(early).toBeLessThanOrEqual(1);
      }),
    );
    expect(emergencyThrust(Number.NaN, settings)).toBe(0);
  });

  it('is lowered earlier when the range finder says that the ground is near', () => {
    const ramp = new EmergencyRamp(settings);
    expect(ramp.thrustAt(0.5, 1.2)).toBe(0.45);
    expect(ramp.thrustAt(1, 0.09)).toBe(0.45);
    expect(ramp.thrustAt(1.1, 0.08)).toBe(0.45);
    expect(ramp.thrustAt(1.2, 0.08)).toBeCloseTo(0.43);
    expect(ramp.thrustAt(1.5, 2)).toBeCloseTo(0.37);
    expect(ramp.isOver(3.3)).toBe(false);
    expect(ramp.isOver(3.5)).toBe(true);
  });

  it.each([[undefined], [0], [0.1], [Number.NaN]])('is not lowered earlier by a range of %s', (rangeM) => {
    const ramp = new EmergencyRamp(settings);
    for (let s = 0; s < 2.9; s += 0.1) expect(ramp.thrustAt(s, rangeM)).toBe(0.45);
  });

  it('is not lowered by a single wrong reading', () => {
    const ramp = new EmergencyRamp(settings);
    for (const [s, rangeM] of [
      [0, 3],
      [0.1, 0.05],
      [0.2, 3],
      [0.3, 0.05],
      [0.4, 3],
      [1, 3],
    ] as const)
      expect(ramp.thrustAt(s, rangeM)).toBe(0.45);
  });
});
