import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { ConnectionManager, connectTcp, Endpoint } from '../../../lib/messaging/index.js';
import { SystemClock } from '../../../lib/time/adapters/system-clock.js';
import { CommandRunner } from '../../../server/show-control/command-runner.js';
import { OldPeer } from '../../support/old-peer.js';

/** A drone that has connected and said nothing yet. */
async function newcomer() {
  const clock = new SystemClock();
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const accepted = OldPeer.accept(server);
  const connection = new ConnectionManager({ endpoint: new Endpoint(), clock });
  connection.connect(await connectTcp({ host: '127.0.0.1', port, timeoutMs: 1000 }));
  const peer = await accepted;
  onTestFinished(() => {
    connection.close();
    peer.close();
    server.close();
  });
  const runner = new CommandRunner({
    ...{ clock, isKnown: () => true, connection: () => connection },
    onFleetEvent: () => undefined,
    log: () => undefined,
  });
  return { peer, runner };
}

const features = ['errors'];
const hello = { protocol: 1, role: 'drone', id: 'a', software: 'starling', version: '1', features };

it.each(['takeoff', 'takeoff_z'])(
  'a %s that still waits when the drone is to be landed never leaves',
  async (how) => {
    const { peer, runner } = await newcomer();
    const takeoff = runner.sendOne('a', how, {});
    void runner.sendOne('a', 'land', { lane: 'emergency' });
    peer.action('hello', hello);
    await expect(takeoff).resolves.toMatchObject({ ok: false, code: 'overtaken' });
    await peer.nextAction('land');
    expect(peer.frames.map(({ header }) => header.action)).toEqual(['land']);
  },
);

it('what moves a drone is not overtaken by the stop that was given after it', async () => {
  const { peer, runner } = await newcomer();
  peer.action('hello', hello);
  await runner.sendOne('a', 'selfcheck', { timeoutMs: 1 });
  void runner.sendOne('a', 'takeoff', {});
  await Promise.resolve();
  void runner.sendOne('a', 'land', { lane: 'emergency' });
  await peer.nextRequest('land');
  const names = peer.frames.map(({ content }) => String(content)).filter((text) => /takeoff|land/.test(text));
  expect(names.map((text) => (text.includes('takeoff') ? 'takeoff' : 'land'))).toEqual(['takeoff', 'land']);
});
