import { describe, expect, it } from 'vitest';
import { Fleet } from '../../../server/fleet/fleet.js';
import {
  hasRunEnded,
  pauseRun,
  phaseOf,
  resumeRun,
  type ShowRun,
  withdrawFromRun,
} from '../../../server/show-control/show-run.js';

const run: ShowRun = {
  ids: ['a', 'b'],
  startUtcMs: 10_000,
  toldUtcMs: 10_000,
  noReturnUtcMs: 7_000,
  scope: 'live',
  pausedUtcMs: undefined,
  resumedUtcMs: undefined,
  holding: new Set(['a']),
  least: 2,
  restoredUtcMs: undefined,
};

function recordsSaying(states: Record<string, { armed: boolean; last_task: string } | 'lost'>) {
  const fleet = new Fleet();
  for (const [id, value] of Object.entries(states)) {
    fleet.apply({ type: 'droneJoined', id, address: 'x' });
    if (value === 'lost') fleet.apply({ type: 'droneLost', id, reason: 'cut' });
    else fleet.apply({ type: 'telemetryReceived', id, value, atMs: 0, utcMs: 0 });
  }
  return run.ids.map((id) => fleet.get(id));
}

const done = { armed: false, last_task: 'No task' };

const hasEnded = (of: ShowRun, records: ReturnType<typeof recordsSaying>, utcMs: number, nowMs = 120_000) =>
  hasRunEnded(of, records, { utcMs, nowMs });

describe('the run of a show', () => {
  it('counts down, runs, and is idle without a start', () => {
    expect(phaseOf(undefined, 0)).toEqual({ phase: 'idle' });
    expect(phaseOf(run, 9_999).phase).toBe('countdown');
    expect(phaseOf(run, 10_000).phase).toBe('running');
  });

  it('moves its start by as long as it was paused, however often pause is pressed', () => {
    const paused = pauseRun(pauseRun(run, 12_000), 13_000);
    expect(phaseOf(paused, 14_000)).toEqual({ phase: 'paused', startUtcMs: 10_000, pausedUtcMs: 12_000 });
    expect(resumeRun(paused, 17_000)).toEqual({ ...run, startUtcMs: 15_000, resumedUtcMs: 17_000 });
    expect(resumeRun(run, 17_000)).toBe(run);
  });

  it('held in its countdown starts as planned, or when it goes on if that is later', () => {
    const held = pauseRun(run, 8_000);
    expect(resumeRun(held, 9_000)).toEqual({ ...run, resumedUtcMs: 9_000 });
    expect(resumeRun(held, 12_000)).toEqual({
      ...run,
      startUtcMs: 12_000,
      noReturnUtcMs: 9_000,
      resumedUtcMs: 12_000,
    });
  });

  it('counts who holds it and could fly now; an old client can not say, and is counted apart', () => {
    const both = { ...run, holding: new Set(['a', 'b', 'gone']) };
    expect(phaseOf(both, 0)).toMatchObject({ holding: 2, of: 2 });
    const unfit = (id: string) => ({ isFit: id !== 'a', isAnswering: true });
    expect(phaseOf(both, 0, unfit)).toMatchObject({ holding: 1, of: 2 });
    expect(phaseOf(both, 0, unfit)).not.toHaveProperty('toldOnly');
    const old = (id: string) => ({ isFit: true, isAnswering: id !== 'b' });
    expect(phaseOf(both, 0, old)).toMatchObject({ holding: 2, of: 2, toldOnly: 1 });
  });

  it('is over when every drone that can be heard is disarmed and has no task', () => {
    expect(hasEnded(run, recordsSaying({ a: done, b: done }), 20_000)).toBe(true);
    expect(hasEnded(run, recordsSaying({ a: done, b: 'lost' }), 20_000)).toBe(true);
    expect(hasEnded(run, recordsSaying({ a: done, b: { ...done, armed: true } }), 20_000)).toBe(false);
    expect(hasEnded(run, recordsSaying({ a: done, b: { ...done, last_task: 'fly' } }), 20_000)).toBe(false);
  });

  it('is not over because some can not be heard who flew a moment ago, and is when they have been silent for half a minute', () => {
    const [a, b] = recordsSaying({ a: done, b: { armed: true, last_task: 'fly' } });
    const records = [a, b && { ...b, isConnected: false }];
    expect(hasEnded(run, records, 20_000, 5_000)).toBe(false);
    expect(hasEnded(run, records, 20_000, 29_999)).toBe(false);
    expect(hasEnded(run, records, 20_000, 30_000)).toBe(true);
    const landed = [a, b && { ...b, isConnected: false, telemetry: done }];
    expect(hasEnded(run, landed, 20_000, 5_000)).toBe(true);
  });

  it('is not over because nobody can be heard, unless nobody was armed', () => {
    const lost = (armed: boolean) =>
      recordsSaying({ a: { ...done, armed }, b: done }).map(
        (record) => record && { ...record, isConnected: false },
      );
    expect(hasEnded(run, lost(true), 20_000)).toBe(false);
    expect(hasEnded(run, lost(false), 20_000)).toBe(true);
    expect(hasEnded(run, [undefined, undefined], 20_000)).toBe(true);
  });

  it('that another server began is not over before its drones had time to come back', () => {
    const fleet = new Fleet();
    for (const id of ['a', 'b']) fleet.apply({ type: 'droneRestored', id, address: 'x', isAnswering: true });
    const records = () => run.ids.map((id) => fleet.get(id));
    const restored = { ...run, restoredUtcMs: 20_000 };
    expect(hasEnded(restored, records(), 20_500)).toBe(false);
    fleet.apply({ type: 'droneJoined', id: 'a', address: 'x' });
    fleet.apply({ type: 'telemetryReceived', id: 'a', value: done, atMs: 0, utcMs: 0 });
    expect(hasEnded(restored, records(), 49_000)).toBe(false);
    expect(hasEnded(restored, records(), 51_000)).toBe(true);
    fleet.apply({ type: 'droneLost', id: 'a', reason: 'cut' });
    expect(hasEnded(restored, records(), 51_000)).toBe(false);
  });

  it('is not over before it began, nor while it is paused', () => {
    const records = recordsSaying({ a: done, b: done });
    expect(hasEnded(run, records, 12_000)).toBe(false);
    expect(hasEnded(pauseRun(run, 12_000), records, 60_000)).toBe(false);
  });

  it('goes on with the drones that are left, and ends with the last', () => {
    expect(withdrawFromRun(run, new Set(['a']))).toEqual({ ...run, ids: ['b'] });
    expect(withdrawFromRun(run, new Set(['a', 'b']))).toBeUndefined();
  });
});
