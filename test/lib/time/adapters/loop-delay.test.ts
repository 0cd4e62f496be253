import { expect, it } from 'vitest';
import { watchLoopDelay } from '../../../../lib/time/adapters/loop-delay.js';
import { FakeClock } from '../../../support/fake-clock.js';

it('tells of a loop that was blocked, by how much, and not of what was before', async () => {
  const clock = new FakeClock();
  const told: number[] = [];
  const block = (ms: number) => {
    const untilMs = performance.now() + ms;
    while (performance.now() < untilMs);
  };
  block(400);
  const stop = watchLoopDelay(clock, (worstMs) => told.push(worstMs));
  // The histogram begins with its first probe.
  await new Promise((resolve) => setTimeout(resolve, 60));
  block(150);
  await new Promise((resolve) => setTimeout(resolve, 60));
  await clock.advance(5000);
  stop();
  expect(told).toHaveLength(1);
  expect(told[0]).toBeGreaterThan(120);
  expect(told[0]).toBeLessThan(400);
});
