import { describe, expect, it } from 'vitest';
import { RateLimit, type Verdict } from '../../../../lib/time/ntp/rate-limit.js';

/** What so many requests, evenly spread, get. */
function ask(
  limit: RateLimit,
  options: { address?: string; count: number; fromMs: number; everyMs: number },
) {
  const { address = '10.0.0.7', count, fromMs, everyMs } = options;
  const got: Record<Verdict, number> = { answered: 0, kissed: 0, silenced: 0 };
  for (let i = 0; i < count; i++) got[limit.judge(address, fromMs + i * everyMs)] += 1;
  return got;
}

describe('the limit of requests', () => {
  it('serves a drone: 8 in 400 ms, then 4 a second for a minute, then 1 a second', () => {
    const limit = new RateLimit();
    expect(ask(limit, { count: 8, fromMs: 0, everyMs: 50 }).answered).toBe(8);
    expect(ask(limit, { count: 240, fromMs: 600, everyMs: 250 }).answered).toBe(240);
    expect(ask(limit, { count: 600, fromMs: 61_000, everyMs: 1000 }).answered).toBe(600);
  });

  it('serves a drone that is in doubt: 8 more at once and 5 a second, even right after it met the server', () => {
    const limit = new RateLimit();
    expect(ask(limit, { count: 16, fromMs: 0, everyMs: 50 }).answered).toBe(16);
    expect(ask(limit, { count: 300, fromMs: 1000, everyMs: 200 }).answered).toBe(300);
    // What a network held up comes together.
    expect(ask(new RateLimit(), { count: 16, fromMs: 0, everyMs: 0 }).answered).toBe(16);
  });

  it('tells an abuser once a second, and is silent otherwise', () => {
    const got = ask(new RateLimit(), { count: 10_000, fromMs: 0, everyMs: 1 });
    // 20 at once and 6 a second for 10 s; one kiss in each second.
    expect(got).toEqual({ answered: 79, kissed: 10, silenced: 9911 });
  });

  it('forgives who has been quiet', () => {
    const limit = new RateLimit();
    ask(limit, { count: 1000, fromMs: 0, everyMs: 1 });
    expect(limit.judge('10.0.0.7', 1250)).toBe('answered');
    expect(ask(limit, { count: 30, fromMs: 60_000, everyMs: 1 }).answered).toBe(20);
  });

  it('makes nobody pay for another address', () => {
    const limit = new RateLimit();
    ask(limit, { count: 1000, fromMs: 0, everyMs: 1 });
    expect(limit.judge('10.0.0.8', 1000)).toBe('answered');
  });

  it('gives an address that many clients share as much as they have together', () => {
    const limit = new RateLimit();
    const verdicts = Array.from({ length: 1001 }, () => limit.judge('127.0.0.1', 0, 50));
    expect(verdicts.indexOf('kissed')).toBe(1000);
  });

  it('remembers 4096 addresses, and forgets first who was silent longest', () => {
    const limit = new RateLimit();
    const exhaust = (address: string) => ask(limit, { address, count: 21, fromMs: 0, everyMs: 0 });
    exhaust('loud');
    exhaust('early');
    for (let i = 0; i < 4094; i++) limit.judge(`10.1.${i >> 8}.${i & 255}`, 0);
    expect(limit.judge('loud', 0)).toBe('silenced');
    limit.judge('one more', 0);
    expect(limit.size).toBe(4096);
    expect(limit.judge('loud', 0)).toBe('silenced');
    expect(limit.judge('early', 0)).toBe('answered');
  });
});
