/** What one client can do to the Lacewing gateway and to others: floods, slow reading, datagrams in another's name. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { HubConfig } from '../../../../server/hub/policies.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { hello, openUdp, type RawClient, type Rig, serverText, startRig } from './support/rig.js';

const ann = { name: '00 04 01 616e6e', named: '00 06 01 01 03 616e6e' };
const bob = { name: '00 04 01 626f62', named: '00 06 01 01 03 626f62' };
const room = '00 06 02 00 726f6f6d';

async function arrive(rig: Rig, id: string, from?: string): Promise<RawClient> {
  return (await rig.raw(from)).send(hello).expect(`00 09 00 01 ${id}00 68656c6c6f`);
}

/** Ann in `room`, and Bob, whose address may be another. */
async function meet(config: HubConfig = {}, options: Parameters<typeof startRig>[0] = {}, from?: string) {
  const rig = await startRig(options, config);
  const annRaw = await arrive(rig, '00');
  await annRaw.send(ann.name).expect(ann.named);
  await annRaw.send(room).expect('00 0a 02 01 01 04 726f6f6d 0000');
  const bobRaw = await arrive(rig, '01', from);
  await bobRaw.send(bob.name).expect(bob.named);
  await bobRaw.send(room).expect('00 11 02 01 00 04 726f6f6d 0000 | 0000 01 03 616e6e');
  await annRaw.expect('90 08 0000 0100 00 626f62');
  return { rig, ann: annRaw, bob: bobRaw };
}

const u8 = (value: number) => value.toString(16).padStart(2, '0');

describe('a flood', () => {
  it('of messages is slowed down, and none is lost', async () => {
    const limits = { messages: { burst: 10, perS: 400 } };
    const { ann, bob } = await meet({ limits });
    const startedMs = performance.now();
    const numbers = Array.from({ length: 60 }, (_, index) => index);
    bob.send(numbers.map((index) => `20 04 06 0000 ${u8(index)}`).join(' '));
    for (const index of numbers) await ann.expect(`20 06 06 0000 0100 ${u8(index)}`);
    expect(performance.now() - startedMs).toBeGreaterThan(100);
    await bob.send('00 05 01 626f6232').expect('00 07 01 01 04 626f6232');
  });

  it('of more than is ever kept is not read until it may come in', async () => {
    const { ann, bob } = await meet({ limits: { messages: { burst: 10, perS: 500 } } });
    const data = '78'.repeat(40_000);
    bob.send(`20 fe 439c 06 0000 ${data}`.repeat(40));
    await ann.expect(`20 fe 459c 06 0000 0100 ${data}`.repeat(40));
  });

  it('of what has no answer, or an answer of the rules alone, is slowed down as well', async () => {
    const limits = { messages: { burst: 10, perS: 1000 } };
    const { bob } = await meet({ limits }, { channelListing: false });
    const startedMs = performance.now();
    for (const bytes of ['90 00', '00 01 01', '10 01 00', '00 01 04']) bob.send(bytes.repeat(30));
    const blank = Buffer.from('The name is invalid: it is blank.').toString('hex');
    await bob.expect(`00 24 01 00 00 ${blank}`.repeat(30));
    await bob.expect(serverText('Nobody listens here: send commands to a channel of the fleet.').repeat(30));
    const off = Buffer.from('The channel list is switched off.').toString('hex');
    await bob.expect(`00 23 04 00 ${off}`.repeat(30));
    expect(performance.now() - startedMs).toBeGreaterThan(100);
  });

  it('of datagrams is cut to what is allowed, and counted', async () => {
    const { rig, ann, bob } = await meet({ limits: { messages: { burst: 20, perS: 0.001 } } });
    await (await ann.blast('70 0000')).expectBlast('a0');
    for (let count = 0; count < 100; count++) await bob.blast('20 0100 06 0000 6869');
    for (let count = 0; count < 17; count++) await ann.expectBlast('20 06 0000 0100 6869');
    // Behind all of Bob's, in the same queue.
    await (await ann.blast('70 0000')).expectBlast('a0');
    bob.socket.end();
    await expect
      .poll(() => rig.log, { interval: 2, timeout: 20_000 })
      .toEqual(['warning lacewing:2 from 127.0.0.1: 83 datagrams were dropped, they came too fast']);
    expect(ann.unreadBlasts).toEqual([]);
  });
});

describe('a flood of UDPHello', () => {
  it('is answered as often as it is allowed to ask', async () => {
    const { ann, bob } = await meet({ limits: { messages: { burst: 20, perS: 0.001 } } });
    for (let count = 0; count < 40; count++) await bob.blast('70 0100');
    for (let count = 0; count < 17; count++) await bob.expectBlast('a0');
    await (await ann.blast('70 0000')).expectBlast('a0');
    expect(bob.unreadBlasts).toEqual([]);
  });
});

describe('a client that does not read', () => {
  it('is cut, and the others are told', async () => {
    const { rig, ann, bob } = await meet({
      limits: { messages: { burst: 500, perS: 500 }, bytes: { burst: 2 ** 26, perS: 2 ** 26 } },
    });
    ann.socket.pause();
    const large = Buffer.concat([Buffer.from('20ff03000f00060000', 'hex'), Buffer.alloc(0xf0000)]);
    for (let sent = 0; sent < 30 && rig.log.length === 0; sent++) {
      bob.send(large);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await bob.expect('90 04 0000 0000');
    expect(rig.log[0]).toMatch(/^warning lacewing:1 from 127.0.0.1: cut: it left \d+ bytes unread$/);
  });
});

describe('datagrams', () => {
  it('are taken from the client’s own address alone', async () => {
    const { ann, bob } = await meet({}, {}, '127.0.0.2');
    const stranger = await openUdp('127.0.0.1');
    const answers: string[] = [];
    stranger.on('message', (bytes) => answers.push(bytes.toString('hex')));
    await bob.blast('70 0100', stranger);
    await bob.blast('20 0100 06 0000 666f6f', stranger);
    await (await bob.blast('70 0100')).expectBlast('a0');
    await bob.blast('20 0100 06 0000 6869');
    await ann.expect('20 07 06 0000 0100 6869');
    expect(answers).toEqual([]);
  });

  it('move a client’s port to where the last one came from', async () => {
    const { ann, bob } = await meet();
    await (await bob.blast('70 0100')).expectBlast('a0');
    const moved = await openUdp('127.0.0.1');
    const came: string[] = [];
    moved.on('message', (bytes) => came.push(bytes.toString('hex')));
    await bob.blast('70 0100', moved);
    await ann.blast('20 0000 06 0000 6869');
    await expect.poll(() => came, { interval: 2, timeout: 20_000 }).toEqual(['a0', '2006000000006869']);
    expect(bob.unreadBlasts).toEqual([]);
  });

  it('come from the first port for good where that is wished', async () => {
    const { ann, bob, rig } = await meet({}, { limits: { isUdpPortFixed: true } });
    await (await bob.blast('70 0100')).expectBlast('a0');
    await bob.blast('70 0100', await openUdp('127.0.0.1'));
    await ann.blast('20 0000 06 0000 6869');
    await bob.expectBlast('20 06 0000 0000 6869');
    expect(rig.log).toEqual([]);
  });

  it('that are none, or of nobody, are dropped and counted', async () => {
    const { rig, ann } = await meet();
    for (const bytes of ['00', 'ff', '2000', '70 0900', '20 0500 06 0000 6869']) await ann.blast(bytes);
    await (await ann.blast('70 0000')).expectBlast('a0');
    await rig.gateway.close();
    expect(rig.log).toEqual([
      'info lacewing: 5 datagrams were of no client here, 0 could not be sent in time (since the start)',
    ]);
  });

  it('that somebody has something against are dropped without a word', async () => {
    const { rig, ann, bob } = await meet();
    const { hub } = rig.board;
    hub.addPlugin({ name: 'quiet', hooks: { roomMessage: () => ({ deny: 'quiet, please' }) } });
    await bob.blast('20 0100 06 0000 6869');
    hub.switchCommand('peer', false);
    await bob.blast('30 0100 06 0000 0000 6869');
    await (await bob.blast('70 0100')).expectBlast('a0');
    await bob.send('00 05 01 626f6232').expect('00 07 01 01 04 626f6232');
    await ann.expect('90 09 0000 0100 00 626f6232');
    expect([ann.unread, bob.unread]).toEqual(['', '']);
  });

  it('of one are answered while the stream of another is held back', async () => {
    const { ann, bob } = await meet({ limits: { messages: { burst: 6, perS: 20 } } });
    bob.send('20 05 06 0000 6869'.repeat(10));
    await (await ann.blast('70 0000')).expectBlast('a0');
    await ann.expect('20 07 06 0000 0100 6869'.repeat(4));
  });
});

/** A port whose TCP half is free. */
async function takeUdpHalf() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const taken = createSocket('udp4');
  taken.bind(port, '127.0.0.1');
  await once(taken, 'listening');
  server.close();
  await once(server, 'close');
  return { taken, port };
}

describe('the port', () => {
  it('is the same for both, and an error that names it where UDP is taken', async () => {
    const { taken, port } = await takeUdpHalf();
    await expect(startRig({ port })).rejects.toMatchObject({
      code: 'no_gateway',
      message: expect.stringContaining(`127.0.0.1:${port} (UDP): another program has that port`),
    });
    taken.close();
    // Its TCP half was closed again.
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    server.close();
  });

  it('is free again behind the end, and every client gone', async () => {
    const { rig, ann } = await meet();
    await rig.gateway.close();
    expect(await ann.rest()).toBe('');
    expect(rig.board.hub.sizes.members).toBe(0);
    await startRig({ port: rig.port });
  });

  it('keeps no timer for a client that is gone', async () => {
    const clock = new FakeClock();
    const rig = await startRig({ clock });
    const before = clock.pending;
    const raw = await arrive(rig, '00');
    expect(clock.pending).toBeGreaterThan(before);
    raw.socket.resetAndDestroy();
    await expect.poll(() => rig.board.hub.sizes.members, { interval: 2, timeout: 20_000 }).toBe(0);
    expect(clock.pending).toBe(before);
  });

  it('is there for IPv6 and IPv4 at once, UDP too, and an address is the same by either', async () => {
    const rig = await startRig({ host: '::' });
    for (const host of ['127.0.0.1', '::1']) await (await rig.client(undefined, { host })).udpReady();
    expect(rig.events.flatMap((event) => (event.type === 'connected' ? [event.address] : []))).toEqual([
      '127.0.0.1',
      '::1',
    ]);
  });

  it('has no name that nobody knows', async () => {
    await expect(startRig({ host: 'no.such.host.invalid' })).rejects.toMatchObject({ code: 'no_gateway' });
  });
});
