import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import { type RunningServer, startServer } from '../../server/main.js';
import { type Answer, answeringPeer, readyTelemetry } from '../support/answering-peer.js';
import type { OldPeer } from '../support/old-peer.js';
import { until } from '../support/until.js';

describe('commands that meet each other', () => {
  let folder: string;
  let server: RunningServer;
  let peers: OldPeer[];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'starling-test-'));
    peers = [];
    for (const slot of ['a', 'b', 'c'])
      writeFileSync(join(folder, `${slot}.csv`), 'x\n1,0,0,0,0,1,2,3\n2,0,0,1,0,1,2,3\n');
    server = await startServer({
      clock: new SystemClock(),
      version: '1.0.0',
      stateFolder: join(folder, 'state'),
      isHeadless: true,
      port: 0,
      bind: '127.0.0.1',
      controlPort: 0,
      isDiscoverable: false,
      isOpen: true,
      showPath: folder,
    });
  });

  afterEach(async () => {
    for (const peer of peers) peer.close();
    await server.close();
    rmSync(folder, { recursive: true });
  });

  const view = (id: string) => server.facade.snapshot().drones.find(({ record }) => record.id === id);
  const phase = () => server.facade.snapshot().phase.phase;

  async function readyDrone(id: string, answer?: (name: string) => Answer | null): Promise<OldPeer> {
    const peer = await answeringPeer(server.dronePort, id, answer);
    peers.push(peer);
    await until(() => view(id)?.record.isAnswering === true);
    const uploaded = server.facade.operations.upload([id]);
    await until(() => view(id)?.isReady === true);
    const isSilent = answer !== undefined && answer('stored_file') === undefined;
    if (!isSilent) await uploaded;
    return peer;
  }

  /** The show of these tests jumps a metre: it wants a reason. */
  const authorize = (...ids: string[]) =>
    server.facade.operations.authorize(ids, {
      scope: 'live',
      validS: 600,
      override: 'nobody flies in this test',
    });

  const refuse =
    (...names: string[]) =>
    (name: string) =>
      names.includes(name) ? { refused: 'not now' } : null;
  const silence =
    (...names: string[]) =>
    (name: string) =>
      names.includes(name) ? undefined : null;

  it('a search for one drone is over when all land, and goes on when they only stop', async () => {
    await readyDrone('a');
    await readyDrone('b');
    const { operations } = server.facade;
    const search = () => server.facade.snapshot().visualLand;
    await operations.visualLand.begin(['a', 'b']);
    await operations.stop(['a', 'b']);
    await operations.land(['a']);
    expect(search()).toBeDefined();
    await operations.land(['a', 'b']);
    expect(search()).toBeUndefined();
  });

  it('a start that is given while the last one is still being called off is not forgotten', async () => {
    await readyDrone('a');
    const b = await readyDrone('b', (name) => (name === 'stop' ? undefined : refuse('start')(name)));
    const { operations } = server.facade;
    await authorize('a', 'b');
    const first = operations.start(['a', 'b'], { delayS: 60 });
    await until(() => phase() === 'countdown');
    await until(() => phase() === 'idle');
    const second = operations.start(['a'], { delayS: 60 });
    expect(await second).toMatchObject([{ id: 'a', ok: true }]);
    b.close();
    expect(await first).toMatchObject([
      { id: 'a', ok: false, code: 'called_off' },
      { id: 'b', ok: false },
    ]);
    expect(phase()).toBe('countdown');
  });

  it('a start is called off for those that are left when others were landed meanwhile', async () => {
    const a = await readyDrone('a');
    await readyDrone('b');
    await readyDrone('c', silence('start'));
    const { operations } = server.facade;
    await authorize('a', 'b', 'c');
    const started = operations.start(['a', 'b', 'c'], { delayS: 4 });
    await until(() => phase() === 'countdown');
    expect(await operations.land(['b'])).toMatchObject([{ id: 'b', ok: true }]);
    expect(await started).toMatchObject([
      { code: 'called_off' },
      { code: 'called_off' },
      { code: 'timeout' },
    ]);
    await a.nextRequest('stop');
    expect(phase()).toBe('idle');
  });

  it('a start that one drone refuses waits for no other one’s answer', async () => {
    await readyDrone('a', refuse('start'));
    await readyDrone('b', silence('start'));
    await authorize('a', 'b');
    const startedMs = performance.now();
    const results = await server.facade.operations.start(['a', 'b'], { delayS: 60 });
    expect(results).toMatchObject([{ code: 'refused' }, { code: 'timeout' }]);
    expect(performance.now() - startedMs).toBeLessThan(10_000);
  });

  it('a start is called off when a drone that held it is lost before the motors', async () => {
    const a = await readyDrone('a');
    const b = await readyDrone('b');
    const { operations } = server.facade;
    await authorize('a', 'b');
    expect(await operations.start(['a', 'b'], { delayS: 4 })).toMatchObject([{ ok: true }, { ok: true }]);
    expect(server.facade.snapshot().phase).toMatchObject({ phase: 'countdown', holding: 2, of: 2 });
    b.close();
    await a.nextRequest('stop');
    await until(() => phase() === 'idle');
    const log = server.facade.snapshot().log.map(({ text }) => text);
    expect(log).toContain('the start was called off: b lost in the countdown');
  });

  it('a countdown counts who holds it and could fly: not one that let it go, nor one whose battery went down', async () => {
    const a = await readyDrone('a');
    const b = await readyDrone('b');
    const { operations } = server.facade;
    await authorize('a', 'b');
    const tooSoon = await operations.start(['a', 'b'], { delayS: 0 });
    expect(tooSoon).toMatchObject([{ code: 'bad_argument' }, { code: 'bad_argument' }]);
    await operations.start(['a', 'b'], { delayS: 60 });
    expect(server.facade.snapshot().phase).toMatchObject({ holding: 2, of: 2 });
    for (let times = 0; times < 2; times++) b.action('telemetry', { value: { start: [] } });
    await until(() =>
      server.facade.snapshot().log.some(({ text }) => text.startsWith('b has let its start go')),
    );
    expect(server.facade.snapshot().phase).toMatchObject({ holding: 1, of: 2 });
    a.action('telemetry', { value: { battery: [9.8, 0.04] } });
    await until(() => view('a')?.isReady === false);
    expect(server.facade.snapshot().phase).toMatchObject({ holding: 0, of: 2 });
  });

  it('what a drone’s watchdog did is told in the log, once', async () => {
    const a = await readyDrone('a');
    const said = () => server.facade.snapshot().log.filter(({ text }) => text.includes('failsafe')).length;
    const last = ['strayed', 'land', 'the drone is 4.0 m from its setpoint (limit 3 m)'];
    a.action('telemetry', { value: { ...readyTelemetry(), failsafe: [], failsafe_last: null } });
    a.action('telemetry', { value: { ...readyTelemetry(), failsafe: [last[2]], failsafe_last: last } });
    a.action('telemetry', { value: { ...readyTelemetry(), failsafe: [], failsafe_last: last } });
    await until(() => view('a')?.record.telemetry.failsafe?.toString() === '');
    await until(() => said() > 0);
    expect(said()).toBe(1);
    expect(server.facade.snapshot().log.map(({ text }) => text)).toContain(
      'a: failsafe: the drone is 4.0 m from its setpoint (limit 3 m) (land)',
    );
  });

  it('a start of nobody starts nothing', async () => {
    expect(await server.facade.operations.start([], { delayS: 60 })).toEqual([]);
    expect(phase()).toBe('idle');
  });

  it('a drone that is being sent a file neither starts nor takes off', async () => {
    await readyDrone('a', silence('stored_file'));
    await readyDrone('b');
    const { operations } = server.facade;
    await authorize('a', 'b');
    void operations.upload(['a']);
    await until(() => view('a')?.record.busyWith === 'upload');
    expect(await operations.start(['a', 'b'], { delayS: 60 })).toMatchObject([
      { id: 'a', ok: false, code: 'refused' },
      { id: 'b', ok: false, code: 'refused' },
    ]);
    expect(await operations.order('takeoff', ['a', 'b'])).toMatchObject([
      { id: 'a', ok: false, code: 'refused' },
      { id: 'b', ok: true },
    ]);
    expect(phase()).toBe('idle');
  });

  it('a pause of a drone outside the show does not pause the show', async () => {
    await readyDrone('a');
    await readyDrone('b');
    const { operations } = server.facade;
    await authorize('a');
    await operations.start(['a'], { delayS: 60 });
    await operations.pause(['b']);
    await operations.pause(['nobody']);
    expect(phase()).toBe('countdown');
    await operations.pause(['a', 'b']);
    expect(phase()).toBe('paused');
    await operations.resume(['nobody']);
    expect(phase()).toBe('paused');
    await operations.resume(['a']);
    expect(phase()).toBe('countdown');
  });
});
