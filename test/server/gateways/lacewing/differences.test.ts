/** Where servers of this protocol differ: what this one does, in bytes. */
import { describe, expect, it } from 'vitest';
import { hello, type RawClient, type Rig, serverText, startRig } from './support/rig.js';

const bytesOf = (text: string) => Buffer.from(text).toString('hex');
const size = (count: number) => count.toString(16).padStart(2, '0');

/** A response that says no: its kind, what stands before the reason, the reason. */
function denial(kind: string, fields: string, reason: string): string {
  const body = `${kind} 00 ${fields} ${bytesOf(reason)}`;
  return `00 ${size(body.replace(/ /g, '').length / 2)} ${body}`;
}

const named = (name: string) => `${size(name.length)} ${bytesOf(name)}`;
const setName = (name: string) => `00 ${size(name.length + 1)} 01 ${bytesOf(name)}`;
const nameSet = (name: string) => `00 ${size(name.length + 3)} 01 01 ${named(name)}`;
const join = (name: string, flags = '00') => `00 ${size(name.length + 2)} 02 ${flags} ${bytesOf(name)}`;
const left = '00 04 03 01 0000';

async function arrive(rig: Rig, name?: string): Promise<RawClient> {
  const raw = await rig.raw();
  const id = size(rig.events.filter(({ type }) => type === 'identified').length);
  await raw.send(hello).expect(`00 09 00 01 ${id}00 68656c6c6f`);
  if (name !== undefined) await raw.send(setName(name)).expect(nameSet(name));
  return raw;
}

/** Ann and Bob in a room of hers. */
async function meet(flags = '00', options: Parameters<typeof startRig>[0] = {}) {
  const rig = await startRig(options);
  const [ann, bob] = [await arrive(rig, 'ann'), await arrive(rig, 'bob')];
  await ann.send(join('room', flags)).expect('00 0a 02 01 01 04 726f6f6d 0000');
  await bob.send(join('room')).expect('00 11 02 01 00 04 726f6f6d 0000 | 0000 01 03 616e6e');
  await ann.expect('90 08 0000 0100 00 626f62');
  return { rig, ann, bob };
}

/** Its next request is answered, so all before it was left alone. */
async function isStillServed(raw: RawClient, name = 'same'): Promise<void> {
  await raw.send(setName(name)).expect(nameSet(name));
}

describe('a client that can not be let in', () => {
  it('of another revision is told so, and closed', async () => {
    const rig = await startRig();
    const raw = await rig.raw();
    raw.send('00 | 00 0b 00 7265766973696f6e2034');
    await raw.expect(denial('00', '', 'Version mismatch: this server speaks revision 3.'));
    expect(await raw.rest()).toBe('');
  });

  it('that finds the gateway full is told so, and closed; the next one finds the place of one who left', async () => {
    const rig = await startRig({ maxUsers: 1 });
    const ann = await arrive(rig);
    const bob = await rig.raw();
    await bob.send(hello).expect(denial('00', '', 'The server is full.'));
    expect(await bob.rest()).toBe('');
    ann.socket.end();
    await ann.rest();
    await expect.poll(() => rig.board.hub.sizes.members, { interval: 2, timeout: 20_000 }).toBe(0);
    await (await rig.raw()).send(hello).expect('00 09 00 01 0000 68656c6c6f');
  });

  it('that the hub does not take is told why when it asks, and closed', async () => {
    const rig = await startRig({}, { limits: { maxPerAddress: 1 } });
    await arrive(rig);
    const raw = await rig.raw();
    await raw.send(hello).expect(denial('00', '', '1 connections from 127.0.0.1 are all that are taken'));
    expect(await raw.rest()).toBe('');
  });

  it('that speaks something else is closed without a word', async () => {
    const rig = await startRig();
    const raw = await rig.raw();
    raw.send(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
    expect(await raw.rest()).toBe('');
  });

  it('that says something before Connect is told so, and closed', async () => {
    const rig = await startRig();
    const raw = await rig.raw();
    await raw.send(`00 | ${setName('ann')}`).expect(denial('00', '', 'The first message must be Connect.'));
    expect(await raw.rest()).toBe('');
  });

  it('that says nothing in time is told so, and closed', async () => {
    const rig = await startRig({ limits: { connectTimeoutMs: 30 } });
    const raw = await rig.raw();
    await raw.send('00').expect(denial('00', '', 'no Connect within 30 ms'));
    expect(await raw.rest()).toBe('');
    expect(rig.board.hub.sizes.members).toBe(0);
  });

  it('that connects twice is told so, and closed', async () => {
    const rig = await startRig();
    const ann = await arrive(rig);
    await ann.send(hello.slice(5)).expect(denial('00', '', 'You are already connected.'));
    expect(await ann.rest()).toBe('');
  });

  it('is welcomed with the message of the day where nothing else is said', async () => {
    const rig = await startRig({}, { motd: 'fly safely' });
    const raw = await rig.raw();
    await raw.send(hello).expect(`00 0e 00 01 0000 ${bytesOf('fly safely')}`);
  });
});

describe('names', () => {
  it.each([
    ['blank', '20', 'The name is invalid: it is blank.'],
    ['none', '', 'The name is invalid: it is blank.'],
    ['with a NUL', '6100', 'The name is invalid: it must be UTF-8 without control characters.'],
  ])('that are %s are denied', async (_what, name, reason) => {
    const rig = await startRig();
    const ann = await arrive(rig);
    const count = name.length / 2;
    await ann.send(`00 ${size(count + 1)} 01 ${name}`).expect(denial('01', `${size(count)} ${name}`, reason));
    await isStillServed(ann);
  });

  it('of 300 bytes are denied, cut to 255 in the answer', async () => {
    const rig = await startRig();
    const ann = await arrive(rig);
    const reason = 'The name is invalid: it has 300 bytes, 255 is the most.';
    const body = `01 00 ff ${'78'.repeat(255)} ${bytesOf(reason)}`;
    const bodyBytes = body.replace(/ /g, '').length / 2;
    await ann.send(`00 fe 2d01 01 ${'78'.repeat(300)}`);
    await ann.expect(`00 fe ${size(bodyBytes & 0xff)}${size(bodyBytes >> 8)} ${body}`);
    await isStillServed(ann);
  });

  it('that read alike are not in one channel', async () => {
    const { rig, bob } = await meet();
    await bob.send(setName('ANN')).expect(denial('01', named('ANN'), 'the name "ANN" is taken'));
    const cat = await arrive(rig, 'Ann');
    await cat.send(join('room')).expect(denial('02', named('room'), 'the name "Ann" is taken'));
    await cat.send(join('other')).expect('00 0b 02 01 01 05 6f74686572 0100');
  });

  it('are needed before a channel is joined', async () => {
    const rig = await startRig();
    const ann = await arrive(rig);
    await ann.send(join('room')).expect(denial('02', named('room'), 'Set a name first.'));
    await isStillServed(ann);
  });
});

describe('channels', () => {
  it('are not joined twice', async () => {
    const { bob } = await meet();
    await bob.send(join('room')).expect(denial('02', named('room'), 'in the room "room" already'));
    await isStillServed(bob);
  });

  it('that close with their master put all out when it leaves', async () => {
    const { ann, bob, rig } = await meet('02');
    await ann.send('00 03 03 0000').expect(left);
    await bob.expect(left);
    expect(rig.board.hub.sizes.visitorsRooms).toBe(0);
    await ann.send(join('next')).expect('00 0a 02 01 01 04 6e657874 0000');
  });

  it('that do not are left without a master, also when it comes back', async () => {
    const { ann, bob } = await meet();
    await ann.send('00 03 03 0000').expect(left);
    await bob.expect('90 04 0000 0000');
    await ann.send(join('room')).expect('00 11 02 01 00 04 726f6f6d 0000 | 0100 00 03 626f62');
    await bob.expect('90 08 0000 0000 00 616e6e');
  });

  it('are not listed where that is switched off', async () => {
    const rig = await startRig({ channelListing: false });
    const ann = await arrive(rig);
    await ann.send('00 01 04').expect(denial('04', '', 'The channel list is switched off.'));
    await isStillServed(ann);
  });

  it('have masters without rights where those are switched off', async () => {
    const { ann, bob } = await meet('02', { masterRights: false });
    await ann.send('80 05 0000 00 0100').expect(serverText('Nobody is kicked here.'));
    await ann.send('00 03 03 0000').expect(left);
    await bob.expect('90 04 0000 0000');
    await isStillServed(bob);
  });

  it('give their ids back behind the last client, also one that is gone without a word', async () => {
    const rig = await startRig();
    const ann = await arrive(rig, 'ann');
    await ann.send(join('room')).expect('00 0a 02 01 01 04 726f6f6d 0000');
    ann.socket.destroy();
    await expect.poll(() => rig.board.hub.sizes.members, { interval: 2, timeout: 20_000 }).toBe(0);
    const bob = await rig.raw();
    await bob.send(`${hello} ${setName('bob')}`).expect(`00 09 00 01 0000 68656c6c6f ${nameSet('bob')}`);
    await bob.send(join('next')).expect('00 0a 02 01 01 04 6e657874 0000');
  });

  it('do without what the operator has switched off', async () => {
    const { ann, bob, rig } = await meet();
    for (const word of ['list', 'channel']) rig.board.hub.switchCommand(word, false, 'lacewing');
    await bob.send('00 01 04').expect(denial('04', '', 'the command "list" is switched off'));
    await bob.send('20 05 06 0000 6869').expect(serverText('the command "channel" is switched off'));
    await bob.send('30 07 06 0000 0000 6869');
    await ann.expect('30 07 06 0000 0100 6869');
  });

  it('are left alone by those who are not in them', async () => {
    const { ann, bob, rig } = await meet();
    await arrive(rig, 'cat');
    await bob.send('30 07 06 0000 0200 6869 | 80 05 0000 00 0900');
    await bob.send('00 03 03 0700').expect(denial('03', '0700', 'You are not in this channel.'));
    await bob.send(
      '20 05 06 0700 6869 | 30 07 06 0700 0000 6869 | 30 07 06 0000 0900 6869 | 80 05 0700 00 0000',
    );
    await isStillServed(bob);
    await ann.expect('90 09 0000 0100 00 73616d65');
    expect(ann.unread).toBe('');
  });

  it('tell everybody else when one is gone without a word', async () => {
    const { ann, bob } = await meet();
    bob.socket.destroy();
    await ann.expect('90 04 0000 0100');
  });
});

describe('messages', () => {
  it('to oneself are dropped', async () => {
    const { bob } = await meet();
    await bob.send('30 07 06 0000 0100 6869');
    await isStillServed(bob);
  });

  it.each([
    ['a number of five bytes', '21 08 06 0000 0900000000'],
    ['a variant that no client knows', '23 05 06 0000 6869'],
    ['an object that is no JSON', '50 05 06 0000 7b7b'],
    ['an action of a master that is none', '80 05 0000 01 0000'],
    ['a UDPHello by TCP', '70 00'],
    ['a pong that nobody asked for', '90 00'],
    ['an unknown type', 'd0 01 00'],
    ['an unknown request', '00 01 09'],
  ])('of no use to others are left alone: %s', async (_what, bytes) => {
    const { ann, bob } = await meet();
    await bob.send(bytes);
    await isStillServed(bob);
    await ann.expect('90 09 0000 0100 00 73616d65');
    expect(ann.unread).toBe('');
  });

  it.each([
    ['a channel message without its channel', '20 01 06', 'the message is cut off'],
    ['a request without its kind', '00 00', 'the request is cut off'],
    ['a size over the limit', '20 ff 01001000', 'a message of 1048577 bytes is over the limit of 1048576'],
  ])('that can not be read end the session: %s', async (_what, bytes, reason) => {
    const { ann, bob } = await meet();
    await bob.send(bytes).expect(serverText(reason));
    expect(await bob.rest()).toBe('');
    await ann.expect('90 04 0000 0100');
  });
});

describe('pings', () => {
  it('that are not answered in time end the session', async () => {
    const rig = await startRig({ limits: { pingIntervalMs: 10, pongTimeoutMs: 20 } });
    const ann = await arrive(rig);
    await ann.expect(`b0 00 | ${serverText('no answer to a ping within 20 ms')}`);
    expect(await ann.rest()).toBe('');
    await expect.poll(() => rig.board.hub.sizes.members, { interval: 2, timeout: 20_000 }).toBe(0);
  });
});
