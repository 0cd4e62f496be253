/** Whole conversations with our own client, over TCP, TLS and UDP, and with members that came by other gateways. */
import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../../../server/hub/deliveries.js';
import { testCertificate } from '../../../support/certificate.js';
import { type Rig, startRig } from './support/rig.js';

const bridged = { bridges: [{ room: 'lobby', gateways: 'all' }] } as const;

/** A member of another gateway in the lobby. */
function guest(rig: Rig, id: string, name?: string, answer?: (delivery: Delivery) => void) {
  const { board } = rig;
  const heard: Delivery[] = [];
  const hear = (delivery: Delivery) => {
    heard.push(delivery);
    answer?.(delivery);
  };
  const visitor = { hear, end: () => undefined };
  board.connect({ id, gateway: 'other', address: 'elsewhere' }, visitor);
  board.hub.identify(board.ask(id, 1), 'other');
  if (name !== undefined) board.hub.login(board.ask(id, 1), { name, role: 'guest' });
  board.hub.join(board.ask(id, 1), 'lobby');
  return { heard };
}

describe('clients of the Lacewing gateway', () => {
  it('meet, talk, blast and part', async () => {
    const rig = await startRig();
    const [ann, bob] = [await rig.client('ann'), await rig.client('bob')];
    const room = await ann.join('room');
    await bob.join('room');
    await Promise.all([ann.udpReady(), bob.udpReady()]);
    ann.sendToChannel(room.id, { json: { x: [1, 2] } }, { subchannel: 4 });
    bob.sendToPeer({ channelId: room.id, peerId: ann.id }, 12, { isBlasted: true });
    expect(await bob.receive('channelMessage')).toMatchObject({
      value: { json: { x: [1, 2] } },
      content: { subchannel: 4 },
    });
    expect(await ann.receive('peerMessage')).toMatchObject({ value: 12, isBlasted: true });
    await bob.setName('bob2');
    expect(await ann.receive('peerChanged')).toMatchObject({ peer: { name: 'bob2' } });
    ann.kick(room.id, bob.id);
    expect(await bob.receive('channelClosed')).toMatchObject({ channelId: room.id });
    expect(await ann.receive('peerLeft')).toMatchObject({ peerId: bob.id });
    bob.close();
    await expect.poll(() => rig.board.hub.sizes.members, { interval: 2, timeout: 20_000 }).toBe(1);
    expect(rig.log).toEqual([]);
  });

  it('speak TLS where it has a certificate, and blast beside it', async () => {
    const tls = await testCertificate();
    const rig = await startRig({ tls });
    const ann = await rig.client('ann', { host: 'localhost', tls: { ca: tls.cert } });
    await ann.join('room');
    expect(await ann.listChannels()).toContainEqual({ name: 'room', peerCount: 1 });
    await ann.udpReady();
    await expect(rig.client('bob', { tls: {} })).rejects.toMatchObject({
      code: 'disconnected',
      message: expect.stringMatching(`^no server answers as it should with TLS at 127.0.0.1:${rig.port}: `),
    });
    const plain = await rig.raw();
    plain.send('00 | 00 0b 00 7265766973696f6e2033');
    expect((await plain.rest()).startsWith('0009')).toBe(false);
  });

  it('are told by the hub’s own word when they are put out', async () => {
    const rig = await startRig();
    const ann = await rig.client('ann');
    rig.board.expel('lacewing:1', 'the operator has put you out');
    expect(await ann.receive('serverMessage')).toMatchObject({ value: 'the operator has put you out' });
    expect(await ann.receive('disconnected')).toMatchObject({ error: { code: 'disconnected' } });
  });

  it('hear why, where a plugin has something against it', async () => {
    const rig = await startRig();
    const [ann, bob] = [await rig.client('ann'), await rig.client('bob')];
    const room = await ann.join('room');
    await bob.join('room');
    rig.board.hub.addPlugin({ name: 'quiet', hooks: { roomMessage: () => ({ deny: 'quiet, please' }) } });
    ann.sendToChannel(room.id, 'hi');
    expect(await ann.receive('serverMessage')).toMatchObject({ value: 'quiet, please' });
    ann.sendToPeer({ channelId: room.id, peerId: bob.id }, 'psst');
    expect(await bob.receive('peerMessage')).toMatchObject({ value: 'psst' });
  });
});

describe('members of other gateways', () => {
  it('are peers in rooms that are bridged, with ids of this gateway', async () => {
    const rig = await startRig({}, bridged);
    guest(rig, 'other:1', 'Zoë');
    const ann = await rig.client('ann');
    const lobby = await ann.join('lobby');
    expect([...lobby.peers.values()]).toEqual([{ id: 1, name: 'Zoë', isMaster: true }]);
    guest(rig, 'other:2');
    expect(await ann.receive('peerJoined')).toMatchObject({ peer: { id: 2, name: 'other:2' } });
    const bob = await rig.client('bob');
    expect(bob.id).toBe(3);
    rig.board.disconnect('other:1', 'gone');
    expect(await ann.receive('peerLeft')).toMatchObject({ peerId: 1 });
    await ann.leave(lobby.id);
    expect((await rig.client('cat')).id).toBe(1);
  });

  it('have names that fit: cut to 255 bytes, without control characters', async () => {
    const rig = await startRig({}, { ...bridged, limits: { maxNameBytes: 1000 } });
    guest(rig, 'other:1', 'é'.repeat(150));
    guest(rig, 'other:2', 'a\u0000b');
    const lobby = await (await rig.client('ann')).join('lobby');
    expect([...lobby.peers.values()].map(({ name }) => name)).toEqual(['é'.repeat(127), 'a b']);
  });

  it('hear contents as the hub has them, and are heard', async () => {
    const rig = await startRig({}, bridged);
    const { hub } = rig.board;
    const { heard } = guest(rig, 'other:1', 'zoe');
    const ann = await rig.client('ann');
    const lobby = await ann.join('lobby');
    ann.sendToChannel(lobby.id, { json: { a: 1 } }, { subchannel: 9 });
    await expect
      .poll(() => heard.at(-1), { interval: 2, timeout: 20_000 })
      .toMatchObject({
        type: 'roomMessage',
        from: { id: 'lacewing:1', name: 'ann' },
        content: { topic: 9, value: { a: 1 }, marks: { variant: 0, isObject: true }, isLossy: false },
      });
    const values = ['text', 7, -1.5, Uint8Array.of(1, 2), { b: [Uint8Array.of(255)], c: null }, true];
    for (const value of values)
      hub.sendToRoom(rig.board.ask('other:1', 1), { room: 'lobby', content: { topic: 'chat', value } });
    const received = [];
    for (const _ of values) received.push((await ann.receive('channelMessage')).value);
    const json = '{"b":["/w=="],"c":null}';
    expect(received).toEqual(['text', 7, '-1.5', Uint8Array.of(1, 2), json, 'true']);
  });

  it('speak to one directly: as a peer, or by a text of the server where no channel is shared', async () => {
    const rig = await startRig({}, bridged);
    const { board } = rig;
    guest(rig, 'other:1', 'zoe');
    const ann = await rig.client('ann');
    const lobby = await ann.join('lobby');
    const direct = { to: 'lacewing:1', content: { value: 'hi' } };
    board.hub.sendPrivate(board.ask('other:1', 1), direct);
    expect(await ann.receive('peerMessage')).toMatchObject({ value: 'hi', channelId: lobby.id, senderId: 1 });
    await ann.leave(lobby.id);
    board.hub.join(board.ask('lacewing:1', 1), 'lobby');
    board.hub.sendPrivate(board.ask('other:1', 1), direct);
    expect(await ann.receive('serverMessage')).toMatchObject({ value: '{"from":"zoe","value":"hi"}' });
  });

  it('can answer at once to who joins, who knows of the channel by then', async () => {
    const rig = await startRig({}, bridged);
    const { board } = rig;
    guest(rig, 'other:1', 'zoe', ({ type }) => {
      const welcome = { room: 'lobby', content: { value: 'welcome' } };
      if (type === 'joined') board.hub.sendToRoom(board.ask('other:1', 1), welcome);
    });
    const ann = await rig.client('ann');
    const lobby = await ann.join('lobby');
    expect(await ann.receive('channelMessage')).toMatchObject({ channelId: lobby.id, value: 'welcome' });
  });

  it('are not heard in a room that the hub has put a client into and the client has not joined', async () => {
    const rig = await startRig({}, bridged);
    const { board } = rig;
    guest(rig, 'other:1', 'zoe');
    const [ann, bob] = [await rig.client('ann'), await rig.client('bob')];
    await bob.join('lobby');
    board.hub.join(board.ask('lacewing:1', 1), 'lobby');
    const heard: unknown[] = [];
    ann.on('channelMessage', ({ value }) => heard.push(value));
    board.hub.sendToRoom(board.ask('other:1', 1), { room: 'lobby', content: { value: 'hi' } });
    expect(await bob.receive('channelMessage')).toMatchObject({ value: 'hi' });
    await ann.setName('ann2');
    expect(heard).toEqual([]);
  });

  it('change variables of the room and their own', async () => {
    const rig = await startRig({}, bridged);
    const { board } = rig;
    guest(rig, 'other:1', 'zoe');
    const ann = await rig.client('ann');
    await ann.join('lobby');
    const change = (wish: Parameters<typeof board.hub.changeRoomVariable>[1]['wish']) =>
      board.hub.changeRoomVariable(board.ask('other:1', 1), { room: 'lobby', wish });
    change({ kind: 'set', name: 'score', value: 3 });
    change({ kind: 'rename', name: 'score', to: 'points' });
    change({ kind: 'delete', name: 'points' });
    board.hub.setOwnVariables(board.ask('other:1', 1), { mood: 'good', peer: 'liar' });
    const told = [];
    for (let count = 0; count < 4; count++) {
      const { value, content } = await ann.receive('serverChannelMessage');
      told.push(`${content.subchannel} ${String(value)}`);
    }
    expect(told).toEqual([
      '2 {"room":"lobby","score":3}',
      '2 {"room":"lobby","renamed":{"from":"score","to":"points"}}',
      '2 {"room":"lobby","points":null}',
      '1 {"peer":"zoe","mood":"good"}',
    ]);
  });
});
