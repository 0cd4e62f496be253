/** How people write which drones they mean, and what they get. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../lib/errors.js';
import { select } from '../../../server/fleet/selection.js';
import { parseSelection } from '../../../server/fleet/selection-parser.js';
import { selectionWords } from '../../../server/fleet/selection-words.js';
import type { DroneView } from '../../../server/snapshot.js';
import { drone } from '../panel/support/fake-fleet.js';

const groups = new Map([
  ['wing', ['drone-2', 'drone-10']],
  ['a-3', ['drone-1']],
  ['gone', ['drone-98', 'drone-99']],
  ['half', ['drone-2', 'drone-99']],
]);

const fleet: readonly DroneView[] = [
  drone('a-3'),
  drone('drone-1'),
  drone('drone-2', { telemetry: { battery: [14.9, 0.31] } }),
  drone('drone-007', { isConnected: false, telemetry: { armed: true } }),
  drone('drone-10', { isAnswering: false }),
  { ...drone('wing-1'), proof: 'none', slot: undefined },
  { ...drone('wing-b'), proof: 'differs' },
];
const everybody = fleet.map(({ record }) => record.id);

function chosen(text: string, selected?: ReadonlySet<string>) {
  const { ids, unknown, absent } = select(parseSelection(text), fleet, groups, selected);
  return [ids.join(' '), ...unknown.map((name) => `?${name}`), ...absent.map((id) => `-${id}`)].join(' ');
}

describe('a choice of drones', () => {
  it.each([
    ['drone-2', 'drone-2'],
    ['drone-10, drone-2,drone-2', 'drone-2 drone-10'],
    ['7', 'drone-007'],
    ['007', 'drone-007'],
    ['1', 'drone-1 wing-1'],
    ['2-7', 'a-3 drone-2 drone-007'],
    ['7-2', 'a-3 drone-2 drone-007'],
    ['0 - 1', 'drone-1 wing-1'],
    ['1-999999999999999999999999999999', 'a-3 drone-1 drone-2 drone-007 drone-10 wing-1'],
    ['wing-*', 'wing-1 wing-b'],
    ['drone-?', 'drone-1 drone-2'],
    ['*-*1*', 'drone-1 drone-10 wing-1'],
    ['all', everybody.join(' ')],
    ['None', ''],
    ['@wing', 'drone-2 drone-10'],
    ['wing', 'drone-2 drone-10'],
    ['1, wing', 'drone-1 drone-2 drone-10 wing-1'],
    ['wing-* and 1', 'wing-1'],
    ['1-20 and not @wing and not lost', 'a-3 drone-1 wing-1'],
    ['not (1-20, @wing), 7', 'drone-007 wing-b'],
    ['((drone-1))', 'drone-1'],
    ['not not drone-1', 'drone-1'],
    ['not all', ''],
  ])('of %j is %j', (text, ids) => {
    expect(chosen(text)).toBe(ids);
  });

  it('takes an exact name before a number, a range and a group, unless @ says group', () => {
    expect(chosen('a-3')).toBe('a-3');
    expect(chosen('@a-3')).toBe('drone-1');
    const odd = ['1-2', '7', 'drone-1', 'drone-7'].map((id) => drone(id));
    const of = (text: string) => select(parseSelection(text), odd, groups).ids;
    expect(of('1-2')).toEqual(['1-2']);
    expect(of('7')).toEqual(['7']);
    expect(of('07')).toEqual(['7', 'drone-7']);
  });

  it('lets no drone change what a word means by its name, and finds it all the same', () => {
    const named = ['all', 'armed', 'drone-1', 'not-ready'].map((id) => drone(id));
    const of = (text: string) => select(parseSelection(text), named, groups).ids;
    expect(of('all')).toHaveLength(4);
    expect(of('armed')).toEqual([]);
    expect(of('not-ready')).toEqual([]);
    expect(of('id:all, ID:not-ready')).toEqual(['all', 'not-ready']);
  });

  it.each([
    ['ready', 'a-3 drone-1 drone-10 wing-1 wing-b'],
    ['not ready', 'drone-2 drone-007'],
    ['Not-Ready', 'drone-2 drone-007'],
    ['low battery', 'drone-2'],
    ['LOW-BATTERY', 'drone-2'],
    ['lowbattery and 2', 'drone-2'],
    ['armed', 'drone-007'],
    ['flying', 'drone-007'],
    ['lost', 'drone-007'],
    ['not connected', 'drone-007'],
    ['old', 'drone-10'],
    ['spare', 'wing-1'],
    ['no show', ''],
    ['not no show and wing-*', 'wing-1 wing-b'],
    ['wrong show, spare', 'wing-1 wing-b'],
    ['silent', ''],
  ])('by state %j is %j', (text, ids) => {
    expect(chosen(text)).toBe(ids);
  });

  it('knows who warns, who failed, who is silent and who has nothing to fly', () => {
    const result = { id: 'c', ok: false, code: 'timeout' };
    const some: readonly DroneView[] = [
      drone('a', { telemetry: { warnings: ['hot'] } }),
      drone('b', { telemetry: { failsafe: ['no vision'], warnings: [] } }),
      drone('c', { lastOutcome: { action: 'upload', result, atMs: 0 } }),
      drone('d', { isSilent: true }),
      { ...drone('e'), proof: 'none' },
    ];
    const of = (text: string) => select(parseSelection(text), some, groups).ids.join('');
    expect(['warning', 'warnings', 'failed', 'silent', 'no-show'].map(of)).toEqual([
      ...['ab', 'ab', 'c', 'd', 'e'],
    ]);
  });

  it.each([
    ['drone-8', '?drone-8'],
    ['drone-1, drone-8', 'drone-1 ?drone-8'],
    ['Drone-1', '?Drone-1'],
    ['@nobody, nobody', '?@nobody ?nobody'],
    ['8, 11-99, xyz*, id:x', '?8 ?11-99 ?xyz* ?id:x'],
    ['selected', '?selected'],
    ['@gone', '?@gone -drone-98 -drone-99'],
    ['@half', 'drone-2 -drone-99'],
    ['not drone-8', `${everybody.join(' ')} ?drone-8`],
  ])('of %j names what is not there', (text, ids) => {
    expect(chosen(text).trim()).toBe(ids);
  });

  it('means by "selected" what the panel has selected', () => {
    expect(chosen('selected and not 1', new Set(['drone-1', 'drone-2']))).toBe('drone-2');
    expect(chosen('selected', new Set())).toBe('');
  });

  it.each([
    ['', 'at its end: a drone, a number, a group or a state is missing'],
    ['1,,2', 'at character 3: a drone, a number, a group or a state is missing'],
    ['1,', 'at its end: a drone'],
    ['not', 'at its end: a drone'],
    ['and 1', 'at character 1: a drone'],
    ['1 and', 'at its end: a drone'],
    ['(1, 2', 'at its end: a ")" is missing'],
    ['1)', 'at character 2: ")" closes nothing'],
    [
      'drone-1 drone-2',
      'at character 1: "drone-1 drone-2" is no state; put "," or "and" between two of them',
    ],
    ['1 or 2', '"1 or 2" is no state'],
    ['1, @', 'at character 4: "@" names nothing'],
    ['('.repeat(99), 'at character 41: more than 40 brackets'],
    [Array.from({ length: 101 }, (_, at) => `a${at}*`).join(), 'more than 100 ranges'],
    ['x'.repeat(500_001), 'a choice of drones of 500001 characters'],
  ])('that is wrong (%.20j) is refused with what, where, and an example', (text, why) => {
    expect(() => parseSelection(text)).toThrow(UsageError);
    expect(() => parseSelection(text)).toThrow(why);
    if (text.length < 500_000) expect(() => parseSelection(text)).toThrow('write for example 1-20,35');
  });

  it('may name every drone of the largest fleet', () => {
    const many = Array.from({ length: 6000 }, (_, at) => drone(`drone-${at}`));
    const text = many.map(({ record }) => record.id).join();
    expect(select(parseSelection(text), many, groups).ids).toHaveLength(6000);
  });

  it('has help for every word, and every state of it can be written', () => {
    for (const { word, help } of selectionWords) {
      expect(help).toMatch(/^[A-Z1].*\.$/);
      expect(() => parseSelection(word.replace('@NAME', '@x'))).not.toThrow();
    }
    expect(selectionWords.map(({ word }) => word)).toContain('low battery');
  });
});

const word = fc.constantFrom(
  ...['all', 'none', 'ready', 'low battery', 'lost', 'not ready', 'drone-1', 'nobody', '@wing', 'wing'],
  ...['1-20', '3', 'wing-*', '?-3', 'id:a-3', 'and', 'not', ',', '(', ')', ' ', '@', '-', 'selected'],
);

/** What can be read. */
const { choice } = fc.letrec<{ choice: string }>((tie) => ({
  choice: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom('all', 'ready', 'low battery', '1-20', '3', 'wing-*', '@wing', 'a-3', 'old', 'none'),
    fc.tuple(tie('choice'), tie('choice')).map(([a, b]) => `${a}, ${b}`),
    fc.tuple(tie('choice'), tie('choice')).map(([a, b]) => `(${a}) and ${b}`),
    tie('choice').map((a) => `not (${a})`),
  ),
}));

describe('whatever is written', () => {
  it('is a choice of drones of the table, or an error of usage', () => {
    const text = fc.oneof(
      fc.string({ maxLength: 30 }),
      fc.array(word, { maxLength: 8 }).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(text, (written) => {
        try {
          const { ids } = select(parseSelection(written), fleet, groups);
          expect(ids).toEqual(everybody.filter((id) => ids.includes(id)));
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('and its opposite are the whole fleet, and share nobody', () => {
    fc.assert(
      fc.property(choice, (written) => {
        const [yes, no] = [written, `not (${written})`].map(
          (text) => select(parseSelection(text), fleet, groups).ids,
        ) as [string[], string[]];
        expect([...yes, ...no].sort()).toEqual([...everybody].sort());
      }),
      { numRuns: 200 },
    );
  });

  it('as a comma is a union, as "and" an intersection', () => {
    fc.assert(
      fc.property(choice, choice, (a, b) => {
        const of = (text: string) => new Set(select(parseSelection(text), fleet, groups).ids);
        const [ofA, ofB] = [of(a), of(b)];
        expect([...of(`${a}, ${b}`)]).toEqual(everybody.filter((id) => ofA.has(id) || ofB.has(id)));
        expect([...of(`(${a}) and (${b})`)]).toEqual(everybody.filter((id) => ofA.has(id) && ofB.has(id)));
      }),
      { numRuns: 100 },
    );
  });
});
