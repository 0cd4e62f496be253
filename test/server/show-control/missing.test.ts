import { expect, it } from 'vitest';
import { isStandingBy } from '../../../server/show-control/missing.js';
import type { ShowRun } from '../../../server/show-control/show-run.js';
import { FakeFacade } from '../gateways/control/support/fake-facade.js';

it('a drone that is held still, long after the countdown went on, does not stand by', () => {
  const facade = new FakeFacade('a');
  facade.receive('a', { last_task: 'paused' });
  const [view] = facade.snapshot().drones;
  if (!view) throw new Error('no drone');
  const run: ShowRun = {
    ids: ['a'],
    ...{ startUtcMs: 60_000, toldUtcMs: 60_000, noReturnUtcMs: 57_000, restoredUtcMs: undefined },
    ...{ pausedUtcMs: undefined, resumedUtcMs: 10_000, scope: 'live', holding: new Set(['a']), least: 1 },
  };
  const at = (utcMs: number, changed: Partial<ShowRun> = {}) =>
    isStandingBy({ ...run, ...changed }, view, utcMs);
  expect([at(12_500), at(12_501)]).toEqual([true, false]);
  expect(at(30_000, { pausedUtcMs: 20_000 })).toBe(true);
  expect(at(30_000, { resumedUtcMs: undefined })).toBe(true);
});
