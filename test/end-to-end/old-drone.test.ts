import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import { type RunningServer, startServer } from '../../server/main.js';
import { json, OldPeer, oldFrame } from '../support/old-peer.js';
import { until } from '../support/until.js';

const animation = 'old\n1,0,0,0,0,1,2,3\n2,0,0,1,0,1,2,3\n';

/** The telemetry of a clever-show drone that is ready, as its Python writes it: yaw is the bare word NaN. */
const telemetryText = (nowS: number, animationId = 'old') =>
  `{"args": [], "kwargs": {"value": {"git_version": "a1b2c3d", "config_version": "client V1.0",
  "animation_info": ["${animationId}", "OK"], "battery": [12.1, 0.93], "armed": false, "fcu_status": "STANDBY",
  "calibration_status": "OK", "mode": "STABILIZED", "selfcheck": "OK",
  "current_position": [0.1, 0.0, 0.0, 90.0, "aruco_map"], "start_position": [0, 0, 0, NaN, "fly", 0.0],
  "last_task": "No task", "time_delta": ${nowS}}}}`;

describe('a clever-show drone at our server', () => {
  let folder: string;
  let server: RunningServer;
  let peers: OldPeer[];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'starling-test-'));
    peers = [];
    writeFileSync(join(folder, 'old-1.csv'), animation);
    server = await startServer({
      clock: new SystemClock(),
      version: '9.9.9',
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

  async function connectOld(id: string): Promise<OldPeer> {
    const peer = await OldPeer.connect(server.dronePort);
    peers.push(peer);
    const request = json(await peer.nextRequest('id')) as {
      request_id: string;
      args: unknown;
      kwargs: unknown;
    };
    expect(request).toMatchObject({ args: [], kwargs: {} });
    peer.respond('id', request.request_id, id);
    const { request_id } = json(await peer.nextRequest('clover_dir')) as { request_id: string };
    peer.respond('clover_dir', request_id, '/home/pi/catkin_ws/src/clover/clover/');
    return peer;
  }

  const view = (id: string) => server.facade.snapshot().drones.find(({ record }) => record.id === id);

  it('appears with its first answer, is judged by its telemetry, and takes the whole show by plain actions', async () => {
    const peer = await connectOld('old-1');
    await until(() => view('old-1') !== undefined);
    peer.rawAction('telemetry', telemetryText(Date.now() / 1000));
    await until(() => view('old-1')?.proof === 'differs');
    expect(view('old-1')?.blockers).toMatchObject([{ code: 'animation_info' }]);

    const uploaded = await server.facade.operations.upload(['old-1']);
    expect(uploaded).toMatchObject([{ id: 'old-1', ok: true, code: 'unconfirmed' }]);
    const push = await peer.nextAction('filetransfer');
    expect(push.header).toMatchObject({
      filepath: 'animation.csv',
      'content-type': 'binary',
      'message-type': 'message',
    });
    // What was checked is what is sent: the file ends in the air, so a descent follows.
    const rows = push.content.toString().trim().split('\n');
    // The id tells this part of this show from all others: by it the drone says what it holds.
    const [id = ''] = rows;
    expect(id).toMatch(/^old [0-9a-f]{8}$/);
    expect(rows.slice(1, 3)).toEqual([
      '0,0.00000,0.00000,0.00000,nan,1,2,3',
      '1,0.00000,0.00000,1.00000,nan,1,2,3',
    ]);
    expect(rows.at(-1)).toMatch(/^\d+,0.00000,0.00000,0.00000,nan,/);

    peer.rawAction('telemetry', telemetryText(Date.now() / 1000, id));
    await until(() => view('old-1')?.isReady === true);
    const refused = await server.facade.operations.start(['old-1'], { delayS: 5 });
    expect(refused).toMatchObject([{ ok: false, code: 'not_authorized' }]);
    const dirty = await server.facade.operations.authorize(['old-1'], { scope: 'live', validS: 60 });
    expect(dirty).toMatchObject([{ ok: false, code: 'violations' }]);
    const override = 'nobody flies in this test';
    const authorized = await server.facade.operations.authorize(['old-1'], {
      scope: 'live',
      validS: 60,
      override,
    });
    expect(authorized).toMatchObject([{ ok: true, code: 'unconfirmed' }]);
    const log = server.facade.snapshot().log.map(({ text }) => text);
    expect(log.some((text) => text.startsWith('OVERRIDE of') && text.endsWith(override))).toBe(true);
    expect(view('old-1')?.proof).toBe('unproven');

    const before = Date.now() / 1000;
    const started = await server.facade.operations.start(['old-1'], { delayS: 5 });
    expect(started).toMatchObject([{ ok: true, code: 'unconfirmed' }]);
    const { kwargs } = json(await peer.nextAction('start')) as {
      kwargs: { time: unknown; digest?: unknown };
    };
    expect(kwargs.digest).toBeUndefined();
    expect(typeof kwargs.time).toBe('string');
    expect(Number(kwargs.time) - before).toBeGreaterThanOrEqual(5.1);
    expect(Number(kwargs.time) - before).toBeLessThan(6);

    await server.facade.operations.pause(['old-1']);
    expect((json(await peer.nextAction('pause')) as { kwargs: unknown }).kwargs).toEqual({});
    await server.facade.operations.resume(['old-1']);
    const resume = json(await peer.nextAction('resume')) as { kwargs: { time: unknown } };
    expect(typeof resume.kwargs.time).toBe('number');
    for (const action of ['stop', 'land', 'disarm'] as const) {
      const [result] = await server.facade.operations[action](['old-1']);
      expect(result).toMatchObject({ ok: true, code: 'unconfirmed' });
      expect(json(await peer.nextAction(action))).toEqual({ args: [], kwargs: {} });
    }
  });

  it('is not ready while its telemetry is not, and then can not be started', async () => {
    const peer = await connectOld('old-1');
    const text = telemetryText(Date.now() / 1000).replace('0.93', 'NaN');
    peer.rawAction('telemetry', text);
    await until(() => view('old-1')?.checks.battery === 'bad');
    const results = await server.facade.operations.start(['old-1'], { delayS: 5 });
    expect(results).toMatchObject([{ id: 'old-1', ok: false, code: 'not_ready' }]);
    expect(peer.frames.some(({ header }) => header.action === 'start')).toBe(false);
  });

  it('keeps its row when the link is cut, and is the same drone when it comes back', async () => {
    const first = await connectOld('old-1');
    await until(() => view('old-1') !== undefined);
    first.close();
    await until(() => view('old-1')?.record.isConnected === false);
    expect(view('old-1')?.blockers).toMatchObject([{ code: 'lost' }]);
    await connectOld('old-1');
    await until(() => view('old-1')?.record.isConnected === true);
    expect(server.facade.snapshot().drones).toHaveLength(1);
  });

  it('shares its address with many others', async () => {
    await Promise.all(['old-1', 'old-2', 'old-10'].map(connectOld));
    await until(
      () => server.facade.snapshot().drones.filter(({ record }) => record.isConnected).length === 3,
    );
    expect(server.facade.snapshot().drones.map(({ record }) => record.id)).toEqual([
      'old-1',
      'old-2',
      'old-10',
    ]);
    const results = await server.facade.operations.upload(['old-1', 'old-2']);
    expect(results).toMatchObject([{ ok: true }, { ok: false, code: 'no_file' }]);
  });

  it('can not flood the log with what is wrong with it', async () => {
    const peer = await connectOld('old-1');
    for (let n = 0; n < 2000; n++) peer.action(`nonsense-${n}`);
    peer.rawAction('telemetry', telemetryText(Date.now() / 1000));
    await until(() => view('old-1')?.record.telemetryAtMs !== undefined);
    const warnings = server.facade.snapshot().log.filter(({ text }) => text.includes('nonsense'));
    expect(warnings.length).toBeGreaterThan(0);
    expect(warnings.length).toBeLessThanOrEqual(10);
    expect(warnings.at(-1)?.text).toContain('left out');
  });

  it.each([
    ['garbage', Buffer.from('GET / HTTP/1.1\r\nHost: starling\r\n\r\n')],
    ['a header over the cap', Buffer.from([0xff, 0xff, 0x7b])],
    ['an unknown kind of message', oldFrame({ 'message-type': 'gossip' }, Buffer.from('{}'))],
    [
      'content over the cap of strangers',
      oldFrame({ 'message-type': 'message', action: 'x', 'content-length': 70_000 }, Buffer.from('{}')),
    ],
  ])('loses its connection by sending %s, and nobody else does', async (_what, bytes) => {
    await connectOld('old-1');
    const stranger = await OldPeer.connect(server.dronePort);
    peers.push(stranger);
    stranger.socket.write(bytes);
    await stranger.closed();
    await until(() => view('old-1')?.record.isConnected === true);
  });
});
