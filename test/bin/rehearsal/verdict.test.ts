import { describe, expect, it } from 'vitest';
import { parseFaultPlan } from '../../../bin/rehearsal/fault-plan.js';
import type { Rehearsal } from '../../../bin/rehearsal/run.js';
import { findingsOf } from '../../../bin/rehearsal/verdict.js';
import { summarizeFlight } from '../../../server/show-control/flight-summary.js';

type Change = Partial<Omit<Rehearsal, 'field'>> & { readonly field?: Partial<Rehearsal['field']> };

const report = {
  ...{ result: 'landed', plannedStartS: 1, firstSetpointS: 1, startErrorMs: 0.2, clockOffsetMs: 0 },
  ...{ clockUncertaintyMs: 1, maxDistanceM: 1, rmsDistanceM: 1 },
};

function findings(change: Change, plan = ''): string[] {
  const good: Rehearsal = {
    ...{ journal: [], end: { why: 'done', outside: [] }, lastedMs: 1, steps: 1 },
    ...{ flyingWhenOver: [], held: [], record: undefined },
    summary: summarizeFlight('show', [{ id: 'a', ...report }]),
    field: {
      ends: new Map([
        ['a', 'landed'],
        ['b', 'landed'],
      ]),
      closest: { distanceM: 2, atS: 1, drones: ['a', 'b'] },
      stoppedAfterS: undefined,
    },
  };
  const rehearsal = { ...good, ...change, field: { ...good.field, ...change.field } };
  return findingsOf(rehearsal, parseFaultPlan(plan, 'plan'));
}

describe('what speaks against a rehearsal', () => {
  it('is nothing where all went as it should', () => {
    expect(findings({})).toEqual([]);
  });

  it('is a drone that was lost, but not one that had to fall', () => {
    const lost: Change = { field: { ends: new Map([['a', 'lost']]) } };
    expect(findings(lost)).toEqual(['a was lost, and no fault explains it']);
    expect(findings(lost, '1 b motor-loss\n1 a net-cut')).toHaveLength(1);
    expect(findings(lost, '1 a motor-loss')).toEqual([]);
    expect(findings(lost, '1 * reboot')).toEqual([]);
    expect(findings(lost, '1 operator kill')).toEqual([]);
    expect(findings(lost, '1 operator land')).toHaveLength(1);
  });

  it('is that drones of whom nothing befell either came too near', () => {
    const near: Change = { field: { closest: { distanceM: 0.5, atS: 9, drones: ['a', 'b'] } } };
    expect(findings(near)).toEqual(['a and b came as near as 0.50 m, and no fault explains it']);
    expect(findings(near, '1 b gust 5 5')).toEqual([]);
    // They are to bear it, or not to fly in it.
    expect(findings(near, '1 * wind 12')).toHaveLength(1);
  });

  it('is a server that forgets drones in the air', () => {
    const flyingWhenOver = ['a', 'b'];
    expect(findings({ flyingWhenOver }, '1 b net-cut')).toEqual([
      'the server held the show to be over while a flew',
    ]);
  });

  it('is a late start, a drone that flies for ever, and a rehearsal without an end', () => {
    const late = summarizeFlight('show', [{ id: 'a', ...report, startErrorMs: -80 }]);
    expect(findings({ summary: late })).toEqual(['a started -80 ms off, and no fault explains it']);
    expect(findings({ field: { ends: new Map([['a', 'flying']]) } })).toEqual(['a still flew at the end']);
    expect(findings({ end: { why: 'late', outside: ['Timeout'] }, summary: undefined })).toEqual([
      'it did not come to its end (late)',
      'it may not repeat: it awaited Timeout',
      'the show was not flown',
    ]);
  });
});
