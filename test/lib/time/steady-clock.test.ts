import { expect, it } from 'vitest';
import { SteadyClock } from '../../../lib/time/steady-clock.js';
import { FakeClock } from '../../support/fake-clock.js';

it('is the clock beneath until it is held, goes on steadily while it is, and is that clock again afterwards', async () => {
  const beneath = new FakeClock(1_000_000);
  let isHeld = false;
  const clock = new SteadyClock(beneath, () => isHeld);
  beneath.stepUtc(700);
  expect(clock.utcMs()).toBe(1_000_700);
  isHeld = true;
  beneath.stepUtc(-5000);
  await beneath.advance(40);
  expect(clock.utcMs()).toBe(1_000_740);
  expect(clock.monotonicMs()).toBe(40);
  isHeld = false;
  expect(clock.utcMs()).toBe(995_740);
});
