import { expect, it } from 'vitest';
import { lastWord, outcomeFor } from '../../../server/updates/update-outcomes.js';

it.each(['skipped: all is well', 'not begun: all is well'])(
  'a drone that failed can not say "%s" and be told of as one that was left out',
  (text) => {
    expect(outcomeFor({ phase: 'failed', text }, undefined)).toEqual({
      ok: false,
      code: 'failed',
      message: `it says: ${text}`,
    });
  },
);

it('the last line of the log names who stopped an update, and counts what became of all', () => {
  const view = { version: '0.2.0', stage: 2, stages: 3, isOver: true };
  const drones = [
    { id: 'd1', phase: 'done' },
    { id: 'd2', phase: 'rolled_back' },
    { id: 'd3', phase: 'not_begun' },
    { id: 'd4', phase: 'not_begun' },
  ] as const;
  expect(lastWord({ ...view, drones, stopped: 'd2 went back to its old version: it was not well' })).toEqual([
    'error',
    'update to 0.2.0 was STOPPED, 1 done, 1 rolled back, 2 not begun: d2 went back to its old version: it was not well',
  ]);
  expect(lastWord({ ...view, drones: drones.slice(0, 1) })).toEqual([
    'info',
    'update to 0.2.0 is over, 1 done',
  ]);
  expect(lastWord({ ...view, drones: drones.slice(2), stopped: 'stopped by the operator' })[0]).toBe(
    'warning',
  );
});
