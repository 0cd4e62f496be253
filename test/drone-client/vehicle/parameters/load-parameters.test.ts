import { describe, expect, it } from 'vitest';
import { loadParameters } from '../../../../drone-client/vehicle/parameters/load-parameters.js';
import { DisconnectedError, RefusedError } from '../../../../lib/errors.js';
import { tableMaintenance } from '../table-maintenance.js';

describe('loading parameters', () => {
  it('sets what differs, in order, and leaves alone what is so already', async () => {
    const maintenance = tableMaintenance({ A: 1, B: 2, C: 0.1 });
    const entries = [
      { id: 'C', value: 0.1 },
      { id: 'B', value: 5 },
      { id: 'A', value: 3 },
    ];
    const report = await loadParameters(maintenance, entries);
    expect(maintenance.sets).toEqual([
      ['B', 5],
      ['A', 3],
    ]);
    expect(report.map(({ entry, outcome, isOk }) => [entry.id, outcome, isOk])).toEqual([
      ['C', 'unchanged', true],
      ['B', 'set', true],
      ['A', 'set', true],
    ]);
    expect(report.map(({ text }) => text)).toEqual([
      'C is 0.1 already',
      'B was 2 and is now 5',
      'A was 1 and is now 3',
    ]);
  });

  it('reports every line: one that fails never stops the others', async () => {
    const maintenance = tableMaintenance({ A: 1, B: 2, C: 3, D: 4 });
    maintenance.setErrors.set('B', new RefusedError('refused', 'B was to become 9, but the autopilot has 2'));
    maintenance.setErrors.set('C', new DisconnectedError('gone'));
    const entries = ['NOPE', 'B', 'C', 'A', 'D'].map((id) => ({ id, value: id === 'D' ? 4 : 9 }));
    const report = await loadParameters(maintenance, entries);
    expect(report.map(({ entry, outcome, isOk }) => [entry.id, outcome, isOk])).toEqual([
      ['NOPE', 'unknown', false],
      ['B', 'refused', false],
      ['C', 'failed', false],
      ['A', 'set', true],
      ['D', 'unchanged', true],
    ]);
    expect(report[1]?.text).toContain('the autopilot has 2');
  });

  it('tells neighbouring large integers apart where the autopilot says that it is one', async () => {
    const maintenance = tableMaintenance({ A: 2 ** 24 });
    await loadParameters(maintenance, [{ id: 'A', value: 2 ** 24 + 1 }]);
    expect(maintenance.sets).toEqual([['A', 2 ** 24 + 1]]);
  });

  it('says how far it is after each line', async () => {
    const seen: number[][] = [];
    await loadParameters(
      tableMaintenance({ A: 1 }),
      [
        { id: 'A', value: 1 },
        { id: 'B', value: 1 },
      ],
      (progress) => seen.push([progress.done, progress.total]),
    );
    expect(seen).toEqual([
      [1, 2],
      [2, 2],
    ]);
  });

  it('sets nothing before all have been read', async () => {
    const maintenance = tableMaintenance({ A: 1, B: 1 });
    const order: string[] = [];
    await loadParameters(
      {
        readParameter: async (id) => {
          order.push(`read ${id}`);
          return maintenance.readParameter(id);
        },
        setParameter: async (id, value) => {
          order.push(`set ${id}`);
          return maintenance.setParameter(id, value);
        },
      },
      [
        { id: 'A', value: 2 },
        { id: 'B', value: 2 },
      ],
    );
    expect(order).toEqual(['read A', 'read B', 'set A', 'set B']);
  });
});
