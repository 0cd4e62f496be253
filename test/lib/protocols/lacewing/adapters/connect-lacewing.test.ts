import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import {
  connectLacewing,
  type LacewingClient,
  type LacewingLimits,
} from '../../../../../lib/protocols/lacewing/index.js';
import { until } from '../../../../support/until.js';
import { type Relay, startRelay } from '../relay.js';

const stops: (() => unknown)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function start(options: { limits?: Partial<LacewingLimits>; hasUdp?: boolean } = {}): Promise<Relay> {
  const relay = await startRelay(options);
  stops.push(relay.stop);
  return relay;
}

async function join(relay: Relay, name?: string): Promise<LacewingClient> {
  const client = await connectLacewing({ host: '127.0.0.1', port: relay.port, timeoutMs: 2000 });
  stops.push(() => client.close());
  if (name !== undefined) await client.setName(name);
  return client;
}

/** Ann, master of `room`, and Bob in it. */
async function meet(options: { isHidden?: boolean; isAutoClose?: boolean } = {}) {
  const relay = await start();
  const [ann, bob] = [await join(relay, 'ann'), await join(relay, 'bob')];
  const room = await ann.join('room', options);
  await bob.join('room');
  await ann.receive('peerJoined');
  return { relay, ann, bob, room };
}

describe('Lacewing over real sockets', () => {
  it('greets, names, joins, lists and leaves', async () => {
    const { ann, bob, room, relay } = await meet();
    expect(ann).toMatchObject({ id: 0, name: 'ann', welcome: 'hello' });
    expect(room).toMatchObject({ id: 0, name: 'room', isMaster: true });
    expect(bob.channels.get(0)).toMatchObject({ isMaster: false });
    expect([...(bob.channels.get(0)?.peers.values() ?? [])]).toEqual([
      { id: 0, name: 'ann', isMaster: true },
    ]);
    expect(await bob.listChannels()).toEqual([{ name: 'room', peerCount: 2 }]);
    await bob.setName('bob2');
    expect(await ann.receive('peerChanged')).toMatchObject({
      peer: { id: 1, name: 'bob2', isMaster: false },
    });
    await bob.leave(0);
    expect(await ann.receive('peerLeft')).toMatchObject({ peerId: 1 });
    await ann.leave(0);
    expect(await bob.listChannels()).toEqual([]);
    expect(relay.events.filter(({ type }) => type === 'ignored')).toEqual([]);
  });

  it('denies with the reason: a name that is taken, a channel twice, a bad name', async () => {
    const { ann, bob, relay } = await meet();
    await expect(ann.setName('bob')).rejects.toMatchObject({ reason: 'Name already taken' });
    expect(ann.name).toBe('ann');
    await expect(bob.join('room')).rejects.toMatchObject({ reason: 'Already part of channel' });
    await expect(bob.setName(' ')).rejects.toMatchObject({ reason: expect.stringContaining('blank') });
    const other = await join(relay);
    await expect(other.join('room')).rejects.toMatchObject({ reason: 'Set a name first.' });
    await other.setName('ann');
    await expect(other.join('room')).rejects.toMatchObject({ reason: 'Name already taken' });
  });

  it('carries messages of all kinds to the others, and not back', async () => {
    const { ann, bob } = await meet();
    const large = Buffer.alloc(70_000, 7);
    ann.sendToChannel(0, 'hi', { subchannel: 6 });
    ann.sendToChannel(0, 4_000_000_000);
    ann.sendToPeer({ channelId: 0, peerId: bob.id }, new Uint8Array(large));
    ann.sendToPeer({ channelId: 0, peerId: ann.id }, 'to myself');
    ann.sendToChannel(0, { json: { x: [1, 2] } });
    expect(await bob.receive('channelMessage')).toMatchObject({
      value: 'hi',
      senderId: 0,
      channelId: 0,
      isBlasted: false,
      content: { subchannel: 6, variant: 0 },
    });
    expect(await bob.receive('channelMessage')).toMatchObject({ value: 4_000_000_000 });
    expect(await bob.receive('channelMessage')).toMatchObject({ value: { json: { x: [1, 2] } } });
    const { content } = await bob.receive('peerMessage');
    expect(large.equals(content.data)).toBe(true);
    bob.sendToChannel(0, 'done');
    expect(await ann.receive('channelMessage')).toMatchObject({ value: 'done', senderId: 1 });
  });

  it('blasts what is blasted, to those who have UDP', async () => {
    const { ann, bob } = await meet();
    await Promise.all([ann.udpReady(), bob.udpReady()]);
    ann.sendToChannel(0, 9, { subchannel: 6, isBlasted: true });
    expect(await bob.receive('channelMessage', { timeoutMs: 2000 })).toMatchObject({
      value: 9,
      isBlasted: true,
    });
    bob.sendToPeer({ channelId: 0, peerId: 0 }, 'psst', { isBlasted: true });
    expect(await ann.receive('peerMessage', { timeoutMs: 2000 })).toMatchObject({
      value: 'psst',
      isBlasted: true,
    });
  });

  it('takes a message to the server, as a datagram as well', async () => {
    const relay = await start();
    const ann = await join(relay);
    await ann.udpReady();
    ann.sendToServer('slow');
    ann.sendToServer('fast', { isBlasted: true });
    const told = () => relay.events.filter(({ type }) => type === 'serverMessage');
    await until(() => told().length === 2);
    expect(told().some((event) => event.type === 'serverMessage' && event.isBlasted)).toBe(true);
  });

  it('lets the master kick, and nobody else', async () => {
    const { ann, bob, relay } = await meet();
    bob.kick(0, ann.id);
    await until(() => relay.events.some(({ type }) => type === 'kickAsked'));
    ann.kick(0, bob.id);
    expect(await bob.receive('channelClosed')).toEqual({ type: 'channelClosed', channelId: 0 });
    expect(await ann.receive('peerLeft')).toMatchObject({ peerId: bob.id });
    expect(ann.channels.size).toBe(1);
    expect(relay.sessions[1]?.channels.size).toBe(0);
  });

  it('closes an auto-closing channel with its master, and hides a hidden one', async () => {
    const { ann, bob } = await meet({ isHidden: true, isAutoClose: true });
    expect(await bob.listChannels()).toEqual([]);
    await ann.leave(0);
    expect(await bob.receive('channelClosed')).toEqual({ type: 'channelClosed', channelId: 0 });
  });

  it('tells the others when a client is gone', async () => {
    const { ann, bob, relay } = await meet();
    ann.close();
    expect(await bob.receive('peerLeft')).toMatchObject({ peerId: 0 });
    await until(() => relay.events.some(({ type }) => type === 'closed'));
  });

  it('measures the latency of its clients by pings', async () => {
    const relay = await start({ limits: { pingIntervalMs: 20 } });
    await join(relay);
    await until(() => relay.events.filter(({ type }) => type === 'latency').length >= 2);
    const latency = relay.events.find((event) => event.type === 'latency');
    expect(latency).toMatchObject({ latencyMs: expect.any(Number) });
  });

  it('says why a client is put out', async () => {
    const relay = await start();
    const ann = await join(relay);
    relay.sessions[0]?.disconnect('the show is over');
    expect(await ann.receive('serverMessage')).toMatchObject({ value: 'the show is over' });
    expect(await ann.receive('disconnected')).toMatchObject({ error: { code: 'disconnected' } });
  });

  it('lets nobody in when it is full, and says so', async () => {
    const relay = await start({ limits: { maxClients: 1 } });
    await join(relay);
    await expect(join(relay)).rejects.toMatchObject({
      code: 'lacewing_denied',
      reason: 'The server is full.',
    });
  });

  it('works without UDP for all but blasting', async () => {
    const relay = await start({ hasUdp: false });
    const ann = await connectLacewing({ host: '127.0.0.1', port: relay.port, timeoutMs: 100 });
    stops.push(() => ann.close());
    await expect(ann.udpReady()).rejects.toMatchObject({ code: 'timeout' });
    expect(await ann.setName('ann')).toBe('ann');
    const without = await connectLacewing({ host: 'localhost', port: relay.port, hasUdp: false });
    stops.push(() => without.close());
    await expect(without.udpReady()).rejects.toMatchObject({ code: 'not_supported' });
  });

  it('is left by no client for a stranger that sends datagrams to its port or in its name', async () => {
    const { ann, bob, relay } = await meet();
    await Promise.all([ann.udpReady(), bob.udpReady()]);
    const stranger = createSocket('udp4');
    stops.push(() => stranger.close());
    for (const bytes of ['00', 'ff', '2000', '200100', '20ffff0600006869'])
      stranger.send(Buffer.from(bytes, 'hex'), relay.port, '127.0.0.1');
    ann.sendToChannel(0, 'still here', { isBlasted: true });
    expect(await bob.receive('channelMessage', { timeoutMs: 2000 })).toMatchObject({ value: 'still here' });
  });

  it('has no server where nobody listens, and none where the call is cancelled', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    server.close();
    await once(server, 'close');
    await expect(connectLacewing({ host: '127.0.0.1', port })).rejects.toMatchObject({
      code: 'disconnected',
      message: expect.stringContaining(`no server answers at 127.0.0.1:${port}`),
    });
    const signal = AbortSignal.abort();
    await expect(connectLacewing({ host: '127.0.0.1', port, signal })).rejects.toMatchObject({
      code: 'cancelled',
    });
  });

  it('closes nothing but the one connection that speaks something else', async () => {
    const { ann, bob, relay } = await meet();
    const answer = await fetch(`http://127.0.0.1:${relay.port}/`).catch((error: unknown) => error);
    expect(answer).toBeInstanceOf(Error);
    ann.sendToChannel(0, 'still here');
    expect(await bob.receive('channelMessage')).toMatchObject({ value: 'still here' });
  });
});
