import { describe, expect, it } from 'vitest';
import { Program } from '../support/program.js';

describe('the demo without a panel', () => {
  it('flies twelve drones from upload to landing within two minutes, and proves it by numbers', async () => {
    const startedMs = Date.now();
    const demo = new Program(['demo', '--headless', '--json', '--drones', '12']);
    const code = await demo.end(150_000);
    expect({ code, stderr: demo.stderr }).toMatchObject({ code: 0 });
    expect(Date.now() - startedMs).toBeLessThan(120_000);
    const report = JSON.parse(demo.stdout) as {
      show: string;
      drones: Record<string, unknown>[];
      totals: { drones: number; landed: number; startErrorP95Ms: number; maxDistanceM: number };
    };
    expect(report).toMatchObject({ show: 'wave', totals: { drones: 12, landed: 12 } });
    expect(report.totals.startErrorP95Ms).toBeLessThanOrEqual(20);
    for (const drone of report.drones) {
      expect(drone).toMatchObject({ result: 'landed' });
      expect(drone.maxDistanceM).toBeGreaterThan(0);
      expect(drone.maxDistanceM).toBeLessThanOrEqual(1.5);
      expect(drone.rmsDistanceM).toBeLessThanOrEqual(Number(drone.maxDistanceM));
    }
  });
});
