import { describe, expect, it } from 'vitest';
import { measureFleet } from './fleet-load.js';

describe('a simulated fleet of a hundred', () => {
  // Measured on a small server: 13 % of one core as PX4, 6 % as ArduPilot, which sends less; the limit is for a loaded one.
  it.each(['px4', 'ardupilot'] as const)('fits into one core with room to spare (%s)', async (autopilot) => {
    const load = await measureFleet(25, 1000, autopilot);
    expect(load.areFlying).toBe(true);
    expect(load.kilobytesPerS).toBeGreaterThan(10);
    expect(load.shareOfCore * 4).toBeLessThan(0.9);
  });
});
