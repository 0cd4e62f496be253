import { expect, it } from 'vitest';
import { MemoryDisk } from '../../../bin/rehearsal/memory-disk.js';
import { startRehearsedClient } from '../../../bin/rehearsal/rehearsed-client.js';
import { startMemorySimulator } from '../../../drone-client/simulator/adapters/memory-simulator.js';
import { ConnectionManager, Endpoint, libraryFeatures } from '../../../lib/messaging/index.js';
import { MemoryNetwork } from '../../../lib/rehearsal/memory-network.js';
import { SeededRandom } from '../../../lib/rehearsal/seeded-random.js';
import { FakeClock } from '../../support/fake-clock.js';

const ini = '[FLIGHT]\nframe_id = aruco_map\n[LED]\ntype = mavlink\n';

/** The last telemetry that a drone of that configuration and seed tells in its first seconds. */
async function toldBy(seed: number): Promise<unknown> {
  const clock = new FakeClock();
  const random = new SeededRandom(seed);
  const network = new MemoryNetwork({ clock, random });
  const [serverHost, host] = [network.host('10.0.0.1'), network.host('10.1.0.1')];
  const endpoint = new Endpoint();
  let told: unknown;
  endpoint.messageCallback('telemetry', (_peer, kwargs) => {
    told = kwargs;
  });
  const hello = { protocol: 1, role: 'server', id: 'hall', software: 'starling', version: '1' } as const;
  const server = new ConnectionManager({
    ...{ endpoint, clock, hello: { ...hello, features: [...libraryFeatures] }, resendRequests: false },
  });
  const { port } = serverHost.listen((stream) => server.connect(stream));
  const startPositionM = { x: 0, y: 0, z: 0 };
  const simulator = startMemorySimulator({ clock, systemId: 1, seed, startPositionM });
  const client = await startRehearsedClient({
    ...{ id: 'drone-1', clock, random, host, disk: new MemoryDisk(), link: simulator.link, ini },
    ...{ server: { address: serverHost.address, port }, version: '1', log: () => undefined },
  });
  await clock.advance(3000);
  const closed = client.close();
  await clock.advance(500);
  await closed;
  await simulator.close();
  return told;
}

it('a rehearsed drone tells what its configuration would do to a real one, the same for a seed', async () => {
  const told = await toldBy(1);
  expect(told).toMatchObject({
    value: {
      selfcheck: expect.arrayContaining([expect.stringMatching(/^\[FLIGHT\] frame_id: frame "aruco_map"/)]),
      warnings: expect.arrayContaining([expect.stringMatching(/^\[LED\] type is mavlink, but PX4/)]),
    },
  });
  expect(await toldBy(1)).toEqual(told);
});
