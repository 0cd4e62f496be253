import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const program = fileURLToPath(new URL('../../dist/bin/starling.js', import.meta.url));

async function run(args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [program, ...args], { cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    output.stdout += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    output.stderr += chunk;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...output };
}

describe('the demo without a panel', () => {
  it('flies twelve drones from upload to landing within two minutes, and proves it by numbers', async () => {
    const startedMs = Date.now();
    const { code, stdout, stderr } = await run(['demo', '--headless', '--json', '--drones', '12']);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(Date.now() - startedMs).toBeLessThan(120_000);
    const report = JSON.parse(stdout) as {
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
