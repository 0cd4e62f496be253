import { expect, it } from 'vitest';
import { redirectWarnings } from '../../../../server/panel/adapters/process-warnings.js';

it('has warnings of the runtime told instead of written, and gives them back', async () => {
  const before = process.listeners('warning');
  const told: string[] = [];
  const giveBack = redirectWarnings((text) => told.push(text));
  expect(process.listenerCount('warning')).toBe(1);
  process.emitWarning('11 listeners', 'LeakWarning');
  await new Promise((resolve) => setImmediate(resolve));
  expect(told).toEqual(['LeakWarning: 11 listeners']);
  giveBack();
  expect(process.listeners('warning')).toEqual(before);
});
