import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import type { Cancel } from '../../lib/time/clock.js';
import { OldPeer, oldFrame } from '../support/old-peer.js';
import { listen, showFile, startRig } from './rig.js';
import { waitFor } from './wait-for.js';

/** Everything that waits waits a tenth of the time. */
class HurriedClock extends SystemClock {
  override after(delayMs: number, fn: () => void): Cancel {
    return super.after(delayMs / 10, fn);
  }
}

async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0);
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}

describe('a drone whose server vanished', () => {
  it('connects again as soon as it is back, and what it holds and plans is still there', async () => {
    const rig = await startRig();
    const server = await rig.accept();
    server.pushFile('animation.csv', showFile);
    server.action('start', { time: String(Date.now() / 1000 + 100) });
    await waitFor(async () =>
      expect(await server.ask('telemetry')).toMatchObject({ animation_info: ['hop', 'OK'] }),
    );
    server.close();
    rig.server.close();
    await once(rig.server, 'close');
    await waitFor(() => expect(rig.log.join('')).toContain('not reached'));
    expect(rig.drone.isConnected).toBe(false);
    const back = await listen(rig.port);
    const again = await OldPeer.accept(back);
    expect(await again.ask('id')).toBe('drone-1');
    expect(await again.ask('telemetry')).toMatchObject({
      last_task: expect.stringMatching(/^stand in 9\d\.\d s$/),
    });
    again.close();
    back.close();
    await rig.close();
  });
});

describe('a drone that does not find its configured server', () => {
  it('takes one that announces itself, and writes it to its configuration', async () => {
    const dataFolder = await mkdtemp(join(tmpdir(), 'starling-drone-'));
    const configPath = join(dataFolder, 'client.ini');
    await writeFile(configPath, '# mine\n[SERVER]\nhost = 127.0.0.1\nport = 1\n');
    const discoveryPort = await freeUdpPort();
    const rig = await startRig({
      ...{ dataFolder, configPath, discoveryPort },
      clock: new HurriedClock(),
      mdnsInterfaces: [],
      isSearching: true,
    });
    const voice = createSocket('udp4');
    voice.bind(0, '127.0.0.1', () => voice.setBroadcast(true));
    await once(voice, 'listening');
    const kwargs = { host: '127.0.0.1', port: String(rig.port), id: '4711', start_time: '1732160000.1' };
    const datagram = oldFrame(
      { 'message-type': 'message', action: 'server_ip' },
      Buffer.from(JSON.stringify({ args: [], kwargs })),
    );
    const shouting = setInterval(() => voice.send(datagram, discoveryPort, '127.255.255.255'), 50);
    const server = await rig.accept();
    clearInterval(shouting);
    voice.close();
    expect(await server.ask('id')).toBe('drone-1');
    const saved = await readFile(configPath, 'utf8');
    expect(saved).toContain(`port = ${(rig.server.address() as AddressInfo).port}`);
    expect(saved).toContain('# mine');
    await rig.close();
  });
});

describe('fifty drones in one process', () => {
  it('connect and answer', async () => {
    const rigs = await Promise.all(Array.from({ length: 50 }, (_, i) => startRig({ id: `drone-${i}` })));
    const servers = await Promise.all(rigs.map((rig) => rig.accept()));
    const ids = await Promise.all(servers.map((server) => server.ask('id')));
    expect(ids).toEqual(rigs.map(({ drone }) => drone.id));
    await Promise.all(rigs.map((rig) => rig.close()));
  });
});
