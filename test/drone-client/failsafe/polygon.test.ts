import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { insideByM, type Point, readPolygon } from '../../../drone-client/failsafe/polygon.js';

describe('a polygon', () => {
  it.each([
    ['', []],
    ['  ', []],
    [
      '0 0; 4 0; 4 3;',
      [
        { x: 0, y: 0 },
        { x: 4, y: 0 },
        { x: 4, y: 3 },
      ],
    ],
    [
      ' -1.5 +2;3   .5 ; 0 -7. ',
      [
        { x: -1.5, y: 2 },
        { x: 3, y: 0.5 },
        { x: 0, y: -7 },
      ],
    ],
  ])('is read from %j', (text, points) => {
    expect(readPolygon(text)).toEqual({ points });
  });

  it.each([
    ['0 0; 1 1', '2 corners'],
    ['0 0; 1 x; 2 2', '"1 x" is not a corner'],
    ['0 0; 1 2 3; 2 2', '"1 2 3" is not a corner'],
    ['0 0; 1 NaN; 2 2', 'not a corner'],
    ['0 0;; 1 1; 2 0', '"" is not a corner'],
    ['0 0; 0 0; 1 1; 2 0', 'corner 1 stands twice'],
    ['0 0; 2 2; 2 0; 0 2', 'edges 1 and 3 cross'],
    ['0 0; 4 0; 4 4; 2 0; 0 4', 'edges 1 and 3 cross or touch'],
    ['0 0; 1 1; 2 2', 'on one line'],
    ['0 0; 4 0; 2 0', 'on one line'],
    ['0 0; 4 0; -2 0; 0 4', 'edges 2 and 4 cross or touch'],
    ['0 0; 4 0; 4 4; 4 2; 0 4', 'edges 2 and 4 cross or touch'],
  ])('is refused: %j', (text, error) => {
    expect(readPolygon(text).error).toContain(error);
  });

  const arrow: readonly Point[] = [
    { x: 0, y: 0 },
    { x: 10, y: 0 },
    { x: 10, y: 10 },
    { x: 5, y: 4 },
    { x: 0, y: 10 },
  ];

  it('tells how far inside a point is, and outside below 0, dents included', () => {
    expect(insideByM(arrow, { x: 5, y: 1 })).toBeCloseTo(1);
    expect(insideByM(arrow, { x: 5, y: 6 })).toBeLessThan(0);
    expect(insideByM(arrow, { x: 1, y: 6 })).toBeCloseTo(1);
    expect(insideByM(arrow, { x: 13, y: -4 })).toBeCloseTo(-5);
  });

  it('is the same whichever corner comes first and whichever way round', () => {
    const place = fc.record({
      x: fc.double({ min: -20, max: 20, noNaN: true }),
      y: fc.double({ min: -20, max: 20, noNaN: true }),
    });
    fc.assert(
      fc.property(place, fc.nat(4), (point, turn) => {
        const turned = [...arrow.slice(turn), ...arrow.slice(0, turn)].reverse();
        expect(Math.abs(insideByM(turned, point))).toBeCloseTo(Math.abs(insideByM(arrow, point)), 9);
        if (Math.abs(insideByM(arrow, point)) > 1e-9)
          expect(Math.sign(insideByM(turned, point))).toBe(Math.sign(insideByM(arrow, point)));
      }),
    );
  });

  it('agrees with a circle drawn through its corners', () => {
    const circle = Array.from({ length: 64 }, (_, i) => ({
      x: 10 * Math.cos((i * Math.PI) / 32),
      y: 10 * Math.sin((i * Math.PI) / 32),
    }));
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 20, noNaN: true }),
        fc.double({ min: 0, max: 7, noNaN: true }),
        (r, a) => {
          const inside = insideByM(circle, { x: r * Math.cos(a), y: r * Math.sin(a) });
          expect(Math.abs(inside - (10 - r))).toBeLessThan(0.02);
        },
      ),
    );
  });
});
