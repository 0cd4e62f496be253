import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agree } from '../../../../lib/time/filter/agree.js';

const clock = (offsetMs: number, uncertaintyMs: number) => ({ offsetMs, uncertaintyMs });

describe('several clocks compared', () => {
  it('chooses the most certain of those that a majority confirms', () => {
    const [good, better, wild] = [clock(10, 5), clock(12, 2), clock(500, 0.1)];
    expect(agree([good, better, wild])).toEqual({ chosen: better, falsetickers: [wild] });
  });

  it('takes one clock as it is, and none of two that differ', () => {
    const [one, other] = [clock(0, 1), clock(10, 1)];
    expect(agree([one])).toEqual({ chosen: one, falsetickers: [] });
    expect(agree([one, other])).toEqual({ chosen: undefined, falsetickers: [one, other] });
    expect(agree([])).toEqual({ chosen: undefined, falsetickers: [] });
  });

  it('needs more than half: two against two is no majority', () => {
    const clocks = [clock(0, 1), clock(0.5, 1), clock(100, 1), clock(100.5, 1)];
    expect(agree(clocks)).toEqual({ chosen: undefined, falsetickers: clocks });
    expect(agree([...clocks, clock(0.2, 0.5)]).falsetickers).toEqual([clocks[2], clocks[3]]);
  });

  it('believes none of two that exclude each other when an uncertain one agrees with both', () => {
    const [one, other, wide] = [clock(0, 5), clock(100, 5), clock(50, 60)];
    for (const clocks of [
      [one, other, wide],
      [wide, other, one],
      [other, wide, one],
    ])
      expect(agree(clocks)).toEqual({ chosen: undefined, falsetickers: clocks });
    expect(agree([one, clock(100, 4), wide]).chosen).toBeUndefined();
  });

  it('believes the one that either of two that exclude each other confirms', () => {
    const [one, other, between] = [clock(0, 50), clock(110, 50), clock(55, 10)];
    expect(agree([one, other, between])).toEqual({ chosen: between, falsetickers: [] });
    expect(agree([one, clock(1, 50), other, clock(109, 50), between]).falsetickers).toEqual([]);
  });

  it('counts intervals that only touch as agreeing', () => {
    expect(agree([clock(0, 1), clock(2, 1)]).chosen).toEqual(clock(0, 1));
  });

  it('never lists a right clock as false when more than half are right', () => {
    const right = fc.record({
      error: fc.double({ min: -1, max: 1, noNaN: true }),
      width: fc.integer({ min: 1, max: 50 }),
    });
    const wrong = fc.record({
      by: fc.integer({ min: 200, max: 9999 }),
      width: fc.integer({ min: 1, max: 50 }),
    });
    fc.assert(
      fc.property(
        fc.array(right, { minLength: 3, maxLength: 6 }),
        fc.array(wrong, { maxLength: 2 }),
        (rights, wrongs) => {
          const truth = 1e12;
          const trueOnes = rights.map(({ error, width }) => clock(truth + error * width, width));
          const falseOnes = wrongs.map(({ by, width }) => clock(truth + by, width));
          const { chosen, falsetickers } = agree([...falseOnes, ...trueOnes]);
          expect(falsetickers).toEqual(falseOnes);
          expect(trueOnes).toContain(chosen);
        },
      ),
    );
  });
});
