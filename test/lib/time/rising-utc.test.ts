import { expect, it } from 'vitest';
import { risingUtc } from '../../../lib/time/rising-utc.js';

it('is UTC, and goes on where that is set back', () => {
  let [monotonic, utc] = [0, 1_000_000];
  const rising = risingUtc({ monotonicMs: () => monotonic, utcMs: () => utc });
  expect(rising()).toBe(1_000_000);
  [monotonic, utc] = [500, 1_000_500];
  expect(rising()).toBe(1_000_500);
  [monotonic, utc] = [600, 400_600];
  expect(rising()).toBe(1_000_600);
  [monotonic, utc] = [700, 2_000_700];
  expect(rising()).toBe(2_000_700);
});
