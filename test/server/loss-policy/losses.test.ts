import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lossActions, parseLossPolicy } from '../../../server/loss-policy/loss-policy.js';
import {
  answerLosses,
  judgeLosses,
  type LossDrone,
  lookAtLosses,
  noLosses,
} from '../../../server/loss-policy/losses.js';

const policy = parseLossPolicy(
  '[LOSSES]\nminimum = 80%\nsteps = 5:land\ncritical = star\nsilent_after = 15\n',
  'losses.ini',
);

/** Ten drones; the first flies slot `star`. Those whose numbers are given are lost. */
function fleet(...lost: readonly number[]): LossDrone[] {
  return Array.from({ length: 10 }, (_, index) => ({
    id: `drone-${index + 1}`,
    slot: index === 0 ? 'star' : `slot-${index + 1}`,
    ...(lost.includes(index + 1) && { lostWhy: 'landed by its failsafe' }),
  }));
}

const goOn = { what: 'go_on', by: 'Ada', atUtcMs: 5 } as const;

describe('the losses of a show', () => {
  it('are explained for some of hundreds', () => {
    const drones = Array.from({ length: 500 }, (_, at) => ({
      id: `d-${at}`,
      slot: undefined,
      lostWhy: 'gone',
    }));
    const { reasons, lost } = judgeLosses(policy, drones);
    expect([lost.length, reasons.length < 30, reasons.at(-1)]).toEqual([500, true, 'and 480 more']);
  });

  it('let it go on as long as enough are left', () => {
    const look = lookAtLosses(policy, noLosses, fleet(2, 3));
    expect(look).toMatchObject({ decision: undefined, verdict: { action: 'continue', of: 10 } });
    expect(look.verdict.reasons).toEqual([
      '2 of 10 drones are lost, drone-2, drone-3: the others fly on',
      'drone-2: landed by its failsafe',
      'drone-3: landed by its failsafe',
    ]);
    expect(lookAtLosses(policy, noLosses, fleet()).verdict.reasons).toEqual(['none of 10 drones is lost']);
  });

  it('are none without drones', () => {
    expect(judgeLosses(policy, []).action).toBe('continue');
  });

  it('hold it when too few are left, once, with the reasons', () => {
    const look = lookAtLosses(policy, noLosses, fleet(2, 3, 4));
    expect(look.decision).toMatchObject({ action: 'hold' });
    expect(look.decision?.reasons.slice(0, 2)).toEqual([
      '3 of 10 drones are lost, drone-2, drone-3, drone-4: the fleet is held, and the operator is asked',
      '7 are left, and at least 8 (80%) have to be',
    ]);
    expect(lookAtLosses(policy, look.state, fleet(2, 3, 4)).decision).toBeUndefined();
    expect(lookAtLosses(policy, look.state, fleet(2, 3, 4, 5)).decision).toBeUndefined();
  });

  it('land it when the policy says so, also out of a hold', () => {
    const held = lookAtLosses(policy, noLosses, fleet(2, 3, 4));
    const look = lookAtLosses(policy, held.state, fleet(2, 3, 4, 5, 6));
    expect(look.decision?.action).toBe('land');
    expect(look.decision?.reasons).toContain('from 5 lost on: the fleet is landed');
    expect(lookAtLosses(policy, look.state, fleet(2, 3, 4, 5, 6, 7)).decision).toBeUndefined();
  });

  it('hold it for one drone whose slot is critical', () => {
    const look = lookAtLosses(policy, noLosses, fleet(1));
    expect(look.decision?.reasons).toContain('without star it is no show');
    expect(look.decision?.action).toBe('hold');
  });

  it('count a drone that was not heard for too long, and not one that is back', () => {
    const silent = (silentS: number) =>
      fleet(2, 3).map((drone) => (drone.id === 'drone-9' ? { ...drone, silentS } : drone));
    expect(judgeLosses(policy, silent(14.9)).action).toBe('continue');
    const verdict = judgeLosses(policy, silent(15));
    expect(verdict.action).toBe('hold');
    expect(verdict.reasons).toContain('drone-9: not heard for 15 s');
    expect(judgeLosses({ ...policy, silentAfterS: undefined }, silent(99)).action).toBe('continue');
    expect(judgeLosses(policy, silent(0.1)).lost).toHaveLength(2);
  });

  it('are accepted by an operator: the same hold nobody again, one more does', () => {
    const held = lookAtLosses(policy, noLosses, fleet(2, 3, 4));
    const on = answerLosses(held.state, goOn, held.verdict);
    expect(on.answers).toEqual([{ ...goOn, lost: ['drone-2', 'drone-3', 'drone-4'] }]);
    expect(lookAtLosses(policy, on, fleet(2, 3, 4)).decision).toBeUndefined();
    expect(lookAtLosses(policy, on, fleet(3, 4)).decision).toBeUndefined();
    const more = lookAtLosses(policy, on, fleet(3, 4, 5));
    expect(more.decision?.action).toBe('hold');
    const again = answerLosses(more.state, goOn, more.verdict);
    expect(lookAtLosses(policy, again, fleet(2, 3, 4)).decision).toBeUndefined();
  });

  it('are not answered when nothing is asked, and a landing is the last word', () => {
    const look = lookAtLosses(policy, noLosses, fleet(2));
    expect(() => answerLosses(look.state, goOn, look.verdict)).toThrow(/nothing to answer/);
    const held = lookAtLosses(policy, noLosses, fleet(2, 3, 4));
    const landed = answerLosses(held.state, { ...goOn, what: 'land' }, held.verdict);
    expect(lookAtLosses(policy, landed, fleet(2, 3, 4, 5, 6, 7)).decision).toBeUndefined();
    expect(() => answerLosses(landed, goOn, held.verdict)).toThrow(/nothing to answer/);
  });

  it('are decided ever more strongly, whoever is lost in whatever order', () => {
    const some = fc.array(fc.integer({ min: 1, max: 10 }), { maxLength: 10 });
    fc.assert(
      fc.property(some, some, (first, more) => {
        const less = judgeLosses(policy, fleet(...first));
        const all = judgeLosses(policy, fleet(...first, ...more));
        expect(lossActions.indexOf(all.action)).toBeGreaterThanOrEqual(lossActions.indexOf(less.action));
        let state = noLosses;
        const decided: number[] = [];
        for (let count = 0; count <= first.length; count += 1) {
          const look = lookAtLosses(policy, state, fleet(...first.slice(0, count)));
          if (look.decision) decided.push(lossActions.indexOf(look.decision.action));
          state = look.state;
        }
        expect(decided).toEqual([...new Set(decided)].sort());
        expect(state.decided).toBe(less.action);
      }),
    );
  });
});
