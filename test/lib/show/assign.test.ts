/** Assignment against trying every permutation, and what becomes of drones and slots that are left over. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Vec3 } from '../../../lib/geo/frames.js';
import { assignSlots, replaceDrone } from '../../../lib/show/assign/assign-slots.js';
import { assignByPlaces } from '../../../lib/show/assign/by-places.js';
import { mostMatches } from '../../../lib/show/assign/hopcroft-karp.js';
import { leastCostAssignment } from '../../../lib/show/assign/least-cost.js';
import { leastSquaresAssignment } from '../../../lib/show/assign/least-squares.js';

/** Every way to give `count` rows different columns. */
function* choices(count: number, columns: number, taken: readonly number[] = []): Generator<number[]> {
  if (taken.length === count) yield [...taken];
  else
    for (let column = 0; column < columns; column++)
      if (!taken.includes(column)) yield* choices(count, columns, [...taken, column]);
}

/** On a coarse grid, so that equal distances and equal places happen. */
const coordinate = fc.oneof(
  fc.integer({ min: -4, max: 4 }),
  fc.integer({ min: -9999, max: 9999 }).map((part) => part / 1111),
);
const point: fc.Arbitrary<Vec3> = fc.record({ x: coordinate, y: coordinate, z: coordinate });
const points = (min: number, max: number) => fc.array(point, { minLength: min, maxLength: max });
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const at = (list: readonly Vec3[], index = -1): Vec3 => list[index] ?? { x: Number.NaN, y: 0, z: 0 };
const square = (a: Vec3, b: Vec3) => (a.x - b.x) ** 2 + (a.y - b.y) ** 2 + (a.z - b.z) ** 2;
const across = (a: Vec3, b: Vec3) => Math.hypot(a.x - b.x, a.y - b.y);

describe('the assignment with the least squares', () => {
  it('costs as little as the best of all permutations and gives no place twice', () => {
    fc.assert(
      fc.property(points(1, 5), points(0, 2), points(5, 5), (from, more, base) => {
        const to = [...base, ...more].slice(0, Math.max(from.length, 6));
        const found = leastSquaresAssignment(from, to);
        expect(new Set(found).size).toBe(from.length);
        const cost = (choice: readonly number[]) =>
          sum(choice.map((column, row) => square(at(from, row), at(to, column))));
        let best = Number.POSITIVE_INFINITY;
        for (const choice of choices(from.length, to.length)) best = Math.min(best, cost(choice));
        expect(cost(found)).toBeCloseTo(best, 8);
      }),
      { numRuns: 60 },
    );
  });

  it('costs as little as the best of all 5040 permutations of seven', () => {
    fc.assert(
      fc.property(points(7, 7), points(7, 7), (from, to) => {
        const cost = (choice: readonly number[]) =>
          sum(choice.map((column, row) => square(at(from, row), at(to, column))));
        let best = Number.POSITIVE_INFINITY;
        for (const choice of choices(7, 7)) best = Math.min(best, cost(choice));
        expect(cost(leastSquaresAssignment(from, to))).toBeCloseTo(best, 8);
      }),
      { numRuns: 4 },
    );
  });

  it('leaves everybody at home when the places are the points in another order', () => {
    const from = Array.from({ length: 60 }, (_, i) => ({ x: i % 8, y: Math.floor(i / 8), z: 0 }));
    expect(leastSquaresAssignment(from, from.toReversed())).toEqual(from.map((_, i) => 59 - i));
  });

  it('refuses too few places and places that are no numbers', () => {
    const a = { x: 0, y: 0, z: 0 };
    expect(leastSquaresAssignment([], [])).toEqual([]);
    expect(() => leastSquaresAssignment([a, a], [a])).toThrow('2 points have but 1 places');
    expect(() => leastSquaresAssignment([a], [{ ...a, z: Number.NaN }])).toThrow('not a finite number');
  });
});

describe('forbidden pairs', () => {
  const table = fc
    .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 2 }))
    .chain(([rows, more]) =>
      fc.record({
        rows: fc.constant(rows),
        columns: fc.constant(rows + more),
        cells: fc.array(fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constant(Number.POSITIVE_INFINITY)), {
          minLength: rows * (rows + more),
          maxLength: rows * (rows + more),
        }),
      }),
    );

  it('are never used, and without another way there is none', () => {
    fc.assert(
      fc.property(table, ({ rows, columns, cells }) => {
        const cost = (choice: readonly number[]) =>
          sum(choice.map((column, row) => cells[row * columns + column] ?? Number.NaN));
        const best = Math.min(...[...choices(rows, columns)].map(cost));
        const found = leastCostAssignment({ rows, columns, values: Float64Array.from(cells) });
        expect(found ? cost([...found]) : Number.POSITIVE_INFINITY).toBe(best);
      }),
      { numRuns: 200 },
    );
  });

  it('leave as many matches as any choice has', () => {
    fc.assert(
      fc.property(table, ({ rows, columns, cells }) => {
        const allowed = (choice: readonly number[]) =>
          choice.filter((column, row) => (cells[row * columns + column] ?? 9) <= 2).length;
        const best = Math.max(...[...choices(rows, columns)].map(allowed));
        expect(mostMatches({ rows, columns, values: Float64Array.from(cells) }, 2)).toBe(best);
      }),
      { numRuns: 200 },
    );
  });
});

describe('assignment by places', () => {
  const named = (list: readonly Vec3[], name: string) =>
    new Map(list.map((place, index) => [`${name}${index}`, place]));
  /** Largest and total distance. */
  const rate = (ways: readonly number[]) => ({ largest: Math.max(...ways), total: sum(ways) });

  it('has the least largest distance, with that the least total, for fewer and more drones than pads', () => {
    fc.assert(
      fc.property(points(1, 5), points(1, 5), (drones, pads) => {
        const found = assignByPlaces(named(drones, 'd'), named(pads, 'p'));
        const [few, many] = drones.length <= pads.length ? [drones, pads] : [pads, drones];
        expect(found.size).toBe(few.length);
        expect(new Set(found.values()).size).toBe(few.length);
        const mine = rate(
          [...found].map(([d, p]) => across(at(drones, Number(d.slice(1))), at(pads, Number(p.slice(1))))),
        );
        const all = [...choices(few.length, many.length)].map((choice) =>
          rate(choice.map((column, row) => across(at(few, row), at(many, column)))),
        );
        const largest = Math.min(...all.map((each) => each.largest));
        expect(mine.largest).toBe(largest);
        const totals = all.filter((each) => each.largest <= largest).map((each) => each.total);
        expect(mine.total).toBeCloseTo(Math.min(...totals), 9);
      }),
      { numRuns: 80 },
    );
  });

  it('rather lets two go a little farther than one go far', () => {
    const drones = new Map([
      ['a', { x: 0, y: 0, z: 0 }],
      ['b', { x: 2, y: 0, z: 0 }],
    ]);
    const pads = new Map([
      ['left', { x: -2, y: 0, z: 0 }],
      ['middle', { x: 0, y: 0, z: 99 }],
    ]);
    expect([...assignByPlaces(drones, pads)]).toEqual([
      ['a', 'left'],
      ['b', 'middle'],
    ]);
  });

  it('says whose place is not known', () => {
    const nowhere = new Map([['drone-7', { x: Number.NaN, y: 0, z: 0 }]]);
    expect(() => assignByPlaces(nowhere, new Map([['p', { x: 0, y: 0, z: 0 }]]))).toThrow('drone-7');
  });
});

describe('assigning slots', () => {
  it('by id gives each drone the slot of its name and no other', () => {
    const { assigned, spares, empty } = assignSlots(['b', 'x', 'a'], ['a', 'b', '.*'], { how: 'id' });
    expect([...assigned]).toEqual([
      ['b', 'b'],
      ['a', 'a'],
    ]);
    expect(spares).toEqual(['x']);
    expect(empty).toEqual(['.*']);
  });

  it('by expression gives no slot twice, and never that of a drone of its name', () => {
    const slots = ['clover-.*', 'clover-2', 'k[1', '[0-9]+'];
    const { assigned, spares, empty } = assignSlots(
      ['clover-1', 'clover-2', 'clover-3', 'k1', '77x'],
      slots,
      {
        how: 'regexp',
      },
    );
    expect([...assigned]).toEqual([
      ['clover-1', 'clover-.*'],
      ['clover-2', 'clover-2'],
    ]);
    expect(spares).toEqual(['clover-3', 'k1', '77x']);
    expect(empty).toEqual(['k[1', '[0-9]+']);
  });

  it('by expression is decided at once, also by a slot whose expression would take for ever', () => {
    const slots = [
      '(a+)+b',
      '(a|a)*b',
      'a*a*a*a*a*a*b',
      `${'a?'.repeat(31)}${'a'.repeat(31)}b`,
      `${'(|)'.repeat(40)}z`,
      `${'(a|a)'.repeat(40)}b`,
      `((${'(|)'.repeat(40)})|)z`,
      '(drone-)?[0-9]{1,3}',
    ];
    const { assigned } = assignSlots(['a'.repeat(63), 'drone-7'], slots, { how: 'regexp' });
    expect([...assigned]).toEqual([['drone-7', '(drone-)?[0-9]{1,3}']]);
  });

  it('by places leaves out who has no place and what is not asked for', () => {
    const spot = (x: number) => ({ x, y: 0, z: 0 });
    const places = {
      drones: new Map([
        ['a', spot(9)],
        ['b', spot(1)],
        ['stranger', spot(0)],
      ]),
      pads: new Map([
        ['1', spot(0)],
        ['2', spot(10)],
      ]),
    };
    const { assigned, spares, empty } = assignSlots(['a', 'b', 'c'], ['1', '2', '3'], {
      how: 'places',
      places,
    });
    expect([...assigned]).toEqual([
      ['a', '2'],
      ['b', '1'],
    ]);
    expect(spares).toEqual(['c']);
    expect(empty).toEqual(['3']);
    expect(() => assignSlots(['a'], ['1'], { how: 'places' })).toThrow('no places');
  });
});

describe('replacing a drone', () => {
  const before = assignSlots(['a', 'b', 'c', 'd'], ['a', 'b'], { how: 'id' });

  it('changes the two and nobody else', () => {
    const after = replaceDrone(before, 'a', 'd');
    expect([...after.assigned]).toEqual([
      ['d', 'a'],
      ['b', 'b'],
    ]);
    expect(after.spares).toEqual(['c', 'a']);
    expect(replaceDrone(after, 'd', 'a').assigned).toEqual(before.assigned);
  });

  it('refuses a drone without a slot, and one that is no spare', () => {
    expect(() => replaceDrone(before, 'c', 'd')).toThrow('c can not be replaced');
    expect(() => replaceDrone(before, 'a', 'b')).toThrow('b can not replace a');
    expect(() => replaceDrone(before, 'a', 'nobody')).toThrow('not a spare');
  });
});
