import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import { type RunningServer, startServer } from '../../server/main.js';
import { answeringPeer } from '../support/answering-peer.js';
import { json, OldPeer } from '../support/old-peer.js';
import { until } from '../support/until.js';

describe('a server among peers that do not behave', () => {
  let folder: string;
  let server: RunningServer;
  let lines: string[];
  let peers: OldPeer[];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'starling-test-'));
    lines = [];
    peers = [];
    server = await open('127.0.0.1', 'state');
  });

  afterEach(async () => {
    for (const peer of peers) peer.close();
    await server.close();
    rmSync(folder, { recursive: true });
  });

  function open(bind: string, state: string): Promise<RunningServer> {
    return startServer({
      clock: new SystemClock(),
      version: '1.0.0',
      stateFolder: join(folder, state),
      isHeadless: true,
      port: 0,
      bind,
      controlPort: 0,
      isDiscoverable: false,
      isOpen: true,
      say: (line) => lines.push(line),
    });
  }

  async function connect(id?: string, port = server.dronePort, host = '127.0.0.1'): Promise<OldPeer> {
    const peer = await OldPeer.connect(port, host);
    peers.push(peer);
    const { request_id } = json(await peer.nextRequest('id')) as { request_id: string };
    if (id !== undefined) peer.respond('id', request_id, id);
    return peer;
  }

  const drones = () => server.facade.snapshot().drones;

  it('keeps one connection of a drone that dials twice while its dead link is still probed', async () => {
    let hasFallenSilent = false;
    const dead = await answeringPeer(server.dronePort, 'a', () => (hasFallenSilent ? undefined : null), [
      'errors',
      'heartbeat',
    ]);
    peers.push(dead);
    await until(() => drones().some(({ record }) => record.isAnswering));
    hasFallenSilent = true;
    const [first, second] = await Promise.all([connect('a'), connect('a')]);
    await dead.closed();
    await until(() => first.socket.destroyed || second.socket.destroyed, 3000);
    expect(drones()).toMatchObject([{ record: { id: 'a', isConnected: true } }]);
    for (const peer of [first, second]) peer.close();
    await until(() => drones()[0]?.record.isConnected === false);
  });

  it('logs little of what strangers and drones do that connect over and over', async () => {
    for (let round = 0; round < 20; round++) {
      const stranger = await connect();
      for (let count = 0; count < 15; count++) stranger.action(`nonsense-${count}`);
      const drone = await connect('a');
      await until(() => drones()[0]?.record.isConnected === true);
      for (let count = 0; count < 15; count++) drone.action(`nonsense-${count}`);
      await drone.nextRequest('clover_dir');
      stranger.close();
      drone.close();
      await until(() => drones()[0]?.record.isConnected === false);
    }
    expect(lines.length).toBeLessThan(60);
  });

  it('prints nothing of a peer that commands the terminal', async () => {
    const peer = await connect();
    peer.action('\u001b[2J\n\u202eevil');
    await until(() => lines.some((line) => line.includes('evil')));
    expect(lines.join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('is not upset by telemetry that is nested without end', async () => {
    const tell = (peer: OldPeer, depth: number) => {
      const value = `${'['.repeat(depth)}${']'.repeat(depth)}`;
      peer.rawAction(
        'telemetry',
        `{"args":[],"kwargs":{"value":{"selfcheck":${value},"last_task":"at ${depth}"}}}`,
      );
    };
    const peer = await connect('a');
    await until(() => drones().length === 1);
    // A hundred levels are all that a frame may have; deeper ones cost their sender the connection, and nobody else.
    for (const depth of [1000, 4000]) {
      const other = await connect(`deep-${depth}`);
      tell(other, depth);
      await other.closed();
    }
    for (const depth of [1, 3, 90]) {
      tell(peer, depth);
      await until(() => drones()[0]?.record.telemetry.last_task === `at ${depth}`);
      expect(JSON.stringify(drones())).toContain('"selfcheck":[');
    }
  });

  it('says an IPv6 address as it can be dialled', async () => {
    const other = await open('::1', 'other');
    try {
      expect(other.facade.snapshot().address).toBe(`[::1]:${other.dronePort}`);
      await connect('six', other.dronePort, '::1');
      await until(() => other.facade.snapshot().drones.length === 1);
      expect(other.facade.snapshot().drones[0]?.record.address).toMatch(/^\[::1\]:\d+$/);
    } finally {
      await other.close();
    }
    const any = await open('::', 'any');
    expect(any.facade.snapshot().address).not.toContain('::');
    await any.close();
  });
});
