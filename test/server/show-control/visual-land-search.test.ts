/** A search for a misbehaving drone over a fleet that exists only here. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { CommandResult } from '../../../server/fleet/drone-record.js';
import { VisualLandSearch } from '../../../server/show-control/visual-land-search.js';
import type { DroneView } from '../../../server/snapshot.js';
import { drone } from '../panel/support/fake-fleet.js';

const names: Readonly<Record<string, string>> = { '0,255,0': 'green', '255,0,0': 'red', '0,0,0': 'off' };

let fleet: Map<string, DroneView>;
let sent: string[];
let givenBack: string[];
let changes: number;
/** How a drone answers a light; ok when undefined. */
let answers: Map<string, CommandResult | Promise<CommandResult>>;
let search: VisualLandSearch;

function put(id: string, joinOrder: number, isConnected = true): void {
  fleet.set(id, drone(id, { joinOrder, isConnected }));
}

async function command(what: string, ids: readonly string[]): Promise<CommandResult[]> {
  sent.push(`${what} ${ids.join(' ')}`);
  return Promise.all(
    ids.map((id) => (what === 'land' || what === 'disarm' ? undefined : answers.get(id)) ?? { id, ok: true }),
  );
}

beforeEach(() => {
  fleet = new Map();
  for (const [at, id] of ['a', 'b', 'c', 'd', 'e'].entries()) put(id, at);
  sent = [];
  givenBack = [];
  changes = 0;
  answers = new Map();
  search = new VisualLandSearch({
    view: (id) => fleet.get(id),
    ledFill: (ids, { red, green, blue }) => command(names[`${red},${green},${blue}`] ?? '?', ids),
    release: async (ids) => {
      givenBack = [...ids];
      return [];
    },
    land: (ids) => command('land', ids),
    disarm: (ids) => command('disarm', ids),
    onChange: () => {
      changes++;
    },
  });
});

/** What was sent since it was asked last. */
function news(): string[] {
  return sent.splice(0);
}

describe('a visual landing', () => {
  it('lights the halves in the order in which drones joined, follows the answers, and lands the last one', async () => {
    const results = await search.begin(['e', 'd', 'c', 'b', 'a']);
    expect(news()).toEqual(['green a b', 'red c d e']);
    expect(results.map(({ id, ok }) => [id, ok])).toEqual([...'abcde'].map((id) => [id, true]));
    expect(search.view).toEqual({
      ...{ step: 1, lit: { green: ['a', 'b'], red: ['c', 'd', 'e'] }, dark: [], remaining: 5 },
      ...{ answersLeftAtMost: 3, canUndo: false, out: [], unlit: [] },
    });
    await search.answer('red');
    expect(news()).toEqual(['green c', 'off a b']);
    await search.answer('red');
    expect(news()).toEqual(['green d', 'off c']);
    expect(search.view).toMatchObject({ step: 3, remaining: 2, answersLeftAtMost: 1, canUndo: true });
    await search.answer('green');
    expect(news()).toEqual(['red d', 'off e']);
    expect(await search.answer('red')).toEqual([{ id: 'd', ok: true }]);
    expect(news()).toEqual(['land d']);
    expect(search.view).toBeUndefined();
  });

  it('gives all lights back when it is over, to whatever had them before', async () => {
    await search.begin(['a', 'b', 'c']);
    await search.answer('green');
    expect(givenBack).toEqual([]);
    await search.close();
    expect(givenBack).toEqual(['a', 'b', 'c']);
    await search.begin(['d']);
    await search.answer('red');
    expect(givenBack).toEqual(['d']);
  });

  it('is over when all of them land', async () => {
    await search.begin(['a', 'b', 'c']);
    await search.ended(['a', 'b']);
    expect(search.view).toBeDefined();
    news();
    await search.ended(['a', 'b', 'c', 'd']);
    expect(search.view).toBeUndefined();
    // Landing drones show that they land, and are told to stop nothing of it.
    expect([news(), givenBack]).toEqual([[], ['a', 'b', 'c']]);
    await search.ended(['a']);
  });

  it('tells whoever shows it of every change', async () => {
    await search.begin(['a', 'b']);
    const before = changes;
    expect(before).toBeGreaterThan(0);
    await search.close();
    expect(changes).toBeGreaterThan(before);
  });

  it('takes a wrong answer back', async () => {
    await search.begin(['a', 'b', 'c', 'd']);
    await search.answer('green');
    news();
    await search.undo();
    expect(news()).toEqual(['green b', 'red c d']);
    await expect(search.undo()).rejects.toThrow('no answer was given yet');
  });

  it.each([
    ['landLit', 'land a b'],
    ['disarmLit', 'disarm a b'],
  ] as const)('is over after %s, which goes out first', async (end, command) => {
    await search.begin(['a', 'b', 'c', 'd']);
    answers.set('c', { id: 'c', ok: false, code: 'timeout' });
    await search.answer('green');
    news();
    expect(await search[end]()).toEqual([
      { id: 'a', ok: true },
      { id: 'b', ok: true },
    ]);
    // A light that did not go off is told once more.
    expect(news()).toEqual([command, 'off c']);
    expect(search.view).toBeUndefined();
  });

  it('is one at a time, and needs somebody to search among', async () => {
    await expect(search.answer('red')).rejects.toThrow('there is no search');
    await expect(search.begin([])).rejects.toThrow('no drone to search among');
    await search.begin(['a', 'b']);
    await expect(search.begin(['c'])).rejects.toThrow('a search is on');
    await search.close();
    expect(news()).toEqual(['green a', 'red b', 'off a b']);
    expect(await search.close()).toEqual([]);
    await search.begin(['c']);
    expect(news()).toEqual(['red c']);
  });

  it('goes on without drones that are lost, and names them', async () => {
    put('d', 3, false);
    await search.begin(['a', 'b', 'c', 'd', 'ghost']);
    expect(news()).toEqual(['green a', 'red b c']);
    await search.answer('red');
    news();
    put('b', 1, false);
    fleet.delete('a');
    const before = changes;
    await search.fleetChanged();
    expect(changes).toBe(before + 1);
    expect(search.view).toMatchObject({
      ...{ lit: { green: [], red: ['c'] }, dark: [], remaining: 1 },
      out: [
        { id: 'd', why: 'lost' },
        { id: 'ghost', why: 'not in the table' },
        { id: 'b', why: 'lost' },
        { id: 'a', why: 'not in the table' },
      ],
    });
    expect(news()).toEqual([]);
    put('b', 1);
    await search.fleetChanged();
    expect(search.view?.lit.red).toEqual(['c']);
    await search.close();
    expect(news()).toEqual(['off c b']);
  });

  it('darkens one that was lost and is back: what it still shows is no colour of the search', async () => {
    await search.begin(['a', 'b', 'c', 'd']);
    put('a', 0, false);
    await search.fleetChanged();
    news();
    put('a', 0);
    await search.returned('a');
    await search.returned('a');
    await search.returned('b');
    await search.returned('stranger');
    expect(news()).toEqual(['off a']);
    await search.close();
    expect(givenBack).toEqual(['b', 'c', 'd', 'a']);
  });

  it('that nobody answers for ten minutes gives the lights back', async () => {
    await search.begin(['a', 'b', 'c']);
    for (let i = 0; i < 15; i++) await search.renew();
    expect(search.view).toBeDefined();
    await search.answer('green');
    for (let i = 0; i < 15; i++) await search.renew();
    expect(search.view).toBeDefined();
    await search.renew();
    expect(search.view).toBeUndefined();
    expect(givenBack).toEqual(expect.arrayContaining(['a', 'b', 'c']));
  });

  it('renews the lights, which drones keep for a while only', async () => {
    await search.renew();
    await search.begin(['a', 'b', 'c', 'd']);
    await search.answer('red');
    news();
    await search.renew();
    expect(news()).toEqual(['green c', 'red d', 'off a b']);
  });

  it('disarms nobody else than those that were named', async () => {
    await search.begin(['a', 'b', 'c', 'd']);
    await search.answer('red');
    await search.undo();
    news();
    await expect(search.disarmLit(['c', 'd'])).rejects.toThrow('other drones are lit');
    expect(news()).toEqual([]);
    await search.answer('red');
    news();
    await search.disarmLit(['a', 'b', 'c', 'd']);
    expect(news()).toContain('disarm c d');
  });

  it('goes on without drones that have no lights, and names them', async () => {
    answers.set('b', { id: 'b', ok: false, code: 'not_supported', message: 'this drone has no lights' });
    await search.begin(['a', 'b', 'c']);
    expect(search.view).toMatchObject({
      ...{ lit: { green: ['a'], red: ['c'] }, unlit: [], out: [{ id: 'b', why: 'has no lights' }] },
    });
    await search.close();
    expect(news()).toEqual(['green a', 'red b c', 'off a c']);
  });

  it('keeps a drone that did not take its light, says so, and sends it again with the next answer', async () => {
    answers.set('d', { id: 'd', ok: false, code: 'timeout', message: 'no answer' });
    await search.begin(['a', 'b', 'c', 'd']);
    expect(search.view).toMatchObject({ remaining: 4, unlit: [{ id: 'd', why: 'no answer' }] });
    answers.delete('d');
    news();
    await search.answer('red');
    expect(news()).toEqual(['green c', 'red d', 'off a b']);
    expect(search.view?.unlit).toEqual([]);
  });

  it('waits for no light that is under way, and believes no old news of one', async () => {
    let fail: (result: CommandResult) => void = () => undefined;
    answers.set(
      'c',
      new Promise((resolve) => {
        fail = resolve;
      }),
    );
    const slow = search.begin(['a', 'b', 'c', 'd']);
    answers.delete('c');
    await search.answer('red');
    expect(news()).toEqual(['green a b', 'red c d', 'green c', 'off a b']);
    fail({ id: 'c', ok: false, code: 'timeout', message: 'too late' });
    await slow;
    expect(search.view?.unlit).toEqual([]);
    expect(search.view?.lit).toEqual({ green: ['c'], red: ['d'] });
  });
});
