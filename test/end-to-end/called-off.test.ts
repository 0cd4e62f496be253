import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import { startServer } from '../../server/main.js';
import { json, OldPeer, oldFrame } from '../support/old-peer.js';
import { until } from '../support/until.js';

const telemetry = (animationId: string) => ({
  git_version: '1.0.0',
  animation_info: [animationId, 'OK'],
  battery: [12.1, 0.93],
  armed: false,
  fcu_status: 'STANDBY',
  calibration_status: 'OK',
  mode: 'AUTO.LOITER',
  selfcheck: 'OK',
  current_position: [0, 0, 0, 0, 'map'],
  start_position: [0, 0, 0, 0, 'fly', 0],
  time_delta: Date.now() / 1000,
});

/** A peer of raw bytes that says hello, and answers each command as it is told to. */
async function answeringDrone(port: number, id: string, refusals: readonly string[]): Promise<OldPeer> {
  const peer = await OldPeer.connect(port);
  const features = ['errors'];
  peer.action('hello', { protocol: 1, role: 'drone', id, software: 'starling', version: '1.0.0', features });
  peer.socket.on('data', () => {
    for (const frame of peer.frames.splice(0)) {
      // It says that it holds what it was sent.
      if (frame.header.action === 'filetransfer') {
        const [animationId = ''] = frame.content.toString().split('\n');
        peer.action('telemetry', { value: telemetry(animationId) });
      }
      if (frame.header['message-type'] !== 'request') continue;
      const { requested_value: name, request_id: request } = json(frame) as Record<string, string>;
      heard.push(`${id} ${name}`);
      if (name !== undefined && refusals.includes(name)) {
        const header = {
          'message-type': 'response',
          requested_value: name,
          request_id: request,
          status: 'error',
        };
        const error = { code: 'refused', message: 'below ground' };
        peer.socket.write(oldFrame(header, Buffer.from(JSON.stringify({ value: null, error }))));
      } else peer.respond(name ?? '', request ?? '', name === 'id' ? id : true);
    }
  });
  return peer;
}

const heard: string[] = [];

/** Starts two drones, of which b refuses, under a server with this quorum. */
async function startBoth(quorum: string) {
  const folder = mkdtempSync(join(tmpdir(), 'starling-test-'));
  const shows = join(folder, 'shows');
  mkdirSync(shows);
  for (const slot of ['a', 'b'])
    writeFileSync(join(shows, `${slot}.csv`), 'x\n1,0,0,0,0,1,2,3\n2,0,0,1,0,1,2,3\n');
  const configPath = join(folder, 'server.ini');
  writeFileSync(configPath, `[SHOW]\nquorum = ${quorum}\n`);
  const server = await startServer({
    clock: new SystemClock(),
    version: '1.0.0',
    stateFolder: join(folder, 'state'),
    isHeadless: true,
    configPath,
    port: 0,
    bind: '127.0.0.1',
    controlPort: 0,
    isDiscoverable: false,
    isOpen: true,
    showPath: shows,
  });
  const willing = await answeringDrone(server.dronePort, 'a', []);
  const refusing = await answeringDrone(server.dronePort, 'b', ['start']);
  try {
    const drones = () => server.facade.snapshot().drones;
    await until(() => drones().length === 2 && drones().every(({ record }) => record.isAnswering));
    const ids = ['a', 'b'];
    const uploaded = server.facade.operations.upload(ids);
    await until(() => drones().every(({ isReady }) => isReady));
    await uploaded;
    const override = 'nobody flies in this test';
    await server.facade.operations.authorize(ids, { scope: 'live', validS: 60, override });
    heard.length = 0;
    const results = await server.facade.operations.start(ids, { delayS: 10 });
    return { results, snapshot: server.facade.snapshot() };
  } finally {
    willing.close();
    refusing.close();
    await server.close();
    rmSync(folder, { recursive: true });
  }
}

it('a start that one drone refuses is called off for all before anybody flies', async () => {
  const { results, snapshot } = await startBoth('all');
  expect(results).toMatchObject([
    { id: 'a', ok: false, code: 'called_off' },
    { id: 'b', ok: false, code: 'refused', message: 'below ground' },
  ]);
  expect(heard).toContain('a stop');
  expect(heard).toContain('b stop');
  expect(snapshot.phase).toEqual({ phase: 'idle' });
});

it('a start that is held by as many as the quorum asks for takes place without the others', async () => {
  const { results, snapshot } = await startBoth('50%');
  expect(results).toMatchObject([
    { id: 'a', ok: true },
    { id: 'b', ok: false, code: 'refused', message: 'below ground' },
  ]);
  expect(heard).not.toContain('a stop');
  expect(heard).toContain('b stop');
  expect(snapshot.phase).toMatchObject({ phase: 'countdown', holding: 1, of: 1 });
  expect(snapshot.log.map(({ text }) => text)).toContain('started without b: 1 of 2 are enough');
});
