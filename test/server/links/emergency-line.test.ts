/** Who is called by datagram: drones of a server that is open, made of raw bytes. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { encodeAcknowledgement, readOrder } from '../../../lib/emergency/emergency-wire.js';
import { SystemClock } from '../../../lib/time/adapters/system-clock.js';
import { startServer } from '../../../server/main.js';
import { json, OldPeer } from '../../support/old-peer.js';
import { until } from '../../support/until.js';

const clock = new SystemClock();
const pause = (forMs: number) => new Promise((resolve) => setTimeout(resolve, forMs));

async function makeRig() {
  const folder = mkdtempSync(join(tmpdir(), 'starling-test-'));
  const server = await startServer({
    ...{ clock, version: '1', stateFolder: folder, isHeadless: true, isOpen: true, isDiscoverable: false },
    ...{ port: 0, bind: '127.0.0.1', controlPort: 0 },
  });
  onTestFinished(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });
  const { facade } = server;
  const record = (id: string) => facade.snapshot().drones.find(({ record }) => record.id === id)?.record;
  return {
    facade,
    /** Says that it hears datagrams, and by which name since its start. */
    async drone(id: string, boot: string) {
      const socket = createSocket('udp4');
      const commands: string[] = [];
      let server = { port: 0, address: '' };
      socket.on('message', (datagram, from) => {
        server = from;
        commands.push(readOrder(datagram)?.order.command ?? 'garbage');
      });
      socket.bind(0, '127.0.0.1');
      await once(socket, 'listening');
      const peer = await OldPeer.connect(Number(facade.snapshot().address.split(':').at(-1)));
      onTestFinished(() => {
        peer.close();
        socket.close();
      });
      const said = { id, software: 'starling', version: '1', features: ['errors'] };
      peer.action('hello', { protocol: 1, role: 'drone', ...said, udp: socket.address().port, boot });
      const frame = await peer.nextRequest('id');
      peer.respond('id', String((json(frame) as { request_id: string }).request_id), id);
      await until(() => record(id)?.isAnswering === true);
      const answer = () => {
        const command = commands[0] ?? '';
        const done = encodeAcknowledgement({ command, boot, state: 'done' }, undefined);
        socket.send(done, server.port, server.address);
      };
      return { commands, answer };
    },
  };
}

it('a drone that claims the name that another one has given itself is called by its connection alone', async () => {
  const rig = await makeRig();
  const one = await rig.drone('one', 'boot-name-of-one');
  const thief = await rig.drone('thief', 'boot-name-of-one');
  const two = await rig.drone('two', 'boot-name-of-two');
  const landing = rig.facade.operations.land(['one', 'thief', 'two']);
  await until(() => one.commands.length > 0 && two.commands.length > 0);
  one.answer();
  await pause(100);
  const heardByOne = one.commands.length;
  await pause(200);
  expect(one.commands).toHaveLength(heardByOne);
  expect(two.commands.length).toBeGreaterThan(heardByOne);
  expect(thief.commands).toEqual([]);
  two.answer();
  void landing;
});
