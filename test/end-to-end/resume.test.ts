/** A countdown that is held and goes on while a drone is away: the drone hears of it when it is back. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { PreviewLed } from '../../drone-client/led/preview-led.js';
import { startDrone } from '../../drone-client/main.js';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import { startServer } from '../../server/main.js';
import { enrolledKey } from '../support/enrolled.js';
import { FakeVehicle } from '../support/fake-vehicle.js';
import { HeldLink } from '../support/held-link.js';
import { until } from '../support/until.js';

const clock = new SystemClock();

it('a drone that was away when the countdown went on is told so when it is back, and holds its start as it is now', async ({
  onTestFinished,
}) => {
  const folder = mkdtempSync(join(tmpdir(), 'starling-test-'));
  const [stateFolder, showPath, configPath] = ['state', 'show', 'one.ini'].map((name) => join(folder, name));
  if (!stateFolder || !showPath || !configPath) throw new Error('no names');
  mkdirSync(showPath);
  // Stands 0.5 s, rises to 2 m in 2 s and comes down again, smoothly. Frames of 0.1 s.
  const heights = Array.from({ length: 41 }, (_, i) => 1 - Math.cos((Math.PI * Math.min(i, 40 - i)) / 20));
  const rows = [0, 0, 0, 0, 0, ...heights].map((z, i) => `${i},0,0,${z.toFixed(4)},0,0,255,0`);
  writeFileSync(join(showPath, 'one.csv'), `up\n${rows.join('\n')}\n`);
  writeFileSync(configPath, '[TELEMETRY]\nfrequency = 10\n');
  const lines: string[] = [];
  const server = await startServer({
    ...{ clock, version: '1.0.0', stateFolder, showPath, isHeadless: true, port: 0, bind: '127.0.0.1' },
    ...{ controlPort: 0, isDiscoverable: false, say: (line) => lines.push(line) },
  });
  const link = await HeldLink.open(server.dronePort);
  const vehicle = new FakeVehicle(clock);
  const drone = await startDrone({
    ...{ clock, vehicle, id: 'one', version: '1.0.0', led: new PreviewLed(clock), configPath },
    ...{ logger: pino({ level: 'silent' }), dataFolder: join(folder, 'disk') },
    ...{ server: { host: '127.0.0.1', port: link.port }, key: await enrolledKey(stateFolder, 'one') },
  });
  onTestFinished(async () => {
    await drone.close();
    await vehicle.close();
    link.close();
    await server.close();
    rmSync(folder, { recursive: true });
  });
  const { facade } = server;
  const { operations } = facade;
  const view = () => facade.snapshot().drones[0];
  const task = () => view()?.record.telemetry.last_task;
  await until(() => view()?.record.telemetryAtMs !== undefined);
  await operations.upload(['one']);
  await until(() => view()?.isReady === true);
  await operations.authorize(['one'], { scope: 'live', validS: 600 });
  expect(await operations.start(['one'], { delayS: 40 })).toMatchObject([{ ok: true }]);
  await operations.pause(['one']);
  await until(() => task() === 'paused');
  const before = view()?.record.address;
  link.hold(true);
  const resumed = operations.resume(['one']);
  link.cutFromServer();
  await until(() => view()?.record.isConnected === false);
  expect(await resumed).toMatchObject([{ ok: false }]);
  expect(task()).toBe('paused');
  link.cutFromDrones();
  link.hold(false);
  await until(() => view()?.record.isConnected === true && view()?.record.address !== before);
  await until(() => task() !== 'paused');
  expect(lines.some((line) => line.includes('one did not hear the resume: it is told again'))).toBe(true);
  expect(facade.snapshot().phase).toMatchObject({ phase: 'countdown', holding: 1 });
  expect(vehicle.commands).not.toContain('arm');
});
