import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Program } from '../support/program.js';

const faults = fileURLToPath(new URL('../../examples/faults/mid-show.txt', import.meta.url));

type Report = {
  drones: { id: string; result: string; startErrorMs: number; maxDistanceM: number }[];
  totals: { drones: number; landed: number };
};

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

  // The serial lines need the Debian package socat.
  it('flies over every link and with either autopilot', async () => {
    const ways = ['udp', 'tcp', 'pty'].flatMap((link) =>
      ['px4', 'ardupilot'].map((kind) => [link, kind] as const),
    );
    const ends = await Promise.all(
      ways.map(async ([link, kind]) => {
        const args = ['--headless', '--json', '--drones', '2', '--link', link, '--autopilot', kind];
        const demo = new Program(['demo', ...args]);
        const code = await demo.end(150_000);
        return {
          link,
          kind,
          code,
          report: JSON.parse(demo.stdout || 'null') as Report | null,
          stderr: demo.stderr,
        };
      }),
    );
    for (const { link, kind, code, report, stderr } of ends) {
      expect({ link, kind, code, stderr }).toMatchObject({ code: 0 });
      expect(report?.totals).toMatchObject({ drones: 2, landed: 2 });
      for (const drone of report?.drones ?? []) expect(drone.maxDistanceM).toBeLessThanOrEqual(1.5);
    }
  });

  it('in which things go wrong says of each drone what, and fails', async () => {
    const demo = new Program(['demo', '--headless', '--json', '--faults', faults]);
    expect(await demo.end(150_000)).toBe(1);
    const report = JSON.parse(demo.stdout) as Report;
    const results = Object.fromEntries(report.drones.map(({ id, result }) => [id, result]));
    expect(results).toMatchObject({
      // With three of five out of the show the server holds it, and with nobody to ask it is landed.
      'drone-1': 'landed on command',
      'drone-2': expect.stringMatching(/^failsafe: the drone is .* m from its setpoint/),
      'drone-3': expect.stringMatching(/failsafe/),
      'drone-4': 'landed on command',
      'drone-5': 'pilot took over: POSCTL',
    });
  });
});
