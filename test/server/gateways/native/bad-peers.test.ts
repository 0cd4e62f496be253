import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ConnectionManager, Endpoint, type Hello, type Json } from '../../../../lib/messaging/index.js';
import { tokenKeys } from '../../../../lib/security/access/token.js';
import { connectPsk } from '../../../../lib/security/adapters/tls-psk.js';
import { SystemClock } from '../../../../lib/time/adapters/system-clock.js';
import { startNative } from '../../../../server/gateways/native/adapters/native-gateway.js';
import { jsonFrame } from '../../../lib/messaging/support.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { gatekeeperOver } from '../control/support/gatekeeper-of.js';
import { type House, openHouse } from './support/open-house.js';

const hello: Hello = {
  ...{ protocol: 1, role: 'operator', id: 'raw', software: 'test', version: '0' },
  features: ['errors', 'heartbeat'],
};

async function secureSocket({ gateway }: House, name = 'ada') {
  const socket = connect({ host: '127.0.0.1', port: gateway.port, noDelay: true });
  await once(socket, 'connect');
  const { identity, psk } = tokenKeys(`${name}-token`);
  return connectPsk(socket, { identity, psk: Buffer.from(psk, 'hex') });
}

/** A peer that speaks the library's frames and none of its rooms. */
async function rawPeer(house: House, name = 'ada') {
  const endpoint = new Endpoint();
  const connection = new ConnectionManager({
    endpoint,
    clock: new SystemClock(),
    hello,
    resendRequests: false,
  });
  onTestFinished(() => connection.close());
  connection.connect(await secureSocket(house, name));
  connection.markIdentified();
  const ask = (request: string, kwargs: { [key: string]: Json } = {}) =>
    connection.getResponse(request, { kwargs });
  return { ask, connection, endpoint };
}

async function enteredPeer(house: House, name = 'ada') {
  const peer = await rawPeer(house, name);
  await peer.ask('room_enter', { token: `${name}-token` });
  return peer;
}

describe('the door of the native gateway', () => {
  it('lets nobody in who does not prove a key: wrong tokens, and those who speak plainly', async () => {
    const house = await openHouse();
    await expect(house.enter('mallory')).rejects.toMatchObject({
      code: 'disconnected',
      message: expect.stringContaining('does not take this token'),
    });
    const plain = connect({ host: '127.0.0.1', port: house.gateway.port });
    plain.on('error', () => undefined);
    plain.write(jsonFrame({ action: 'hello' }, '{"args":[],"kwargs":{}}'));
    await once(plain, 'close');
    expect(house.lines[0]).toMatch(/native: somebody at 127\.0\.0\.1 does not prove the key of a token/);
    expect(house.hub.sizes.members).toBe(0);
  });

  it('wants the token itself: the key of one opens nothing with a wrong one', async () => {
    const house = await openHouse();
    const { ask } = await rawPeer(house);
    await expect(ask('room_enter', { token: 'guessed' })).rejects.toMatchObject({ code: 'not_allowed' });
    expect(house.lines).toEqual(['native: somebody at 127.0.0.1 shows a wrong token']);
    await expect(ask('room_join', { room: 'stage' })).rejects.toMatchObject({ code: 'not_identified' });
    expect(await ask('room_enter', { token: 'ada-token' })).toMatchObject({ you: { name: 'ada' } });
    await expect(ask('room_enter', { token: 'ada-token' })).rejects.toMatchObject({
      code: 'already_identified',
    });
  });

  it('tells whoever the hub does not let in why', async () => {
    const house = await openHouse({ hub: { limits: { maxPerAddress: 1 } } });
    await house.enter('ada');
    await expect(house.enter('ben')).rejects.toMatchObject({ code: 'address_full' });
    const { enter, hub } = await openHouse();
    hub.addPlugin({ name: 'shut', hooks: { login: () => ({ deny: 'closed today' }) } });
    await expect(enter('ada')).rejects.toMatchObject({ code: 'denied', message: 'closed today' });
  });

  it('closes on whoever is not let in and asks nothing', async () => {
    const clock = new FakeClock();
    const house = await openHouse({ clock, hub: { limits: { maxPerAddress: 1 } } });
    await rawPeer(house);
    await expect.poll(() => house.hub.sizes.members, { interval: 5 }).toBe(1);
    const second = await secureSocket(house, 'ben');
    second.resume();
    await once(second, 'data');
    const closed = once(second, 'close');
    await clock.advance(1000);
    await closed;
    expect(house.hub.sizes.members).toBe(1);
  });

  it('is not opened where another program listens, and says so', async () => {
    const { board, clock, gateway } = await openHouse();
    const options = { board, clock, host: '127.0.0.1', port: gateway.port, log: () => undefined };
    await expect(startNative({ ...options, gatekeeper: gatekeeperOver(new Map()) })).rejects.toMatchObject({
      code: 'no_gateway',
      message: expect.stringMatching(/gateway native can not be opened at 127\.0\.0\.1:\d+: another program/),
    });
  });

  it('closes with a word to those who are in', async () => {
    const { enter, gateway, hub, lines } = await openHouse();
    const ada = await enter('ada');
    await gateway.close();
    expect(await ada.closed).toMatchObject({ code: 'server_closes', message: 'the server closes' });
    expect([hub.sizes.members, lines]).toEqual([0, []]);
    await expect(enter('ada')).rejects.toMatchObject({
      code: 'disconnected',
      message: expect.stringContaining('no server answers at 127.0.0.1'),
    });
    await expect(enter('ada', { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('ends those who say nothing in time', async () => {
    const house = await openHouse({ hub: { limits: { identifyMs: 1 } } });
    const { connection } = await rawPeer(house);
    await expect.poll(() => connection.isConnected, { interval: 5 }).toBe(false);
    expect(house.hub.sizes.members).toBe(0);
  });

  it('is closed to a token that was taken away: nothing is done by it, and its connection ends soon', async () => {
    const house = await openHouse();
    const [ada, eve] = [await house.enter('ada'), await house.enter('eve')];
    const room = await ada.join('stage');
    house.access.delete('ada');
    await expect(room.say('once more')).rejects.toMatchObject({ code: 'not_allowed' });
    expect(await ada.closed).toMatchObject({ code: 'revoked' });
    await eve.ping();
    await expect(house.enter('ada')).rejects.toMatchObject({ code: 'disconnected' });
  });
});

describe('an operator', () => {
  it('keeps the name by which the log calls who did what', async () => {
    const { enter, hub } = await openHouse();
    const [ada, eve] = [await enter('ada'), await enter('eve')];
    await expect(ada.rename('ben')).rejects.toMatchObject({ code: 'not_allowed' });
    await ada.rename('ada');
    await eve.rename('evelyn');
    expect([hub.member(ada.me.id)?.name, hub.member(eve.me.id)?.name]).toEqual(['ada', 'evelyn']);
  });
});

describe('bad input at the native gateway', () => {
  it.each<[request: string, code: string, kwargs: { [key: string]: Json }]>([
    ['room_join', 'bad_arguments', {}],
    ['room_join', 'bad_arguments', { room: 7 }],
    ['room_join', 'bad_arguments', { room: 'a', hidden: 'yes' }],
    ['room_join', 'bad_name', { room: 'x'.repeat(256) }],
    ['room_join', 'already_in_room', { room: 'here' }],
    ['room_leave', 'not_in_room', { room: 'elsewhere' }],
    ['room_send', 'not_in_room', { room: 'elsewhere', value: 1 }],
    ['room_send', 'bad_arguments', { room: 'here', name: 5, value: 1 }],
    ['room_send', 'bad_arguments', { room: 'here', name: '', value: 1 }],
    ['room_send', 'bad_message', { room: 'here', value: { $bytes: 'no base64!' } }],
    ['room_send', 'too_large', { room: 'here', value: 'x'.repeat(1_100_000) }],
    ['private_send', 'bad_arguments', { value: 1 }],
    ['private_send', 'member_unknown', { to: 'nobody', value: 1 }],
    ['room_kick', 'member_unknown', { room: 'here', member: 'nobody' }],
    ['set_variable', 'bad_arguments', { room: 'here', kind: 'grow', name: 'x' }],
    ['set_variable', 'bad_arguments', { room: 'here', kind: 'rename', name: 'x' }],
    ['set_own_variables', 'bad_arguments', { values: [1] }],
    ['rename', 'bad_arguments', { name: null }],
    ['room_command', 'command_unknown', { name: 'none' }],
    ['room_command', 'bad_arguments', { args: {} }],
    ['room_command', 'bad_arguments', { name: 'none', args: 'all' }],
    ['room_fly', 'unknown_request', {}],
  ])('of a member is refused and costs nothing else: %s as %s', async (request, code, kwargs) => {
    const house = await openHouse();
    const { ask } = await enteredPeer(house);
    await ask('room_join', { room: 'here' });
    await expect(ask(request, kwargs)).rejects.toMatchObject({ code });
    expect(await ask('room_send', { room: 'here', value: 1 })).toBeNull();
  });

  it('that is no frame ends that connection alone', async () => {
    const house = await openHouse();
    const ada = await house.enter('ada');
    const socket = await secureSocket(house, 'ben');
    socket.resume();
    socket.write(Buffer.from([0, 3, 0x7b, 0x7b, 0x7b]));
    await once(socket, 'close');
    await ada.ping();
    expect(house.hub.sizes.members).toBe(1);
  });

  it('that goes on and on ends the connection', async () => {
    const house = await openHouse();
    const { connection } = await enteredPeer(house);
    for (let count = 0; count < 1100; count++) connection.sendMessage('nonsense');
    await expect.poll(() => house.hub.sizes.members, { interval: 5 }).toBe(0);
    expect(house.lines.join()).toMatch(/cut: too much that can not be used/);
  });
});

describe('a member that is too fast', () => {
  const hub = { limits: { messages: { burst: 5, perS: 500 } } };

  it('waits for its turn: everything arrives, in order', async () => {
    const house = await openHouse({ hub });
    const [ada, ben] = [await house.enter('ada'), await house.enter('ben')];
    const room = await ada.join('stage');
    await ben.join('stage');
    const sent = Array.from({ length: 60 }, (_, index) => index);
    const sending = Promise.all(sent.map((index) => room.send('N', index)));
    const received: unknown[] = [];
    for (const _ of sent) received.push((await ben.receive('N')).value);
    expect(received).toEqual(sent);
    await sending;
  });

  it('may send as much as it likes at once, and nothing that no server takes', async () => {
    const bytes = { burst: 2 ** 30, perS: 2 ** 30 };
    const house = await openHouse({ hub: { limits: { bytes } } });
    const room = await (await house.enter('ada')).join('stage');
    const large = new Uint8Array(650_000);
    const sent = Promise.all(Array.from({ length: 6 }, () => room.send('B', large)));
    await expect(room.send('B', new Uint8Array(1_600_000))).rejects.toMatchObject({ code: 'too_large' });
    await expect(room.send('T', '\u0001'.repeat(360_000))).rejects.toMatchObject({ code: 'too_large' });
    await expect(room.send('T', '\u0001'.repeat(180_000))).rejects.toMatchObject({ name: 'RemoteError' });
    await sent;
    expect(house.lines).toEqual([]);
  });

  it('that does not wait for its answers is cut', async () => {
    const house = await openHouse({ hub: { limits: { messages: { burst: 5, perS: 1 } } } });
    const { ask, connection } = await enteredPeer(house);
    const answers = Promise.allSettled(Array.from({ length: 300 }, () => ask('room_list')));
    await expect.poll(() => connection.isConnected, { interval: 5 }).toBe(false);
    await answers;
    expect(house.hub.sizes.members).toBe(0);
    expect(house.lines.join()).toMatch(/it does not wait for its answers/);
  });
});

describe('a member that reads slowly', () => {
  it('gets the newest of what changes, not each change', async () => {
    const house = await openHouse();
    house.hub.fleet.setDrone({ id: 'drone:1', name: 'alpha', rooms: ['show'] });
    const { ask, endpoint } = await enteredPeer(house);
    const batches: Json[] = [];
    let release: (value: null) => void = () => undefined;
    endpoint.requestCallback('room_telemetry', (_, kwargs) => {
      batches.push((kwargs as { members: Json }).members);
      return new Promise((resolve) => {
        release = resolve;
      });
    });
    await ask('room_join', { room: 'show' });
    const set = (x: number) => house.hub.fleet.setDroneVariables('drone:1', { x, [`of${x % 2}`]: x });
    for (let x = 1; x <= 100; x++) set(x);
    await expect.poll(() => batches.length, { interval: 5 }).toBe(1);
    release(null);
    await expect.poll(() => batches.length, { interval: 5 }).toBe(2);
    expect(batches).toEqual([{ 'drone:1': { x: 1, of1: 1 } }, { 'drone:1': { x: 100, of0: 100, of1: 99 } }]);
  });

  it('and does not read at all is cut, and holds up nobody', async () => {
    const house = await openHouse({ maxQueueBytes: 128 * 1024 });
    const eve = await house.enter('eve');
    await eve.join('show');
    const socket = await secureSocket(house, 'ben');
    socket.write(
      Buffer.concat([
        jsonFrame({ action: 'hello' }, JSON.stringify({ args: [], kwargs: hello })),
        ...['room_enter', 'room_join'].map((name) => {
          const kwargs = { token: 'ben-token', room: 'show' };
          const content = { requested_value: name, request_id: name, args: [], kwargs };
          return jsonFrame({ 'message-type': 'request' }, JSON.stringify(content));
        }),
      ]),
    );
    socket.pause();
    await expect.poll(() => house.hub.sizes.members, { interval: 5 }).toBe(2);
    await expect.poll(() => house.hub.roster(eve.me.id, 'show').length, { interval: 5 }).toBe(2);
    const value = 'x'.repeat(60_000);
    let received = 0;
    eve.onMessage(undefined, () => received++);
    let sent = 0;
    while (house.hub.sizes.members === 2 && sent < 2000) {
      house.hub.fleet.sendToRoom('show', { value });
      sent += 1;
      await expect.poll(() => received, { interval: 1 }).toBe(sent);
    }
    expect(house.hub.sizes.members).toBe(1);
    expect(eve.rooms).toHaveLength(1);
    expect(house.lines.join()).toMatch(
      /native:2 at 127\.0\.0\.1: cut: the peer stopped reading: over 131072 bytes/,
    );
    socket.destroy();
  });
});
