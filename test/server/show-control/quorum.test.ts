import { describe, expect, it } from 'vitest';
import { leastHolding, quorumPattern } from '../../../server/show-control/quorum.js';

describe('the quorum of a start', () => {
  it('is everybody, a number or a share rounded up, never more than there are and never none', () => {
    expect(leastHolding('all', 7)).toBe(7);
    expect(leastHolding('5', 7)).toBe(5);
    expect(leastHolding('50', 7)).toBe(7);
    expect(leastHolding('90%', 7)).toBe(7);
    expect(leastHolding('50%', 7)).toBe(4);
    expect(leastHolding('1%', 7)).toBe(1);
    expect(leastHolding('100%', 7)).toBe(7);
  });

  it.each(['0', '0%', '101%', '-1', '1.5', 'most', '', '90 %'])('can not be "%s"', (text) => {
    expect(quorumPattern.test(text)).toBe(false);
  });
});
