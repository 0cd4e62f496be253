import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultIni, defineSpec, loadConfig } from '../../../lib/config/index.js';
import {
  actionForCount,
  explainLossPolicy,
  lossActions,
  lossPolicyProblems,
  lossSection,
  lossWords,
  parseLossPolicy,
  readLossPolicy,
} from '../../../server/loss-policy/loss-policy.js';

const slotsOf = (count: number) => Array.from({ length: count }, (_, index) => `drone-${index + 1}`);
const policyOf = (...lines: readonly string[]) =>
  parseLossPolicy(`[LOSSES]\n${lines.join('\n')}\n`, 'losses.ini');

describe('the policy for losses', () => {
  it('asks for 80 % of the drones where nobody says otherwise', () => {
    expect(policyOf()).toEqual({
      ...{ minimum: '80%', belowMinimum: 'hold', criticalSlots: [], criticalLost: 'hold' },
      ...{ steps: [], silentAfterS: 15 },
    });
    expect(actionForCount(policyOf(), 2, 10)).toBe('continue');
    expect(actionForCount(policyOf(), 3, 10)).toBe('hold');
  });

  it('is a section of a larger configuration', () => {
    const spec = defineSpec({ OTHER: {}, LOSSES: lossSection });
    expect(readLossPolicy(loadConfig(defaultIni(spec), 'server.ini', spec))).toEqual(policyOf());
  });

  it('has steps, of which the strongest that is reached counts', () => {
    const policy = policyOf('steps = 50%:land, 2:hold', 'minimum = 1', 'silent_after = 0');
    expect([1, 2, 4, 5, 10].map((lost) => actionForCount(policy, lost, 10))).toEqual([
      ...['continue', 'hold', 'hold', 'land', 'land'],
    ]);
    expect(policy.silentAfterS).toBeUndefined();
  });

  it.each([
    ['steps = 3', /"3" is no step, expected: lost drones, a colon/],
    ['steps = 3:explode', /"3:explode" is no step/],
    ['steps = some:hold', /"some:hold" is no step/],
    ['steps = 3:hold:land', /is no step/],
    ['minimum = most', /minimum .*expected all, a number/],
    ['below_minimum = return', /one of continue, hold, land/],
  ])('is refused by what is wrong: %s', (line, expected) => {
    expect(() => policyOf(line)).toThrow(expected);
  });

  it('is explained before the start, in the numbers of this show', () => {
    const policy = policyOf(
      ...['minimum = 70%', 'steps = 50%:land', 'critical = drone-1, drone-4', 'critical_lost = land'],
    );
    expect(explainLossPolicy(policy, slotsOf(10))).toEqual([
      '7 of 10 drones have to be left in the show (70%)',
      'one drone lost: the others fly on',
      '4 drones lost: the fleet is held, and the operator is asked',
      '5 drones lost: the fleet is landed',
      'one of drone-1, drone-4 lost: the fleet is landed',
      'a drone that was not heard for 15 s counts as lost',
    ]);
    expect(explainLossPolicy(policyOf('silent_after = 0', 'minimum = all'), slotsOf(2))).toEqual([
      '2 of 2 drones have to be left in the show (all)',
      'one drone lost: the fleet is held, and the operator is asked',
      'a drone that is not heard is not taken for lost',
    ]);
  });

  it('is told what does not fit the show', () => {
    const policy = policyOf('minimum = 20', 'critical = drone-1, star', 'steps = 12:land, 50%:hold');
    expect(lossPolicyProblems(policy, slotsOf(10))).toEqual([
      '[LOSSES] critical: star does not fly in this show: name a slot that does',
      '[LOSSES] minimum is 20, and 10 drones fly: every loss is one too many, or lower it',
      '[LOSSES] steps: 12:land is never reached by 10 drones: lower it',
    ]);
    expect(lossPolicyProblems(policyOf(), slotsOf(10))).toEqual([]);
  });

  it('does never less for more losses, and as it was explained', () => {
    const quorum = fc.oneof(
      fc.constant('all'),
      fc.integer({ min: 1, max: 30 }).map(String),
      fc.integer({ min: 1, max: 100 }).map((percent) => `${percent}%`),
    );
    const action = fc.constantFrom(...lossActions);
    const steps = fc.array(fc.record({ lost: quorum, action }), { maxLength: 3 });
    fc.assert(
      fc.property(
        quorum,
        action,
        steps,
        fc.integer({ min: 1, max: 25 }),
        (minimum, belowMinimum, some, of) => {
          const policy = { ...policyOf(), minimum, belowMinimum, steps: some };
          const lines = explainLossPolicy(policy, slotsOf(of));
          let told = '';
          for (let lost = 1; lost <= of; lost += 1) {
            const now = actionForCount(policy, lost, of);
            const before = actionForCount(policy, lost - 1, of);
            expect(lossActions.indexOf(now)).toBeGreaterThanOrEqual(lossActions.indexOf(before));
            const start = lost === 1 && of > 1 ? 'one drone lost: ' : `${lost} drones lost: `;
            told = lines.find((line) => line.startsWith(start))?.slice(start.length) ?? told;
            expect(told).toBe(lossWords[now]);
          }
        },
      ),
    );
  });
});
