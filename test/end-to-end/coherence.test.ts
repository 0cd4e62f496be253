/** Nothing is started that is not proven: what lies on a drone's disk, what it is to fly, and who allowed it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PreviewLed } from '../../drone-client/led/preview-led.js';
import { startDrone } from '../../drone-client/main.js';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import { type RunningServer, startServer } from '../../server/main.js';
import { FakeVehicle } from '../support/fake-vehicle.js';
import { until } from '../support/until.js';

/** Stands 0.5 s, rises to 2 m in 4 s and comes down again, smoothly. Frames of 0.1 s. */
function upAndDown(x: number): string {
  const heights = Array.from({ length: 81 }, (_, i) => 1 - Math.cos((Math.PI * Math.min(i, 80 - i)) / 40));
  const rows = [0, 0, 0, 0, 0, ...heights].map((z, i) => `${i},${x},0,${z.toFixed(4)},0,0,255,0`);
  return `up\n${rows.join('\n')}\n`;
}

const clock = new SystemClock();
const logger = pino({ level: 'silent' });

describe('a fleet of two', () => {
  let folder: string;
  let server: RunningServer;
  const closers: (() => Promise<void>)[] = [];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'starling-test-'));
    for (const [id, x] of [
      ['one', 0],
      ['two', 3],
    ] as const)
      writeFileSync(join(folder, `${id}.csv`), upAndDown(x));
    server = await startServer({
      ...{ clock, version: '1.0.0', stateFolder: join(folder, 'state'), isHeadless: true },
      ...{ port: 0, bind: '127.0.0.1', controlPort: 0, isDiscoverable: false, showPath: folder },
    });
    for (const id of ['one', 'two']) await addDrone(id, id === 'one' ? 0 : 3);
    await until(() => ['one', 'two'].every((id) => view(id)?.record.telemetryAtMs !== undefined));
  });

  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
    await server.close();
    rmSync(folder, { recursive: true });
  });

  async function addDrone(id: string, x: number): Promise<void> {
    const vehicle = new FakeVehicle(clock, { x, y: 0, z: 0 });
    const drone = await startDrone({
      ...{ clock, logger, vehicle, id, version: '1.0.0', led: new PreviewLed(clock) },
      dataFolder: join(folder, `disk-${id}`),
      server: { host: '127.0.0.1', port: server.dronePort },
    });
    closers.push(async () => {
      await drone.close();
      await vehicle.close();
    });
  }

  const view = (id: string) => server.facade.snapshot().drones.find(({ record }) => record.id === id);
  const proofs = () => ['one', 'two'].map((id) => view(id)?.proof);
  const partOf = (id: string) => join(folder, `disk-${id}`, 'show.part');
  const both = ['one', 'two'];
  const live = { scope: 'live', validS: 60 } as const;
  const codes = (results: readonly { code?: string | undefined; ok: boolean }[]) =>
    results.map(({ ok, code }) => (ok ? 'ok' : code));

  it('is started only when each holds its own part of the show that was authorized', async () => {
    expect(proofs()).toEqual(['none', 'none']);
    expect(view('one')?.blockers.find(({ code }) => code === 'animation_info')?.text).toContain('upload');
    expect(codes(await server.facade.operations.upload(both))).toEqual(['ok', 'ok']);
    await until(() => proofs().every((proof) => proof === 'match'));
    await until(() => both.every((id) => view(id)?.isReady));
    expect(codes(await server.facade.operations.start(both, { delayS: 60 }))).toEqual([
      'not_authorized',
      'not_authorized',
    ]);
    expect(codes(await server.facade.operations.authorize(both, live))).toEqual(['ok', 'ok']);
    expect(codes(await server.facade.operations.start(both, { delayS: 60 }))).toEqual(['ok', 'ok']);
  });

  it('shows a part that was changed on the disk, and that drone refuses by itself', async () => {
    await server.facade.operations.upload(both);
    await until(() => both.every((id) => view(id)?.isReady));
    await server.facade.operations.authorize(both, live);
    // What is on the disk of one is now the part of the other: a valid file, and not its own.
    writeFileSync(partOf('one'), readFileSync(partOf('two')));
    const early = codes(await server.facade.operations.start(both, { delayS: 60 }));
    // The server may not have heard of it yet: then the drone itself refuses, and the start is called off for all.
    expect([
      ['digest_differs', 'called_off'],
      ['not_ready', 'not_ready'],
    ]).toContainEqual(early);
    await until(() => view('one')?.proof === 'differs');
    expect(view('one')?.isReady).toBe(false);
    expect(view('two')?.proof).toBe('match');
    expect(codes(await server.facade.operations.authorize(both, live))).toEqual(['digest_differs', 'ok']);
    await server.facade.operations.upload(['one']);
    await until(() => proofs().every((proof) => proof === 'match'));
  });

  it('takes the authorization back when slots are given anew, and only what changed is to be sent again', async () => {
    await server.facade.operations.upload(both);
    await until(() => both.every((id) => view(id)?.isReady));
    await server.facade.operations.authorize(both, live);
    await until(() => both.every((id) => Array.isArray(view(id)?.record.telemetry.authorization)));
    expect(codes(await server.facade.operations.assign(both, 'places'))).toEqual(['ok', 'ok']);
    expect(server.facade.snapshot().authorization).toBeDefined();
    await addDrone('spare', 0.5);
    await until(() => view('spare')?.record.telemetryAtMs !== undefined);
    expect(view('spare')).toMatchObject({ slot: undefined, proof: 'none' });
    expect(codes(await server.facade.operations.replace('one', 'spare'))).toEqual(['ok', 'ok']);
    expect(server.facade.snapshot().authorization).toBeUndefined();
    expect([view('one')?.slot, view('two')?.proof, view('spare')?.slot]).toEqual([undefined, 'match', 'one']);
    await until(() => view('two')?.record.telemetry.authorization?.toString() === '');
    await server.facade.operations.upload(['spare']);
    await until(() => view('spare')?.proof === 'match');
  });

  it('gives a drone that comes back its authorization again', async () => {
    await server.facade.operations.upload(both);
    await until(() => both.every((id) => view(id)?.isReady));
    await server.facade.operations.authorize(both, live);
    const [close] = closers.splice(0, 1);
    await close?.();
    await until(() => view('one')?.record.isConnected === false);
    await addDrone('one', 0);
    await until(() => view('one')?.record.telemetry.authorization?.toString().includes('live') === true);
    await until(() => both.every((id) => view(id)?.isReady));
    expect(codes(await server.facade.operations.start(both, { delayS: 60 }))).toEqual(['ok', 'ok']);
  });
});
