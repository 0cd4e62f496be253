import { expect, it } from 'vitest';
import { fuzzHandshakes } from './handshakes.js';

it('damaged handshakes let nobody in, and keep nobody out', async () => {
  const options = { seed: 3, inputs: 120, seconds: 20, nowMs: () => performance.now(), usedBytes: () => 0 };
  const report = await fuzzHandshakes(options);
  expect(report.broken?.error).toBeUndefined();
  expect(report.inputs).toBe(120);
});
