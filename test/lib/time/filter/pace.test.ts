import { describe, expect, it } from 'vitest';
import { nextExchangeInMs, politeExchangeInMs } from '../../../../lib/time/filter/pace.js';

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

  it('asks at once in doubt while it may, and else four times a second, but nobody who does not answer', () => {
    const doubted = { samples: 64, uncertaintyMs: 2000, unanswered: 0, isDoubted: true };
    expect(nextExchangeInMs({ ...doubted, mayHurry: true })).toBe(50);
    expect(nextExchangeInMs(doubted)).toBe(250);
    expect(nextExchangeInMs({ ...doubted, uncertaintyMs: 1 })).toBe(250);
    expect(nextExchangeInMs({ ...doubted, mayHurry: true, unanswered: 8 })).toBe(4000);
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

describe('the pace of exchanges with the servers of others', () => {
  it('is eight 2 s apart, then never less than 16 s, whatever chance takes off', () => {
    expect(politeExchangeInMs(asked)).toBe(2000);
    expect(politeExchangeInMs({ ...asked, samples: 7 })).toBe(2000);
    expect(politeExchangeInMs({ ...asked, samples: 8, uncertaintyMs: 900 }) * 0.9).toBeGreaterThan(16_000);
    expect(politeExchangeInMs({ ...asked, samples: 64 }) * 0.9).toBeGreaterThan(16_000);
  });

  it('slows down before a server that does not answer, down to one in 256 s', () => {
    const inS = (unanswered: number) => politeExchangeInMs({ ...asked, unanswered }) / 1000;
    expect([1, 2, 3, 6, 7, 8, 99].map(inS)).toEqual([4, 8, 16, 128, 256, 256, 256]);
  });

  it('leaves a server alone that sends us away, for good when it says so', () => {
    const kissed = (kissCode: string) => politeExchangeInMs({ ...asked, unanswered: 1, kissCode });
    expect(['RATE', 'INIT', 'DENY', 'RSTR'].map(kissed)).toEqual([256_000, 256_000, Infinity, Infinity]);
  });
});
