/**
 * After an accident of the field: a show of hundreds of drones was started though the launch file had not arrived at some of
 * them, which flew another one. Here the upload of the second show is cut for one drone, which holds the first one still.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { PreviewLed } from '../../drone-client/led/preview-led.js';
import { startDrone } from '../../drone-client/main.js';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import { startServer } from '../../server/main.js';
import { StarlingServer } from '../../server/starling-server.js';
import { CuttingProxy } from '../lib/messaging/files/cutting-proxy.js';
import { enrolledKey } from '../support/enrolled.js';
import { FakeVehicle } from '../support/fake-vehicle.js';
import { until } from '../support/until.js';

/** Rises to 2 m and comes down again; every frame has a colour of its own, so that the file is large. */
function show(x: number, seconds: number): string {
  const count = seconds * 10;
  const rows = Array.from({ length: count }, (_, i) => {
    const z = 1 - Math.cos((2 * Math.PI * i) / (count - 1));
    const color = [(i * 97) % 256, (i * 57) % 256, (i * 31) % 256].join(',');
    return `${i},${x},0,${z.toFixed(4)},0,${color}`;
  });
  return `up\n${rows.join('\n')}\n`;
}

const both = ['one', 'two'];
const live = { scope: 'live', validS: 60 } as const;

it('a show that has not arrived at one drone is started with none, whatever is asked', async () => {
  const clock = new SystemClock();
  const folder = mkdtempSync(join(tmpdir(), 'starling-test-'));
  for (const [name, seconds] of [
    ['first', 10],
    ['second', 400],
  ] as const) {
    mkdirSync(join(folder, name));
    both.forEach((id, i) => {
      writeFileSync(join(folder, name, `${id}.csv`), show(i * 3, seconds));
    });
  }
  const state = join(folder, 'state');
  const server = await startServer({
    ...{ clock, version: '1.0.0', stateFolder: state, isHeadless: true, showPath: join(folder, 'first') },
    ...{ port: 0, bind: '127.0.0.1', controlPort: 0, isDiscoverable: false },
  });
  const link = await CuttingProxy.open(server.dronePort);
  const closers: (() => unknown)[] = [() => rmSync(folder, { recursive: true }), () => server.close()];
  closers.push(() => link.close());
  for (const [i, id] of both.entries()) {
    const vehicle = new FakeVehicle(clock, { x: i * 3, y: 0, z: 0 });
    const drone = await startDrone({
      ...{ clock, vehicle, id, version: '1.0.0', led: new PreviewLed(clock) },
      logger: pino({ level: 'silent' }),
      dataFolder: join(folder, id),
      key: await enrolledKey(state, id),
      server: { host: '127.0.0.1', port: id === 'two' ? link.port : server.dronePort },
    });
    closers.push(
      () => vehicle.close(),
      () => drone.close(),
    );
  }
  try {
    const { operations } = server.facade;
    const view = (id: string) => server.facade.snapshot().drones.find(({ record }) => record.id === id);
    const isReady = (id: string) => view(id)?.isReady === true;
    await until(() => both.every((id) => view(id)?.record.isAnswering));
    expect((await operations.upload(both)).map(({ ok }) => ok)).toEqual([true, true]);
    await until(() => both.every(isReady), 10_000);
    const first = readFileSync(join(folder, 'two', 'show.part'));

    await server.facade.loadShow(join(folder, 'second'));
    link.cutReturnAfterBytes = 3000;
    const uploads = await operations.upload(both);
    expect(uploads.map(({ ok }) => ok)).toEqual([true, false]);
    expect(readFileSync(join(folder, 'two', 'show.part')).equals(first)).toBe(true);
    link.cutReturnAfterBytes = undefined;
    await until(() => view('two')?.record.isConnected === true && view('two')?.proof === 'differs', 15_000);
    await until(() => isReady('one'));

    // The operator sees who, and can not start it: not all, not that one, not by a command past the server's checks.
    expect(view('two')?.blockers.map(({ code }) => code)).toContain('animation_info');
    await operations.authorize(both, live);
    const results = await operations.start(both, { delayS: 5 });
    expect(results.map(({ ok }) => ok)).toEqual([false, false]);
    expect(results[0]?.message).toContain('two');
    expect(await operations.start(['two'], { delayS: 5 })).toMatchObject([{ ok: false, code: 'not_ready' }]);
    const digest = String(view('one')?.record.telemetry.show_digest);
    const time = ((clock.utcMs() + 5000) / 1000).toFixed(6);
    if (!(server.facade instanceof StarlingServer)) throw new Error('the facade is the server');
    const link2 = server.facade.connection('two');
    const forced = link2?.getResponse('start', { kwargs: { time, digest, scope: 'live' } });
    await expect(forced).rejects.toThrow('upload again');

    // What had arrived is not sent again, and then the show can be started with both.
    expect(await operations.upload(both)).toMatchObject([{ ok: true, code: 'unchanged' }, { ok: true }]);
    await until(() => both.every(isReady), 10_000);
    await operations.authorize(both, live);
    expect((await operations.start(both, { delayS: 30 })).map(({ ok }) => ok)).toEqual([true, true]);
    await operations.stop(both);
  } finally {
    for (const close of closers.reverse()) await close();
  }
}, 30_000);
