/** Nothing is started that is not proven: what lies on a drone's disk, what it is to fly, and who allowed it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { PreviewLed } from '../../drone-client/led/preview-led.js';
import { startDrone } from '../../drone-client/main.js';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import { startServer } from '../../server/main.js';
import { StarlingServer } from '../../server/starling-server.js';
import { enrolledKey } from '../support/enrolled.js';
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

/** A server with the show, and a drone for each of its two slots; everything ends with the test. */
async function makeRig(onTestFinished: (end: () => Promise<void>) => void) {
  const folder = mkdtempSync(join(tmpdir(), 'starling-test-'));
  writeFileSync(join(folder, 'one.csv'), upAndDown(0));
  writeFileSync(join(folder, 'two.csv'), upAndDown(3));
  const server = await startServer({
    ...{ clock, version: '1.0.0', stateFolder: join(folder, 'state'), isHeadless: true },
    ...{ port: 0, bind: '127.0.0.1', controlPort: 0, isDiscoverable: false, showPath: folder },
  });
  const closers = new Map<string, () => Promise<void>>();
  onTestFinished(async () => {
    for (const close of closers.values()) await close();
    await server.close();
    rmSync(folder, { recursive: true });
  });
  const { operations } = server.facade;
  const view = (id: string) => server.facade.snapshot().drones.find(({ record }) => record.id === id);
  const rig = {
    ...{ server, operations, view },
    proofs: () => both.map((id) => view(id)?.proof),
    areReady: () => both.every((id) => view(id)?.isReady),
    held: (id: string) => String(view(id)?.record.telemetry.authorization),
    partOf: (id: string) => join(folder, `disk-${id}`, 'show.part'),
    close: async (id: string) => closers.get(id)?.(),
    async addDrone(id: string, x: number): Promise<void> {
      const vehicle = new FakeVehicle(clock, { x, y: 0, z: 0 });
      const drone = await startDrone({
        ...{ clock, logger, vehicle, id, version: '1.0.0', led: new PreviewLed(clock) },
        dataFolder: join(folder, `disk-${id}`),
        key: await enrolledKey(join(folder, 'state'), id),
        server: { host: '127.0.0.1', port: server.dronePort },
      });
      closers.set(id, async () => {
        closers.delete(id);
        await drone.close();
        await vehicle.close();
      });
      await until(
        () => view(id)?.record.isConnected === true && view(id)?.record.telemetryAtMs !== undefined,
      );
    },
  };
  for (const [id, x] of places) await rig.addDrone(id, x);
  return rig;
}

const both = ['one', 'two'];
const places = [
  ['one', 0],
  ['two', 3],
] as const;
const live = { scope: 'live', validS: 60 } as const;

function codes(results: readonly { readonly code?: string; readonly ok: boolean }[]) {
  return results.map(({ ok, code }) => (ok ? 'ok' : code));
}

describe.concurrent('a fleet of two', () => {
  it('is started only when each holds its own part of the show that was authorized', async ({
    onTestFinished,
  }) => {
    const { operations, proofs, view, areReady } = await makeRig(onTestFinished);
    expect(proofs()).toEqual(['none', 'none']);
    expect(view('one')?.blockers.find(({ code }) => code === 'animation_info')?.text).toContain('upload');
    expect(codes(await operations.upload(both))).toEqual(['ok', 'ok']);
    // The clock that it starts on is the server's, by exchanges with it.
    await until(() => String(view('one')?.record.telemetry.show_clock).includes(',exchanges'));
    await until(() => proofs().every((proof) => proof === 'match') && areReady());
    expect(codes(await operations.start(both, { delayS: 30 }))).toEqual(['not_authorized', 'not_authorized']);
    expect(codes(await operations.authorize(both, live))).toEqual(['ok', 'ok']);
    expect(codes(await operations.start(both, { delayS: 30 }))).toEqual(['ok', 'ok']);
  });

  it('shows a part that was changed on the disk, and that drone refuses by itself', async ({
    onTestFinished,
  }) => {
    const { operations, proofs, view, areReady, partOf } = await makeRig(onTestFinished);
    await operations.upload(both);
    await until(areReady);
    await operations.authorize(both, live);
    // What is on the disk of one is now the part of the other: a valid file, and not its own.
    writeFileSync(partOf('one'), readFileSync(partOf('two')));
    const early = codes(await operations.start(both, { delayS: 30 }));
    // The server may not have heard of it yet: then the drone itself refuses, and the start is called off for all.
    expect([
      ['digest_differs', 'called_off'],
      ['not_ready', 'not_ready'],
    ]).toContainEqual(early);
    await until(() => view('one')?.proof === 'differs');
    expect([view('one')?.isReady, view('two')?.proof]).toEqual([false, 'match']);
    expect(codes(await operations.authorize(both, live))).toEqual(['digest_differs', 'ok']);
    await operations.upload(['one']);
    await until(() => proofs().every((proof) => proof === 'match'));
  });

  it('loses its authorization when slots are given anew, and only what changed is to be sent again', async ({
    onTestFinished,
  }) => {
    const { operations, server, view, areReady, held, addDrone } = await makeRig(onTestFinished);
    await operations.upload(both);
    await until(areReady);
    await operations.authorize(both, live);
    await until(() => both.every((id) => held(id).includes('live')));
    expect(codes(await operations.assign(both, 'places'))).toEqual(['ok', 'ok']);
    expect(server.facade.snapshot().authorization).toBeDefined();
    await addDrone('spare', 0.5);
    expect(view('spare')).toMatchObject({ slot: undefined, proof: 'none' });
    expect(codes(await operations.replace('one', 'spare'))).toEqual(['ok', 'ok']);
    expect(server.facade.snapshot().authorization).toBeUndefined();
    expect([view('one')?.slot, view('two')?.proof, view('spare')?.slot]).toEqual([undefined, 'match', 'one']);
    await until(() => held('two') === '');
    await operations.upload(['spare']);
    await until(() => view('spare')?.proof === 'match');
  });

  it('is called off in its countdown when its authorization is withdrawn, and not started beyond its end', async ({
    onTestFinished,
  }) => {
    const { operations, server, areReady } = await makeRig(onTestFinished);
    await operations.upload(both);
    await until(areReady);
    await operations.authorize(both, live);
    const late = await operations.start(both, { delayS: 90 });
    expect(late).toMatchObject([{ code: 'not_authorized', message: expect.stringContaining('ends in') }, {}]);
    expect(codes(await operations.start(both, { delayS: 30 }))).toEqual(['ok', 'ok']);
    await operations.unauthorize(both);
    expect(server.facade.snapshot().phase.phase).toBe('idle');
    await until(() => server.facade.snapshot().log.some(({ text }) => text === 'stop: 2 of 2 ok'));
    await operations.authorize(both, live);
    expect(codes(await operations.start(both, { delayS: 30 }))).toEqual(['ok', 'ok']);
  });

  it('plays its lights only on drones that hold the authorization for them', async ({ onTestFinished }) => {
    const { operations, server, areReady } = await makeRig(onTestFinished);
    await operations.upload(both);
    await until(areReady);
    await operations.authorize(both, live);
    // One is told nothing of the change: it may still fly, and is not started for that.
    const { facade } = server;
    const connection = facade instanceof StarlingServer ? facade.connection('one') : undefined;
    const request = connection?.getResponse.bind(connection);
    if (!connection || !request) throw new Error('no connection');
    connection.getResponse = (name, options) =>
      name === 'authorize' ? Promise.reject(new Error('lost')) : request(name, options);
    expect(codes(await operations.authorize(both, { ...live, scope: 'lights' }))).toEqual(['internal', 'ok']);
    expect(codes(await operations.start(both, { delayS: 30 }))).toEqual(['not_authorized', 'called_off']);
  });

  it('has its authorization again when a drone comes back', async ({ onTestFinished }) => {
    const { operations, view, areReady, held, addDrone, close } = await makeRig(onTestFinished);
    await operations.upload(both);
    await until(areReady);
    await operations.authorize(both, live);
    await close('one');
    await until(() => view('one')?.record.isConnected === false);
    await addDrone('one', 0);
    await until(() => held('one').includes('live') && areReady());
    expect(codes(await operations.start(both, { delayS: 30 }))).toEqual(['ok', 'ok']);
  });
});
