import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { DroneNetwork } from '../../../drone-client/adapters/drone-network.js';
import { encodeServerIp } from '../../../lib/discovery/index.js';
import { DatagramSigner } from '../../../lib/security/datagram-signature.js';
import { droneKeyOf, enroll } from '../../../lib/security/fleet-secret.js';
import { deriveSigningKey } from '../../../lib/security/keys.js';
import { freeUdpPort } from '../../lib/discovery/adapters/ports.js';
import { FakeClock } from '../../support/fake-clock.js';
import { until } from '../../support/until.js';

const secret = new Uint8Array(32).fill(3);
const fleet = enroll({ secret, enrolments: new Map() }, 'one');

it('of forged announcements few are looked at, and the server of another address is found all the same', async () => {
  const clock = new FakeClock();
  const port = await freeUdpPort();
  const warnings: string[] = [];
  const network = new DroneNetwork({
    ...{ clock, discoveryPort: () => port, mdnsInterfaces: [], onWarning: (text) => warnings.push(text) },
    security: { key: droneKeyOf(fleet, 'one'), isOpen: false },
  });
  const abort = new AbortController();
  const found = network.findServer(1e9, abort.signal);
  const heard: boolean[] = [];
  const listening = await network.listen((_kwargs, mayVerify) => heard.push(mayVerify()));
  onTestFinished(() => {
    abort.abort();
    listening.close();
  });
  const announce = await Promise.all(
    ['127.0.0.2', '127.0.0.3'].map(async (from) => {
      const socket = createSocket('udp4');
      onTestFinished(() => void socket.close());
      socket.bind(0, from);
      await once(socket, 'listening');
      socket.setBroadcast(true);
      return (by: Uint8Array, id: string) => {
        const signer = new DatagramSigner(deriveSigningKey(by), () => clock.utcMs());
        const server = { host: from, port: 9, id, startTimeS: 1, epoch: 5 };
        const datagram = encodeServerIp(server, (action, kwargs) => signer.sign(action, kwargs));
        socket.send(datagram, port, '127.255.255.255');
      };
    }),
  );
  const [forger, server] = announce;
  for (let i = 0; i < 60; i++) forger?.(new Uint8Array(32), `forged ${i}`);
  // Both ears hear all of them, and share what is looked at.
  await until(() => heard.length === 60);
  expect(heard.filter(Boolean).length).toBeLessThan(20);
  await clock.advance(60_000);
  for (let i = 0; i < 60; i++) forger?.(new Uint8Array(32), `forged ${i}`);
  await until(() => heard.length === 120);
  const looked = heard.filter(Boolean).length;
  expect(warnings).toHaveLength(2);
  expect(warnings[1]).toMatch(/, [1-9]\d? forged, 0 repeated, [1-9]\d not looked at so far$/);
  server?.(secret, 'genuine');
  expect(await found).toMatchObject({ host: '127.0.0.3', id: 'genuine' });
  expect(looked).toBeLessThan(40);
});
