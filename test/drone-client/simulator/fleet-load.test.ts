import { describe, expect, it } from 'vitest';
import { measureFleet } from './fleet-load.js';

describe('a simulated fleet of a hundred', () => {
  // What it costs is printed by the benchmark of the vehicle.
  it.each(['px4', 'ardupilot'] as const)('flies, a quarter of it, and talks (%s)', async (autopilot) => {
    const load = await measureFleet(25, 1000, autopilot);
    expect(load.areFlying).toBe(true);
    expect(load.kilobytesPerS).toBeGreaterThan(10);
  });
});
