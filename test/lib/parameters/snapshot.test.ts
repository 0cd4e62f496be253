import { describe, expect, it } from 'vitest';
import type { Parameter } from '../../../lib/parameters/parameter-value.js';
import { diffParameters, snapshot } from '../../../lib/parameters/snapshot.js';

const integer = (id: string, value: number): Parameter => ({ id, value, type: 'integer' });
const real = (id: string, value: number): Parameter => ({ id, value, type: 'real' });

describe('a snapshot of the parameters', () => {
  it('is sorted and says whose it is and when', () => {
    const parameters = new Map(
      [integer('B', 1), integer('A_2', 2), real('A', 3)].map((one) => [one.id, one]),
    );
    expect(snapshot(parameters, { autopilot: 'PX4', atUtcMs: 5 })).toEqual({
      autopilot: 'PX4',
      atUtcMs: 5,
      parameters: [real('A', 3), integer('A_2', 2), integer('B', 1)],
    });
  });
});

describe('the difference between two sets of parameters', () => {
  it('says what came, what went and what changed, sorted', () => {
    const before = [integer('SAME', 1), integer('Z_GONE', 2), integer('GONE', 3), real('CHANGED', 1)];
    const after = [real('CHANGED', 2), integer('SAME', 1), integer('NEW', 9)];
    expect(diffParameters(before, after)).toEqual({
      added: [integer('NEW', 9)],
      removed: [integer('GONE', 3), integer('Z_GONE', 2)],
      changed: [{ id: 'CHANGED', before: real('CHANGED', 1), after: real('CHANGED', 2) }],
    });
  });

  it('takes a real for the same when its 32-bit float is', () => {
    expect(diffParameters([real('A', Math.fround(0.1))], [{ id: 'A', value: 0.1 }]).changed).toEqual([]);
    expect(diffParameters([real('A', Math.fround(0.1))], [{ id: 'A', value: 0.1001 }]).changed).toHaveLength(
      1,
    );
  });

  it('tells neighbouring large integers apart', () => {
    const [a, b] = [2 ** 24, 2 ** 24 + 1];
    expect(diffParameters([integer('A', a)], [integer('A', b)]).changed).toHaveLength(1);
    expect(diffParameters([integer('A', b)], [integer('A', b)]).changed).toEqual([]);
  });

  it('takes a stored NaN for the same as a stored NaN', () => {
    expect(diffParameters([real('A', Number.NaN)], [real('A', Number.NaN)]).changed).toEqual([]);
    expect(diffParameters([real('A', Number.NaN)], [real('A', 0)]).changed).toHaveLength(1);
  });
});
