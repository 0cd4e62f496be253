import { expect, it } from 'vitest';
import { RepeatLimit, WarningLimit, WarningLimits } from '../../../server/links/warning-limit.js';

it('lets ten warnings through in ten seconds, the last with a word about the rest, none endless', () => {
  const limit = new WarningLimit();
  const passed = Array.from({ length: 20 }, () => limit.pass('x'.repeat(20_000), 0)).filter(
    (text) => text !== undefined,
  );
  expect(passed).toHaveLength(10);
  expect(passed.at(-1)).toContain('left out for 10 s');
  expect(Math.max(...passed.map(({ length }) => length))).toBeLessThan(600);
  expect(limit.pass('again', 10_000)).toBe('again');
});

it('counts each name for itself', () => {
  const limits = new WarningLimits();
  for (let count = 0; count < 20; count++) limits.pass('a', 'noise', 0);
  expect(limits.pass('a', 'noise', 0)).toBeUndefined();
  expect(limits.pass('b', 'quiet', 0)).toBe('quiet');
});

it('says the same once a minute, and remembers a bounded number of texts', () => {
  const limit = new RepeatLimit();
  expect([0, 1000, 59_999, 60_000, 61_000].map((nowMs) => limit.pass('no key', nowMs))).toEqual([
    true,
    false,
    false,
    true,
    false,
  ]);
  expect(limit.pass('another', 61_000)).toBe(true);
  for (let count = 0; count < 500; count++) limit.pass(`text ${count}`, 61_000);
  expect(limit.pass('no key', 61_000)).toBe(true);
});
