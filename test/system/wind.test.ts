import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PanelRig } from '../support/panel-rig.js';
import { requireTmux } from '../support/tmux.js';

const folder = mkdtempSync(join(tmpdir(), 'starling-wind-'));
let rig: PanelRig;

beforeAll(async () => {
  requireTmux();
  const faults = join(folder, 'faults.txt');
  writeFileSync(faults, '1 * wind 6 240 0.5 1\n2 drone-1 battery-heat 61\n');
  rig = await PanelRig.start({ drones: 1, sim: ['--faults', faults] });
});

afterAll(async () => {
  await rig?.close();
  rmSync(folder, { recursive: true });
});

it('the operator sees the wind that a hovering drone feels, and how hot its battery is', async () => {
  const { terminal } = rig;
  await rig.allDrones(({ telemetry }) => telemetry.wind?.length === 0, 'no wind on the ground');
  await terminal.until(/^ +20 °C *$/m);
  const taken = async () => (await rig.ctl('takeoff', '--all')).code === 0;
  for (let asked = 0; !(await taken()); asked += 1) expect(asked).toBeLessThan(20);
  // Gusts come and go: the mean is near soon, and stays.
  await rig.allDrones(({ telemetry: { wind = [] } }) => Math.abs((wind[0] ?? 0) - 6) < 1.5, 'the wind');
  const { wind = [], temperature = [] } = (await rig.drone('drone-1')).telemetry;
  expect(Math.cos((((wind[2] ?? 0) - 240) / 180) * Math.PI)).toBeGreaterThan(0.9);
  expect(temperature).toEqual([null, expect.closeTo(61, -1)]);
  await terminal.until(/^ +wind [4-7]\.\d m\/s, gusts \d+\.\d, from 2\d\d°, (60|61) °C *$/m);
});
