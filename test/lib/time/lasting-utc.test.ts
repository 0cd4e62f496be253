import { expect, it } from 'vitest';
import { lastingUtc } from '../../../lib/time/lasting-utc.js';

it('is remembered when it is not told any more, until it is told anew', () => {
  let monotonicMs = 0;
  let told: number | undefined;
  const utc = lastingUtc({ monotonicMs: () => monotonicMs }, () => told);
  expect(utc()).toBeUndefined();
  told = 1_000_000;
  expect(utc()).toBe(1_000_000);
  told = undefined;
  monotonicMs = 700;
  expect(utc()).toBe(1_000_700);
  told = 5;
  expect(utc()).toBe(5);
});
