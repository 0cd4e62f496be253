import { describe, expect, it } from 'vitest';
import { measureFleet } from './fleet-load.js';

describe('a simulated fleet of a hundred', () => {
  // Measured: 7 % of one core of a small server; the limit leaves room for a loaded machine.
  it.each(['px4', 'ardupilot'] as const)('fits into one core with room to spare (%s)', async (autopilot) => {
    const load = await measureFleet(100, 1000, autopilot);
    expect(load.areFlying).toBe(true);
    expect(load.kilobytesPerS).toBeGreaterThan(100);
    expect(load.shareOfCore).toBeLessThan(0.9);
  });
});
