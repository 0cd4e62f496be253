import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RollOut } from '../../../server/updates/roll-out.js';
import { readStages } from '../../../server/updates/stages.js';

const idsOf = (count: number) => Array.from({ length: count }, (_, index) => `d${index + 1}`);

function begun(count: number, stages = '1,2,all', parallel = 100) {
  const ids = idsOf(count);
  const rollOut = new RollOut({ ids, version: '2', stages: readStages(stages), parallel });
  return { ids, rollOut };
}

function allFit(count: number, stages?: string, parallel?: number): RollOut {
  const { ids, rollOut } = begun(count, stages, parallel);
  for (const id of ids) rollOut.takesPart(id);
  return rollOut;
}

const done = { phase: 'done', text: '1 is 2 now' } as const;
const phases = (rollOut: RollOut) => rollOut.view.drones.map(({ phase }) => phase).join(' ');

describe('the stages of an update', () => {
  it('begin when every drone of the one before is done', () => {
    const rollOut = allFit(5);
    expect(rollOut.due()).toEqual(['d1']);
    expect(rollOut.due()).toEqual([]);
    rollOut.installing('d1');
    expect(rollOut.due()).toEqual([]);
    rollOut.end('d1', done);
    expect(rollOut.due()).toEqual(['d2', 'd3']);
    rollOut.end('d3', done);
    expect(rollOut.due()).toEqual([]);
    expect(rollOut.view).toMatchObject({ stage: 2, stages: 3, isOver: false });
    rollOut.end('d2', done);
    expect(rollOut.due()).toEqual(['d4', 'd5']);
    for (const id of ['d4', 'd5']) rollOut.end(id, done);
    expect(rollOut.view).toMatchObject({ stage: 3, stages: 3, isOver: true });
    expect(rollOut.view).not.toHaveProperty('stopped');
  });

  it('wait until all have said whether they take part', () => {
    const { rollOut } = begun(2);
    rollOut.takesPart('d1');
    expect(rollOut.due()).toEqual([]);
    rollOut.end('d2', { phase: 'has_it', text: 'it has 2 already' });
    expect(rollOut.due()).toEqual(['d1']);
    expect(rollOut.view.stages).toBe(1);
  });

  it('are filled up when a drone is skipped, so that the first stage tries the package on one drone in any case', () => {
    const rollOut = allFit(4);
    expect(rollOut.due()).toEqual(['d1']);
    rollOut.end('d1', { phase: 'skipped', code: 'armed', text: 'it is armed' });
    expect(rollOut.due()).toEqual(['d2']);
    rollOut.end('d2', done);
    expect(rollOut.due()).toEqual(['d3', 'd4']);
    for (const id of ['d3', 'd4']) rollOut.end(id, done);
    expect([rollOut.isOver, rollOut.stopped]).toEqual([true, undefined]);
  });

  it('count one that installs already as begun', () => {
    const { rollOut } = begun(3);
    rollOut.installing('d3');
    for (const id of ['d1', 'd2']) rollOut.takesPart(id);
    expect(rollOut.due()).toEqual([]);
    rollOut.end('d3', done);
    expect(rollOut.due()).toEqual(['d1', 'd2']);
  });

  it('send to so many at once as are allowed; those that install take up no place', () => {
    const rollOut = allFit(4, 'all', 2);
    expect(rollOut.due()).toEqual(['d1', 'd2']);
    expect(rollOut.due()).toEqual([]);
    rollOut.installing('d1');
    expect(rollOut.due()).toEqual(['d3']);
  });
});

describe('a drone that did not come through', () => {
  it.each(['refused', 'rolled_back', 'failed', 'lost'] as const)(
    'and is %s stops the roll-out; who installs is waited for',
    (phase) => {
      const rollOut = allFit(6);
      rollOut.due();
      rollOut.end('d1', done);
      rollOut.due();
      rollOut.installing('d3');
      rollOut.end('d2', { phase, text: 'why' });
      expect(rollOut.stopped).toMatch(/^d2 .*: why$/);
      expect(rollOut.due()).toEqual([]);
      expect(rollOut.isOver).toBe(false);
      rollOut.end('d3', done);
      expect(rollOut.isOver).toBe(true);
      expect(phases(rollOut)).toBe(`done ${phase} done not_begun not_begun not_begun`);
    },
  );

  it('is ended once: what comes later changes nothing', () => {
    const rollOut = allFit(2);
    rollOut.due();
    rollOut.end('d1', { phase: 'lost', text: 'gone' });
    rollOut.end('d1', done);
    rollOut.installing('d1');
    rollOut.sent('d1', 0.5);
    expect(phases(rollOut)).toBe('lost not_begun');
  });
});

it('a stop leaves alone who installs, and calls off what is on its way', () => {
  const rollOut = allFit(5, 'all');
  rollOut.due();
  rollOut.installing('d1');
  rollOut.stop('by the operator');
  rollOut.stop('again');
  for (const id of ['d1', 'd2']) rollOut.calledOff(id);
  expect(phases(rollOut)).toBe('installing not_begun sending sending sending');
  expect(rollOut.stopped).toBe('by the operator');
});

it('whatever drones do, no stage begins before the one before is done, and it comes to its end', () => {
  const ends = ['done', 'done', 'done', 'skipped', 'has_it', 'lost', 'rolled_back'] as const;
  const scripts = fc.record({
    ends: fc.array(fc.constantFrom(...ends), { minLength: 1, maxLength: 30 }),
    sizes: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 }),
    parallel: fc.integer({ min: 1, max: 5 }),
    pick: fc.infiniteStream(fc.nat()),
  });
  fc.assert(
    fc.property(scripts, ({ ends: script, sizes, parallel, pick }) => {
      const rollOut = allFit(script.length, [...sizes, 'all'].join(','), parallel);
      const next = (count: number) => Number(pick.next().value) % count;
      const active: string[] = [];
      for (let step = 0; step < 200 && !rollOut.isOver; step += 1) {
        const { drones } = rollOut.view;
        const before = drones.filter(({ phase }) => phase === 'done').length;
        active.push(...rollOut.due());
        const allowed = sizes.slice(0, rollOut.view.stage).reduce((sum, size) => sum + size, 0);
        if (rollOut.view.stage <= sizes.length) expect(before + active.length).toBeLessThanOrEqual(allowed);
        if (active.length === 0) break;
        const [id = ''] = active.splice(next(active.length), 1);
        const phase = script[Number(id.slice(1)) - 1] ?? 'done';
        if (next(2) === 0) rollOut.installing(id);
        rollOut.end(id, { phase, text: '' });
      }
      expect(rollOut.isOver).toBe(true);
    }),
    { numRuns: 60 },
  );
});

describe('a list of stages', () => {
  it('is numbers and all', () => {
    expect(readStages('1,10,all')).toEqual([1, 10, Number.POSITIVE_INFINITY]);
    expect(readStages(' All ')).toEqual([Number.POSITIVE_INFINITY]);
  });

  it.each(['', '1', '1,10', 'all,1', '0,all', '-1,all', '1.5,all', '1,,all', 'all,all', '99999,all', 'x'])(
    'is not "%s"',
    (text) => {
      expect(() => readStages(text)).toThrow(/stages: numbers of drones .* as 1,10,all/);
    },
  );
});
