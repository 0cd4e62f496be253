import { describe, expect, it } from 'vitest';
import { OneWay } from '../../../../lib/time/filter/one-way.js';

const eightFast = [0, 1, 2, 3, 4, 5, 6, 7];
const at = Array.from({ length: 16 }, (_, i) => 100 * i);

describe('the least time of one way', () => {
  it('rests on the faster half: how slow the slower half was says nothing', () => {
    const slow = (ms: number) => new OneWay(1, at, [...eightFast, ...eightFast.map(() => ms)], 0).floorAt(0);
    // S = (0 + 1 + … + 7) + 8 × 7 = 84; gap 84 / (16 × 6); variance gap² × 7 / 5, more than the 1² of the fastest two.
    expect(slow(1000)).toMatchObject({ fastestMs: 0, gapMs: 0.875 });
    expect(slow(1000).varianceMs2).toBeCloseTo(1.071875, 9);
    expect(slow(1e6)).toEqual(slow(1000));
  });

  it('is not trusted further than the distance of the fastest two', () => {
    const lone = [-50, ...at.slice(1).map((_, i) => 0.01 * i)];
    expect(new OneWay(1, at, lone, 0).floorAt(0).varianceMs2).toBeCloseTo(2500, 6);
  });

  it('is likeliest at the rate at which the delays are alike, in either direction', () => {
    for (const sign of [1, -1] as const) {
      const drifting = at.map((ms, i) => sign * 50e-6 * ms + (i % 3) / 100);
      const likelihoods = [0, 25e-6, 50e-6, 75e-6, 100e-6].map(
        (rate) => new OneWay(sign, at, drifting, 0.001).floorAt(rate).logLikelihood,
      );
      expect(likelihoods.indexOf(Math.max(...likelihoods))).toBe(2);
    }
  });
});
