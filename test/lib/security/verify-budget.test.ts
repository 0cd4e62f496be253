import { describe, expect, it } from 'vitest';
import { VerifyBudget } from '../../../lib/security/verify-budget.js';

function makeRig() {
  let nowMs = 0;
  const budget = new VerifyBudget(() => nowMs);
  return {
    budget,
    /** How many of so many are looked at. */
    taken: (count: number, from: (i: number) => string) =>
      Array.from({ length: count }, (_, i) => budget.take(from(i))).filter(Boolean).length,
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

const one = () => '10.0.0.9';
const many = (i: number) => `10.0.${i >> 8}.${i & 255}`;

describe('of signatures that strangers send', () => {
  it('some of each address are checked, then some a second', () => {
    const rig = makeRig();
    expect(rig.taken(1000, one)).toBe(20);
    rig.pass(1000);
    expect(rig.taken(1000, one)).toBe(20);
    rig.pass(100);
    expect(rig.taken(1000, one)).toBe(4);
  });

  it('some of all addresses together are checked, of however many', () => {
    const rig = makeRig();
    expect(rig.taken(5000, many)).toBe(100);
    rig.pass(100);
    expect(rig.taken(5000, many)).toBe(20);
  });

  it('a flood from one address leaves another its own', () => {
    const rig = makeRig();
    rig.taken(5000, one);
    expect(rig.taken(50, () => '10.0.0.1')).toBe(20);
  });

  it('one that was genuine before has its own, whatever the others send, and no more than that', () => {
    const rig = makeRig();
    rig.budget.proven('server');
    rig.taken(5000, many);
    expect(rig.taken(5000, () => 'server')).toBe(100);
    rig.pass(500);
    rig.taken(5000, many);
    expect(rig.taken(5000, () => 'server')).toBe(50);
  });

  it('four addresses at most are remembered as genuine: the one that was so last', () => {
    const rig = makeRig();
    for (let i = 0; i < 5; i++) rig.budget.proven(`server ${i}`);
    rig.taken(5000, many);
    expect([0, 1, 2, 3, 4].map((i) => rig.budget.take(`server ${i}`))).toEqual([
      ...[false, true, true, true, true],
    ]);
  });
});
