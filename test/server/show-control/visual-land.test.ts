/** The search for one misbehaving drone by the colour that it shows. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  answersGivenTo,
  answersLeftOf,
  answerVisualLand,
  beginVisualLand,
  closeVisualLand,
  dropFromVisualLand,
  endVisualLand,
  litOf,
  undoVisualLand,
  type VisualLand,
  type VisualLandMove,
} from '../../../server/show-control/visual-land.js';

const idsOf = (count: number) => Array.from({ length: count }, (_, at) => `drone-${at + 1}`);

function going(move: VisualLandMove): VisualLand {
  if (!move.search) throw new Error('the search is over');
  return move.search;
}

const begun = (count: number) => going(beginVisualLand(idsOf(count)));
const short = ({ green, red, dark }: VisualLand) =>
  [green, red, dark].map((ids) => ids.map((id) => id.slice(6)).join(' ')).join(' | ');

/** Each drone that began is in exactly one place. */
function expectWhole(search: VisualLand, ids: readonly string[]): void {
  const out = search.out.map(({ id }) => id);
  expect([...search.green, ...search.red, ...search.dark, ...out].sort()).toEqual([...ids].sort());
}

describe('a search by colours', () => {
  it('lights the first half green, the others red, and one of an odd count red', () => {
    expect(short(begun(12))).toBe('1 2 3 4 5 6 | 7 8 9 10 11 12 | ');
    expect(short(begun(5))).toBe('1 2 | 3 4 5 | ');
    expect(short(begun(1))).toBe(' | 1 | ');
    expect(() => beginVisualLand([])).toThrow('no drone to search among');
    expect(short(going(beginVisualLand(['drone-1', 'drone-1', 'drone-2'])))).toBe('1 | 2 | ');
  });

  it('splits the half that was named, darkens the other, and lands the one that is left', () => {
    let search = begun(12);
    const steps = [short(search)];
    for (const color of ['red', 'green', 'red', 'green'] as const) {
      search = going(answerVisualLand(search, color));
      steps.push(short(search));
    }
    expect(steps.slice(1)).toEqual([
      '7 8 9 | 10 11 12 | 1 2 3 4 5 6',
      '7 | 8 9 | 1 2 3 4 5 6 10 11 12',
      '8 | 9 | 1 2 3 4 5 6 10 11 12 7',
      ' | 8 | 1 2 3 4 5 6 10 11 12 7 9',
    ]);
    for (const color of ['green', 'red'] as const)
      expect(answerVisualLand(search, color)).toMatchObject({
        search: undefined,
        command: { what: 'land', ids: ['drone-8'] },
      });
  });

  it('finds any drone of any fleet in as many answers as halvings, each drone in one place at every step', () => {
    for (let count = 1; count <= 200; count++) {
      const ids = idsOf(count);
      // All of a small fleet; of a large one the first, the last and some between.
      const wanted =
        count <= 40 ? ids : [1, 2, count / 3, count / 2, count - 1, count].map((n) => `drone-${n | 0}`);
      for (const bad of wanted) {
        let search = begun(count);
        let answers = 0;
        while (litOf(search).length > 1) {
          const left = answersLeftOf(search);
          search = going(answerVisualLand(search, search.green.includes(bad) ? 'green' : 'red'));
          answers++;
          if (answersLeftOf(search) >= left) throw new Error('no nearer to the end');
        }
        if (count <= 20 || bad === ids[0]) expectWhole(search, ids);
        expect([litOf(search), answers <= Math.ceil(Math.log2(count))]).toEqual([[bad], true]);
      }
    }
  });

  it('says how many answers are left at most', () => {
    expect([1, 2, 3, 4, 5, 8, 9, 200].map((count) => answersLeftOf(begun(count)))).toEqual([
      0, 1, 2, 2, 3, 3, 4, 8,
    ]);
  });

  it('takes back one answer after the other, up to the first', () => {
    const first = begun(5);
    const second = going(answerVisualLand(first, 'red'));
    const third = going(answerVisualLand(second, 'red'));
    expect([first, second, third].map(answersGivenTo)).toEqual([0, 1, 2]);
    expect(going(undoVisualLand(third))).toEqual(second);
    expect(undoVisualLand(second).lights).toEqual(beginVisualLand(idsOf(5)).lights);
    expect(() => undoVisualLand(first)).toThrow('no answer was given yet');
  });

  it('tells each light that is to be shown, also the dark ones', () => {
    const { lights } = answerVisualLand(begun(3), 'red');
    expect([...lights]).toEqual([
      ['drone-2', 'green'],
      ['drone-3', 'red'],
      ['drone-1', 'off'],
    ]);
  });

  it.each(['land', 'disarm'] as const)('can %s those that are lit at any step, and is over', (what) => {
    const search = going(answerVisualLand(begun(4), 'green'));
    expect(endVisualLand(search, what)).toEqual({
      search: undefined,
      command: { what, ids: ['drone-1', 'drone-2'] },
      lights: new Map([
        ['drone-3', 'off'],
        ['drone-4', 'off'],
      ]),
    });
  });

  it('turns all lights off when it is closed, also of those that dropped out', () => {
    const search = going(dropFromVisualLand(begun(3), [{ id: 'drone-2', why: 'lost' }]));
    const { lights, command } = closeVisualLand(search);
    expect([command, [...lights.keys()].sort(), new Set(lights.values())]).toEqual([
      ...[undefined, idsOf(3), new Set(['off'])],
    ]);
  });
});

describe('drones that drop out of a search', () => {
  const lost = (...numbers: number[]) => numbers.map((at) => ({ id: `drone-${at}`, why: 'lost' }));

  it('are named, and change no colour of the others', () => {
    const search = going(dropFromVisualLand(begun(6), lost(2, 6)));
    expect(short(search)).toBe('1 3 | 4 5 | ');
    expect(search.out).toEqual(lost(2, 6));
    expect(
      going(dropFromVisualLand(search, [...lost(2, 1, 1), { id: 'stranger', why: 'lost' }])).out,
    ).toEqual(lost(2, 6, 1));
  });

  it('do not come back with an undo', () => {
    const second = going(answerVisualLand(begun(6), 'red'));
    const search = going(dropFromVisualLand(second, lost(1, 4)));
    expect(short(search)).toBe(' | 5 6 | 2 3');
    expect(short(going(undoVisualLand(search)))).toBe('2 3 | 5 6 | ');
  });

  it('leave a last one that is lit red, or nobody to be named, landed or disarmed', () => {
    const one = dropFromVisualLand(begun(2), lost(2));
    expect([short(going(one)), one.lights.get('drone-1')]).toEqual([' | 1 | ', 'red']);
    const none = going(dropFromVisualLand(going(answerVisualLand(begun(4), 'red')), lost(3, 4)));
    expect(() => answerVisualLand(none, 'red')).toThrow('no drone shows red');
    expect(() => endVisualLand(none, 'land')).toThrow('no drone is lit any more');
    expect(answersLeftOf(none)).toBe(0);
    expect(short(going(undoVisualLand(none)))).toBe('1 | 2 | ');
  });

  it('can leave a colour that nobody shows, which is no answer', () => {
    const search = going(dropFromVisualLand(begun(4), lost(1, 2)));
    expect(() => answerVisualLand(search, 'green')).toThrow('no drone shows green: name the other colour');
    expect(short(going(answerVisualLand(search, 'red')))).toBe('3 | 4 | ');
    expect(answersLeftOf(search)).toBe(2);
  });

  it('and whatever else is done leave every drone in exactly one place', () => {
    const input = fc.oneof(
      fc.constantFrom('green' as const, 'red' as const, 'undo' as const),
      fc.nat({ max: 30 }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.array(input, { maxLength: 20 }), (count, inputs) => {
        let search = begun(count);
        for (const each of inputs) {
          try {
            const move =
              typeof each === 'number'
                ? dropFromVisualLand(search, lost(each))
                : each === 'undo'
                  ? undoVisualLand(search)
                  : answerVisualLand(search, each);
            if (!move.search) break;
            search = move.search;
            expect(new Set(move.lights.keys())).toEqual(new Set([...litOf(search), ...search.dark]));
          } catch (error) {
            expect(error).toMatchObject({ code: 'refused' });
          }
          expectWhole(search, idsOf(count));
          if (litOf(search).length === 1) expect(search.red).toHaveLength(1);
        }
      }),
      { numRuns: 200 },
    );
  });
});
