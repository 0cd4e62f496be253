import { once } from 'node:events';
import { get } from 'node:http';
import { connect } from 'node:net';
import { generate } from 'selfsigned';
import { afterEach, describe, expect, it } from 'vitest';
import { SystemClock } from '../../../../lib/time/adapters/system-clock.js';
import type { Clock } from '../../../../lib/time/clock.js';
import {
  type CloudlinkOptions,
  startCloudlink,
} from '../../../../server/gateways/cloudlink/adapters/cloudlink-gateway.js';
import { Switchboard } from '../../../../server/gateways/switchboard.js';
import type { HubConfig } from '../../../../server/hub/policies.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { until } from '../../../support/until.js';
import { Caller } from './caller.js';

const ending: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

type Making = Partial<CloudlinkOptions> & { readonly hub?: HubConfig; readonly clock?: Clock };

async function open({ hub, clock = new SystemClock(), ...options }: Making = {}) {
  // Whoever shares a processor with other tests has longer turns: nobody is put off here for that.
  const board = new Switchboard(clock, { ...hub, shareMs: Number.POSITIVE_INFINITY });
  const gateway = await startCloudlink({
    ...{ board, clock, host: '127.0.0.1', port: 0, log: () => undefined },
    ...options,
  });
  ending.push(
    () => board.close(),
    () => gateway.close(),
  );
  const url = `${options.tls === undefined ? 'ws' : 'wss'}://127.0.0.1:${gateway.port}`;
  return { board, gateway, url };
}

const ok = { cmd: 'statuscode', code: 'I:100 | OK', code_id: 100 };
const isId = expect.stringMatching(/^\d{18,20}$/);
const isUuid = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);

/** Two clients meet, talk and part. */
async function converse(url: string, clientOptions: object = {}): Promise<void> {
  const handshake = { cmd: 'handshake', val: { language: 'Python', version: '0.2.0' }, listener: 'init' };
  const ada = await Caller.open(`${url}/any/path?query`, { ...clientOptions, origin: 'https://any.example' });
  const anonymous = { id: isId, uuid: isUuid };
  expect(await ada.ask(handshake, 5)).toEqual([
    { cmd: 'client_ip', val: '127.0.0.1' },
    { cmd: 'server_version', val: '0.2.0' },
    { cmd: 'client_obj', val: anonymous },
    { cmd: 'ulist', mode: 'set', val: [], rooms: 'default' },
    { ...ok, listener: 'init' },
  ]);
  const [, named] = await ada.ask({ cmd: 'setid', val: 'Ada' }, 2);
  const adaUser = { ...anonymous, username: 'Ada' };
  expect(named).toEqual({ ...ok, val: adaUser });
  const bob = await Caller.open(url, clientOptions);
  await bob.ask({ cmd: 'setid', val: 'Bob' }, 2);
  expect(await ada.told(1)).toMatchObject([{ cmd: 'ulist', mode: 'add', val: { username: 'Bob' } }]);
  expect(await bob.ask({ cmd: 'pmsg', id: 'Ada', val: 'hi' })).toEqual([ok]);
  expect(await ada.told(1)).toMatchObject([{ cmd: 'pmsg', val: 'hi', origin: { username: 'Bob' } }]);
  bob.socket.send(Buffer.from('{"cmd":"gmsg","val":"☁","listener":1}'));
  expect(await bob.texts(1)).toEqual(['{"cmd":"gmsg","val":"\\u2601","rooms":"default","listener":1}']);
  expect(await ada.texts(1)).toEqual(['{"cmd":"gmsg","val":"\\u2601"}']);
  await bob.ask({ cmd: 'link', val: ['red'] }, 2);
  expect(await ada.told(1)).toMatchObject([{ mode: 'remove', rooms: 'default' }]);
  await ada.ask({ cmd: 'link', val: 'red' }, 2);
  expect(await bob.told(1)).toMatchObject([{ mode: 'add', rooms: 'red', val: adaUser }]);
  bob.socket.close();
  await bob.closed;
  expect(await ada.told(1)).toMatchObject([{ mode: 'remove', rooms: 'red', val: { username: 'Bob' } }]);
}

describe('a conversation of CL4', () => {
  it('is held over WebSockets', async () => {
    const { board, url } = await open();
    await converse(url);
    await until(() => board.hub.sizes.members <= 1);
  });

  it('is held over TLS, where TLS alone is taken', async () => {
    const { cert, private: key } = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
      keyType: 'ec',
    });
    const { url } = await open({ tls: { cert, key } });
    await converse(url, { ca: cert, checkServerIdentity: () => undefined });
    const plain = new Caller(url.replace('wss', 'ws'));
    plain.socket.on('error', () => undefined);
    expect((await plain.closed).code).toBe(1006);
  });
});

describe('a conversation of Scratch', () => {
  const handshake = (user: string) => `${JSON.stringify({ method: 'handshake', user, project_id: '104' })}\n`;
  const setX = '{"method":"set","user":"ada","project_id":"104","name":"☁ x","value":"1"}\n';

  it('is held by the strict rules', async () => {
    const { url } = await open();
    const [ada, bob] = [await Caller.open(url), await Caller.open(url)];
    ada.say(handshake('ada'));
    ada.say(setX);
    bob.say(handshake('bob'));
    expect(await bob.texts(1)).toEqual(['{"method":"set","name":"☁ x","value":"1"}']);
    for (const value of ['2', '3']) ada.say(setX.replace('"1"', `"${value}"`));
    expect(await bob.texts(1)).toEqual([
      '{"method":"set","name":"☁ x","value":"2"}\n{"method":"set","name":"☁ x","value":"3"}',
    ]);
    expect(ada.unread).toEqual([]);
    ada.say('nonsense');
    expect((await ada.closed).code).toBe(4000);
  });

  it('is closed with a reason that is cut to what fits', async () => {
    const { url } = await open({ scratch: 'cloudlink' });
    const ada = await Caller.open(url);
    ada.say(handshake('ada'));
    ada.say(setX.replace('"104"', `"${'ü'.repeat(200)}"`));
    expect(await ada.closed).toEqual({ code: 4004, reason: `Invalid room ID: ${'ü'.repeat(53)}` });
  });

  it("is held by CloudLink's rules", async () => {
    const { url } = await open({ scratch: 'cloudlink' });
    const [ada, bob] = [await Caller.open(url), await Caller.open(url)];
    ada.say(handshake('ada'));
    ada.say(setX);
    const line = '{"method":"set","name":"\\u2601 x","value":"1"}';
    expect(await ada.texts(1)).toEqual([line]);
    bob.say(handshake('bob'));
    expect(await bob.texts(1)).toEqual([line]);
    bob.say(setX.replace('"104"', '"105"'));
    expect(await bob.closed).toEqual({ code: 4004, reason: 'Invalid room ID: 105' });
  });

  it('needs a User-Agent where that is wanted', async () => {
    const { url } = await open({ needsUserAgent: true });
    const [nobody, ada] = [
      await Caller.open(url),
      await Caller.open(url, { headers: { 'User-Agent': 'test' } }),
    ];
    for (const caller of [nobody, ada]) caller.say(handshake('ada'));
    expect((await nobody.closed).code).toBe(4006);
    ada.say('nonsense');
    expect((await ada.closed).code).toBe(4000);
  });

  it.each([
    ['a cookie', { Cookie: 'a=b; scratchsessionsid=secret' }],
    ['a header', { scratchsessionsid: 'secret' }],
  ])('ends with a warning when the login at Scratch comes along as %s', async (_where, headers) => {
    const { url } = await open();
    const ada = await Caller.open(url, { headers });
    ada.say(handshake('ada'));
    expect((await ada.texts(1))[0]).toContain('change your Scratch password');
    expect((await ada.closed).code).toBe(4005);
  });
});

describe('the port', () => {
  it('leaves no timer behind', async () => {
    const clock = new FakeClock();
    const hub = { limits: { messages: { burst: 1, perS: 0.001 } } };
    const { board, gateway, url } = await open({ clock, hub });
    const ada = await Caller.open(url);
    await ada.ask({ cmd: 'ping' });
    ada.say({ cmd: 'ping' });
    const idle = clock.pending;
    await until(() => clock.pending > idle);
    const silent = connect(gateway.port, '127.0.0.1');
    await until(() => clock.pending > idle + 1);
    silent.destroy();
    await until(() => clock.pending === idle + 1);
    await gateway.close();
    board.close();
    await until(() => clock.pending === 0);
  });

  it('says nothing before the first message, and turns away what is no protocol of it', async () => {
    const { url } = await open();
    const bad = await Caller.open(url);
    bad.socket.send(Buffer.from([0xff, 0xfe]));
    expect(await bad.texts(1)).toEqual(['Invalid JSON']);
    expect(await bad.closed).toEqual({ code: 1000, reason: 'Invalid JSON' });
    const empty = await Caller.open(url);
    empty.say('');
    expect(await empty.closed).toEqual({ code: 1000, reason: 'Empty message' });
    const list = await Caller.open(url);
    list.say('[1]');
    expect([await list.closed, list.unread]).toEqual([{ code: 1000, reason: '' }, []]);
  });

  it('is full with as many clients as it takes, and has room again when one has left', async () => {
    const { url } = await open({ maxClients: 1 });
    const ada = await Caller.open(url);
    const late = new Caller(url);
    expect(await late.texts(1)).toEqual(['Server is full!']);
    expect(await late.closed).toEqual({ code: 1000, reason: '' });
    ada.socket.close();
    await ada.closed;
    const next = await Caller.open(url);
    expect(await next.ask({ cmd: 'ping' })).toEqual([ok]);
  });

  it('is full with as many as the hub takes', async () => {
    const { url } = await open({ hub: { limits: { maxMembers: 1 } } });
    await Caller.open(url);
    expect(await new Caller(url).texts(1)).toEqual(['Server is full!']);
  });

  it('closes with 1009 after a message of more than a mebibyte', async () => {
    const { url } = await open();
    const ada = await Caller.open(url);
    expect(await ada.ask({ cmd: 'gmsg', val: 'x'.repeat(2 ** 20 - 50) })).toMatchObject([{ cmd: 'gmsg' }]);
    ada.say({ cmd: 'gmsg', val: 'x'.repeat(2 ** 20) });
    expect((await ada.closed).code).toBe(1009);
  });

  it("believes a proxy's header only where it is named", async () => {
    const options = { headers: { 'X-Forwarded-For': '203.0.113.9' } };
    for (const [realIpHeader, val] of [
      ['X-Forwarded-For', '203.0.113.9'],
      [undefined, '127.0.0.1'],
    ] as const) {
      const { url } = await open({ ...(realIpHeader !== undefined && { realIpHeader }) });
      const [first] = await (await Caller.open(url, options)).ask({ cmd: 'handshake' }, 5);
      expect(first).toEqual({ cmd: 'client_ip', val });
    }
  });

  it('serves every message of one who sends too many, later', async () => {
    const { url } = await open({ hub: { limits: { messages: { burst: 5, perS: 500 } } } });
    const ada = await Caller.open(url);
    for (let n = 0; n < 40; n++) ada.say({ cmd: 'gmsg', val: n });
    const told = await ada.told(40);
    expect(told.map((message) => Object(message).val)).toEqual([...Array(40).keys()]);
  });

  it('serves what one has sent who leaves before its turn, and then it is gone', async () => {
    const { board, url } = await open({ hub: { limits: { messages: { burst: 5, perS: 500 } } } });
    const [ada, bob] = [await Caller.open(url), await Caller.open(url)];
    await ada.ask({ cmd: 'ping' });
    for (let n = 0; n < 30; n++) bob.say({ cmd: 'gmsg', val: n });
    bob.socket.close();
    expect((await ada.told(30)).map((message) => Object(message).val)).toEqual([...Array(30).keys()]);
    await until(() => board.hub.sizes.members === 1);
  });

  it('closes one at once who was not read because it sent too much', async () => {
    const clock = new FakeClock();
    const { url } = await open({ clock, hub: { limits: { messages: { burst: 1, perS: 10 } } } });
    const ada = await Caller.open(url);
    await ada.ask({ cmd: 'ping' });
    const { pending } = clock;
    ada.say('[1]');
    await until(() => clock.pending > pending);
    await clock.advance(100);
    expect(await ada.closed).toEqual({ code: 1000, reason: '' });
  });

  it('gives up after half a minute what one has left behind, and says how much it was', async () => {
    const clock = new FakeClock();
    const { board, url } = await open({ clock, hub: { limits: { messages: { burst: 2, perS: 0.01 } } } });
    const errors: string[] = [];
    board.hub.listen('test', (event) => {
      if (event.type === 'error') errors.push(event.text);
    });
    const bob = await Caller.open(url);
    for (let n = 0; n < 5; n++) bob.say({ cmd: 'ping' });
    bob.socket.close();
    await bob.closed;
    await clock.advance(29_000);
    expect(board.hub.sizes.members).toBe(1);
    await clock.advance(1000);
    expect([board.hub.sizes.members, errors]).toEqual([
      0,
      ['left, and 3 messages of it were not dealt with'],
    ]);
  });

  it('does not take one for silent whom it does not read', async () => {
    const clock = new FakeClock();
    const { board, url } = await open({ clock, hub: { limits: { messages: { burst: 2, perS: 0.01 } } } });
    const flood = await Caller.open(url, { autoPong: false });
    for (let n = 0; n < 3; n++) flood.say({ cmd: 'ping' });
    await flood.told(2);
    await clock.advance(99_000);
    expect(board.hub.sizes.members).toBe(1);
    await clock.advance(2000);
    await flood.told(1);
    await clock.advance(60_000);
    expect((await flood.closed).code).toBe(1006);
  });

  it('cuts one who does not read, and serves the others', async () => {
    const { board, url } = await open();
    const [slow, ada] = [await Caller.open(url), await Caller.open(url)];
    await slow.ask({ cmd: 'setid', val: 'Slow' }, 2);
    await slow.ask({ cmd: 'link', val: 'show' }, 2);
    slow.socket.pause();
    const reasons: string[] = [];
    board.hub.listen('test', (event) => {
      if (event.type === 'disconnected') reasons.push(event.reason);
    });
    const value = 'x'.repeat(2 ** 21);
    for (let n = 0; n < 10 && reasons.length === 0; n++) board.hub.fleet.sendToRoom('show', { value });
    expect(reasons).toEqual([expect.stringMatching(/^cut: it left \d+ bytes unread$/)]);
    expect(await ada.ask({ cmd: 'ping' })).toEqual([ok]);
  });

  it('asks every 20 s who is there, measures how far they are, and cuts who does not answer', async () => {
    const clock = new FakeClock();
    const { board, url } = await open({ clock });
    const ids: string[] = [];
    board.hub.listen('test', (event) => {
      if (event.type === 'connected') ids.push(event.member.id);
    });
    const silent = { autoPong: false };
    const ada = await Caller.open(url);
    const [deaf, busy] = [await Caller.open(url, silent), await Caller.open(url, silent)];
    for (const caller of [ada, deaf, busy]) await caller.ask({ cmd: 'ping' });
    const pinged = Promise.all([ada, deaf, busy].map(({ socket }) => once(socket, 'ping')));
    await clock.advance(20_000);
    await pinged;
    const [adaId = ''] = ids;
    await until(() => board.hub.member(adaId)?.latencyMs === 0);
    await busy.ask({ cmd: 'ping' });
    await clock.advance(20_000);
    expect((await deaf.closed).code).toBe(1006);
    expect([board.hub.sizes.members, ada.socket.readyState, busy.socket.readyState]).toEqual([2, 1, 1]);
  });

  it('gives what never becomes a WebSocket ten seconds, and tells HTTP what it is', async () => {
    const clock = new FakeClock();
    const { gateway } = await open({ clock });
    const silent = connect(gateway.port, '127.0.0.1');
    await once(silent, 'connect');
    const [response] = await once(get({ host: '127.0.0.1', port: gateway.port, agent: false }), 'response');
    expect(response.statusCode).toBe(426);
    response.resume();
    const closed = once(silent, 'close');
    silent.on('error', () => undefined);
    silent.resume();
    await clock.advance(10_000);
    await closed;
  });

  it('outlives a fault of its own, which is named', async () => {
    const { board, url } = await open();
    const errors: string[] = [];
    let identified = 0;
    board.hub.listen('test', (event) => {
      if (event.type === 'error') errors.push(event.text);
      if (event.type === 'identified') identified++;
    });
    const [ada, scratch, first] = [await Caller.open(url), await Caller.open(url), await Caller.open(url)];
    await ada.ask({ cmd: 'ping' });
    scratch.say({ method: 'handshake', user: 'eve', project_id: 'show' });
    await until(() => identified === 2);
    const ask = board.ask.bind(board);
    board.ask = () => {
      throw new Error('broken');
    };
    expect(await ada.ask({ cmd: 'ping', listener: 1 })).toMatchObject([
      { code: 'E:105 | Internal server error' },
    ]);
    first.say({ cmd: 'ping' });
    expect((await first.closed).code).toBe(1011);
    scratch.say({ method: 'set', name: 'x', value: 1 });
    expect((await scratch.closed).code).toBe(4000);
    board.ask = ask;
    expect(await ada.ask({ cmd: 'ping' })).toEqual([ok]);
    expect(errors).toEqual(['broken', 'broken', 'broken']);
  });

  it('selects none of the subprotocols that are offered', async () => {
    const { gateway } = await open();
    const headers = {
      ...{ Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13' },
      ...{ 'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==', 'Sec-WebSocket-Protocol': 'a, b' },
    };
    const request = get({ host: '127.0.0.1', port: gateway.port, headers });
    const [response, socket] = await once(request, 'upgrade');
    expect(response.statusCode).toBe(101);
    expect(response.headers).not.toHaveProperty('sec-websocket-protocol');
    socket.destroy();
  });

  it('reads no more from one who sends too much, until it may', async () => {
    const clock = new FakeClock();
    const { url } = await open({ clock, hub: { limits: { messages: { burst: 2, perS: 10 } } } });
    const [flood, ada] = [await Caller.open(url), await Caller.open(url)];
    const count = 16;
    for (let n = 0; n < count; n++) flood.say({ cmd: 'ping', val: 'x'.repeat(1_000_000), listener: n });
    await flood.told(2);
    const seen: number[] = [];
    while (seen.length < 10 || seen.at(-1) !== seen.at(-10)) {
      await new Promise((resolve) => ada.socket.once('pong', resolve).ping());
      seen.push(flood.socket.bufferedAmount);
    }
    expect(seen.at(-1)).toBeGreaterThan(0);
    let served = 2;
    while (served < count) {
      await clock.advance(1000);
      served += (await flood.told(1)).length;
    }
    expect(flood.unread).toEqual([]);
  });

  it('tells a fleet of any size as fast as it is read', async () => {
    const { board, url } = await open();
    const names = Array.from({ length: 300 }, (_, n) => `kite ${n}`);
    for (const name of names) {
      board.hub.fleet.setDrone({ id: `drone:${name}`, name, rooms: ['show'] });
      board.hub.fleet.setDroneVariables(`drone:${name}`, { text: 'x'.repeat(50_000) });
    }
    const ada = await Caller.open(url);
    await ada.ask({ cmd: 'setid', val: 'Ada' }, 2);
    ada.say({ cmd: 'link', val: 'show' });
    await ada.told(2);
    ada.socket.pause();
    board.hub.fleet.setDroneVariables('drone:kite 299', { text: 'new' });
    board.hub.fleet.sendToRoom('show', { value: 'to all' });
    ada.socket.resume();
    const told = await ada.told(names.length + 2);
    const last = new Map(told.map((message) => [Object(message).name, Object(message).val]));
    expect([last.size, last.get('kite 299.text'), last.get(undefined)]).toEqual([301, 'new', 'to all']);
  });

  it('forgets all when it closes, and frees its port', async () => {
    const { board, gateway, url } = await open();
    const ada = await Caller.open(url);
    await ada.ask({ cmd: 'ping' });
    await gateway.close();
    expect(board.hub.sizes).toMatchObject({ members: 0, visitorsRooms: 0 });
    await ada.closed;
    const again = await open({ port: gateway.port });
    expect(again.gateway.port).toBe(gateway.port);
  });

  it('can not be had twice: says which gateway, which port, and why', async () => {
    const { gateway } = await open();
    await expect(open({ port: gateway.port })).rejects.toThrow(
      new RegExp(
        `gateway cloudlink can not be opened at 127.0.0.1:${gateway.port}: another program has that port`,
      ),
    );
  });

  it.each([
    { tls: { cert: '', key: '' } },
    { tls: { cert: 'no certificate', key: 'no key' } },
    { maxClients: 0 },
    { maxClients: -1 },
    { maxClients: 1.5 },
    { realIpHeader: 'X Real IP' },
  ])('is not opened with %j', async (options) => {
    await expect(open(options)).rejects.toThrow(/^gateway cloudlink: /);
  });
});
