import { describe, expect, it } from 'vitest';
import { nextExchangeInMs } from '../../../../lib/time/filter/pace.js';

const asked = { samples: 0, uncertaintyMs: undefined, unanswered: 0 };

describe('the pace of exchanges', () => {
  it('is a burst of eight, then four a second until the clock is certain, then one a second, then one in 4 s', () => {
    expect(nextExchangeInMs(asked)).toBe(50);
    expect(nextExchangeInMs({ ...asked, samples: 7, uncertaintyMs: 1 })).toBe(50);
    expect(nextExchangeInMs({ ...asked, samples: 8, uncertaintyMs: 9 })).toBe(250);
    expect(nextExchangeInMs({ ...asked, samples: 8 })).toBe(250);
    expect(nextExchangeInMs({ ...asked, samples: 20, uncertaintyMs: 1 })).toBe(1000);
    expect(nextExchangeInMs({ ...asked, samples: 64, uncertaintyMs: 1 })).toBe(4000);
  });

  it('does not go below one a second on a path that never gets certain enough', () => {
    expect(nextExchangeInMs({ ...asked, samples: 64, uncertaintyMs: 30 })).toBe(1000);
  });

  it('follows the goal it is given', () => {
    expect(nextExchangeInMs({ ...asked, samples: 64, uncertaintyMs: 5, goalMs: 6 })).toBe(4000);
  });

  it('asks a server that is gone less and less, and never less than once in 4 s', () => {
    const paces = [1, 3, 4, 5, 6, 7, 8, 9, 1e9].map((unanswered) =>
      nextExchangeInMs({ ...asked, unanswered }),
    );
    expect(paces).toEqual([50, 50, 250, 500, 1000, 2000, 4000, 4000, 4000]);
  });
});
