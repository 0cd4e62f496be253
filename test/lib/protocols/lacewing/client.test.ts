import { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import {
  decodeClientDatagram,
  encodeServerDatagram,
  encodeServerMessage,
  type LacewingDatagrams,
  LacewingDecoder,
  type LacewingServerMessage,
  makeContent,
  nextClientMessage,
  openLacewing,
} from '../../../../lib/protocols/lacewing/index.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { hex } from './hex.js';

/** A server's end in the hands of a test: what was sent is kept, answers are pushed by hand. */
class Wire extends Duplex {
  readonly #decoder = new LacewingDecoder();
  firstByte: number | undefined;
  isStuck = false;

  override _read(): void {
    // Everything is pushed by `say`.
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#decoder.push(this.firstByte === undefined ? chunk.subarray(1) : chunk);
    this.firstByte ??= chunk[0];
    if (!this.isStuck) done();
  }

  say(...messages: readonly LacewingServerMessage[]): void {
    for (const message of messages) this.push(encodeServerMessage(message));
  }

  /** What the client has sent since the last time. */
  heard() {
    const messages = [];
    for (let message = nextClientMessage(this.#decoder); message; message = nextClientMessage(this.#decoder))
      messages.push(message);
    return messages;
  }
}

class Datagrams implements LacewingDatagrams {
  sent: Uint8Array[] = [];
  isClosed = false;
  #take: (bytes: Uint8Array) => void = () => undefined;

  send(bytes: Uint8Array): void {
    this.sent.push(bytes);
  }

  onDatagram(take: (bytes: Uint8Array) => void): void {
    this.#take = take;
  }

  close(): void {
    this.isClosed = true;
  }

  say(message: LacewingServerMessage): void {
    this.#take(encodeServerDatagram(message));
  }

  sayHex(bytes: string): void {
    this.#take(hex(bytes));
  }
}

const accepted = { type: 'connectAccepted', clientId: 2, welcome: 'hello' } as const;
const room = { type: 'channelJoined', channelId: 0, name: 'room', isMaster: false } as const;
const ann = { id: 1, name: 'ann', isMaster: true };
const text = (type: 'channelMessage' | 'peerMessage', value: string) =>
  ({ type, channelId: 0, senderId: 1, content: makeContent(value, 6) }) as const;

function begin(options: { signal?: AbortSignal; hasUdp?: boolean } = {}) {
  const wire = new Wire();
  const clock = new FakeClock();
  const datagrams = new Datagrams();
  const opening = openLacewing({
    stream: wire,
    clock,
    timeoutMs: 5000,
    datagrams: options.hasUdp === false ? undefined : datagrams,
    signal: options.signal,
  });
  return { wire, clock, datagrams, opening };
}

async function setUp(options: { hasUdp?: boolean } = {}) {
  const rig = begin(options);
  rig.wire.say(accepted);
  const client = await rig.opening;
  rig.wire.heard();
  return { ...rig, client };
}

async function setUpJoined() {
  const rig = await setUp();
  const joining = rig.client.join('room');
  rig.wire.say({ ...room, peers: [ann] });
  await joining;
  rig.wire.heard();
  return rig;
}

describe('a Lacewing client', () => {
  it('says an empty byte and Connect, and knows its id and the welcome', async () => {
    const { wire, opening } = begin();
    expect(wire.heard()).toEqual([{ type: 'connect', revision: 'revision 3' }]);
    expect(wire.firstByte).toBe(0);
    wire.say(accepted);
    expect(await opening).toMatchObject({ id: 2, welcome: 'hello', name: undefined });
  });

  it('is not opened when the server denies it, with the reason', async () => {
    const { wire, opening, clock, datagrams } = begin();
    wire.say({ type: 'connectDenied', reason: 'full' });
    await expect(opening).rejects.toMatchObject({
      code: 'lacewing_denied',
      reason: 'full',
      method: 'connect',
    });
    expect(datagrams.isClosed).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('is not opened by a server that is silent, or leaves, or speaks something else', async () => {
    const silent = begin();
    const failure = expect(silent.opening).rejects.toMatchObject({ code: 'timeout' });
    await silent.clock.advance(5000);
    await failure;
    const leaving = begin();
    leaving.wire.push(null);
    await expect(leaving.opening).rejects.toMatchObject({ code: 'disconnected' });
    const other = begin();
    other.wire.push(Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff]));
    await expect(other.opening).rejects.toMatchObject({ code: 'corrupt_frame' });
    expect(other.wire.destroyed).toBe(true);
  });

  it('is not opened when it is cancelled, before or meanwhile', async () => {
    const aborted = begin({ signal: AbortSignal.abort() });
    await expect(aborted.opening).rejects.toMatchObject({ code: 'cancelled' });
    const controller = new AbortController();
    const later = begin({ signal: controller.signal });
    controller.abort();
    await expect(later.opening).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('says hello over UDP at once and every 500 ms until it is welcomed', async () => {
    const { client, clock, datagrams } = await setUp();
    expect(datagrams.sent.map((bytes) => Buffer.from(bytes).toString('hex'))).toEqual(['700200']);
    await clock.advance(1000);
    expect(datagrams.sent).toHaveLength(3);
    datagrams.sayHex('a0 00000000000000');
    await client.udpReady();
    expect(client.isUdpReady).toBe(true);
    await clock.advance(2000);
    expect(datagrams.sent).toHaveLength(3);
    expect(clock.pending).toBe(0);
  });

  it('goes on without UDP when nobody answers there, and says so to who blasts', async () => {
    const { client, clock, wire } = await setUp();
    expect(() => client.sendToServer('x', { isBlasted: true })).toThrow(/udpReady/);
    const failure = expect(client.udpReady()).rejects.toMatchObject({ code: 'timeout' });
    await clock.advance(5000);
    await failure;
    expect(clock.pending).toBe(0);
    client.sendToServer('x');
    expect(wire.heard()).toMatchObject([{ type: 'serverMessage' }]);
    const without = await setUp({ hasUdp: false });
    await expect(without.client.udpReady()).rejects.toMatchObject({ code: 'not_supported' });
  });

  it('takes no welcome over the stream for one over UDP', async () => {
    const { client, wire, clock } = await setUp();
    wire.say({ type: 'udpWelcome' });
    await clock.advance(1);
    expect(client.isUdpReady).toBe(false);
  });

  it('sets its name, and has it as the server spells it', async () => {
    const { client, wire } = await setUp();
    const naming = client.setName('ANN');
    expect(wire.heard()).toEqual([{ type: 'setName', name: 'ANN' }]);
    wire.say({ type: 'nameAccepted', name: 'Ann' });
    expect(await naming).toBe('Ann');
    expect(client.name).toBe('Ann');
  });

  it('is told of a denial by the request that was denied, and lives on', async () => {
    const { client, wire } = await setUp();
    const [naming, joining, leaving, listing] = [
      client.setName('ann'),
      client.join('room'),
      client.leave(4),
      client.listChannels(),
    ].map((request) => expect(request).rejects.toMatchObject({ code: 'lacewing_denied', reason: 'no!' }));
    wire.say(
      { type: 'listDenied', reason: 'no!' },
      { type: 'leaveDenied', channelId: 4, reason: 'no!' },
      { type: 'joinDenied', name: 'room', reason: 'no!' },
      { type: 'nameDenied', name: 'ann', reason: 'no!' },
    );
    await Promise.all([naming, joining, leaving, listing]);
    expect(client.name).toBeUndefined();
  });

  it('gives up a request without an answer, and takes a late answer for no other', async () => {
    const { client, wire, clock } = await setUp();
    const first = expect(client.setName('a')).rejects.toMatchObject({ code: 'timeout', method: 'setName' });
    await clock.advance(5000);
    await first;
    const second = client.setName('b');
    wire.say({ type: 'nameAccepted', name: 'a' }, { type: 'nameAccepted', name: 'b' });
    expect(await second).toBe('b');
    expect(await client.receive('renamed')).toEqual({ type: 'renamed', name: 'a' });
  });

  it('does not ask for a name that no answer could hold', async () => {
    const { client, wire } = await setUp();
    await expect(client.setName('ö'.repeat(128))).rejects.toMatchObject({ code: 'bad_name' });
    await expect(client.join('x'.repeat(256))).rejects.toMatchObject({ code: 'bad_name' });
    expect(wire.heard()).toEqual([]);
  });

  it('joins with its flags, and knows who is there and comes, changes and goes', async () => {
    const { client, wire } = await setUp();
    const joining = client.join('room', { isHidden: true, isAutoClose: true });
    expect(wire.heard()).toEqual([{ type: 'joinChannel', name: 'room', isHidden: true, isAutoClose: true }]);
    wire.say({ ...room, peers: [ann] });
    const channel = await joining;
    expect(channel).toMatchObject({ id: 0, name: 'room', isMaster: false });
    const cat = { id: 3, name: 'cat', isMaster: false };
    wire.say({ type: 'peer', channelId: 0, peer: cat });
    expect(await client.receive('peerJoined')).toEqual({ type: 'peerJoined', channelId: 0, peer: cat });
    wire.say({ type: 'peer', channelId: 0, peer: { ...cat, name: 'cat9' } });
    expect(await client.receive('peerChanged')).toMatchObject({ peer: { name: 'cat9' } });
    expect([...channel.peers.keys()]).toEqual([1, 3]);
    wire.say({ type: 'peerLeft', channelId: 0, peerId: 1 });
    expect(await client.receive('peerLeft')).toEqual({ type: 'peerLeft', channelId: 0, peerId: 1 });
    expect([...channel.peers.keys()]).toEqual([3]);
  });

  it('leaves when it wants to, and is told when it was put out', async () => {
    const { client, wire } = await setUpJoined();
    const leaving = client.leave(0);
    wire.say({ type: 'channelLeft', channelId: 0 });
    await leaving;
    expect(client.channels.size).toBe(0);
    const joining = client.join('room');
    wire.say({ ...room, peers: [] });
    await joining;
    wire.say({ type: 'channelLeft', channelId: 0 });
    expect(await client.receive('channelClosed')).toEqual({ type: 'channelClosed', channelId: 0 });
    expect(client.channels.size).toBe(0);
  });

  it('says messages to server, channel and peer, in all variants, and kicks', async () => {
    const { client, wire } = await setUpJoined();
    client.sendToServer('hi');
    client.sendToChannel(0, 9, { subchannel: 6 });
    client.sendToPeer({ channelId: 0, peerId: 1 }, Uint8Array.of(1));
    client.sendToChannel(0, { json: [1] });
    client.kick(0, 1);
    expect(wire.heard()).toMatchObject([
      { type: 'serverMessage', content: { variant: 0, subchannel: 0 } },
      { type: 'channelMessage', channelId: 0, content: { variant: 1, subchannel: 6 } },
      { type: 'peerMessage', channelId: 0, peerId: 1, content: { variant: 2, data: Uint8Array.of(1) } },
      { type: 'channelMessage', content: { isObject: true } },
      { type: 'channelMaster', channelId: 0, action: 0, peerId: 1 },
    ]);
  });

  it('blasts with its id, and tells what was blasted to it', async () => {
    const { client, datagrams } = await setUpJoined();
    datagrams.say({ type: 'udpWelcome' });
    client.sendToChannel(0, 9, { subchannel: 6, isBlasted: true });
    const sent = datagrams.sent.at(-1) ?? new Uint8Array();
    expect(Buffer.from(sent)).toEqual(hex('21 0200 06 0000 09000000'));
    datagrams.sayHex('21 06 0000 0100 09000000');
    expect(await client.receive('channelMessage')).toMatchObject({ senderId: 1, value: 9, isBlasted: true });
    datagrams.sayHex('21 06');
    expect(() => client.sendToServer(new Uint8Array(65_507), { isBlasted: true })).toThrow(/do not fit/);
  });

  it('answers a ping at once, on the way that it came', async () => {
    const { wire, datagrams, clock } = await setUp();
    wire.say({ type: 'ping' });
    await clock.advance(0);
    expect(wire.heard()).toEqual([{ type: 'pong' }]);
    datagrams.say({ type: 'ping' });
    const answer = decodeClientDatagram(datagrams.sent.at(-1) ?? new Uint8Array());
    expect(answer).toEqual({ clientId: 2, message: { type: 'pong' } });
  });

  it('says what it is when it is asked, and skips what it does not know', async () => {
    const { wire, clock } = await setUp();
    wire.push(hex('d0 03 010203 | 00 02 09 01'));
    wire.say({ type: 'implementationRequest' });
    await clock.advance(0);
    expect(wire.heard()).toEqual([{ type: 'implementation', text: 'Starling' }]);
  });
});

describe('what comes for the user of a Lacewing client', () => {
  it('is kept until it is received, each type in its order', async () => {
    const { client, wire } = await setUpJoined();
    wire.say(text('channelMessage', 'one'), text('peerMessage', 'alone'), text('channelMessage', 'two'));
    expect(await client.receive('peerMessage')).toMatchObject({ value: 'alone', senderId: 1 });
    expect(await client.receive('channelMessage')).toMatchObject({ value: 'one' });
    expect(await client.receive('channelMessage')).toMatchObject({ value: 'two' });
  });

  it('is waited for, with a condition if there is one', async () => {
    const { client, wire } = await setUpJoined();
    const two = client.receive('channelMessage', { where: ({ value }) => value === 'two' });
    wire.say(text('channelMessage', 'one'), text('channelMessage', 'two'));
    expect(await two).toMatchObject({ value: 'two' });
    expect(await client.receive('channelMessage')).toMatchObject({ value: 'one' });
  });

  it('is waited for no longer than told', async () => {
    const { client, clock, wire } = await setUpJoined();
    const failure = expect(client.receive('serverMessage', { timeoutMs: 100 })).rejects.toMatchObject({
      code: 'timeout',
    });
    await clock.advance(100);
    await failure;
    const controller = new AbortController();
    const cancelled = expect(
      client.receive('serverMessage', { signal: controller.signal }),
    ).rejects.toMatchObject({
      code: 'cancelled',
    });
    controller.abort();
    await cancelled;
    await expect(client.receive('serverMessage', { signal: controller.signal })).rejects.toMatchObject({
      code: 'cancelled',
    });
    wire.say({ type: 'serverMessage', content: makeContent('kept') });
    expect(await client.receive('serverMessage')).toMatchObject({ value: 'kept' });
  });

  it('goes to a listener while there is one, and is not kept beside', async () => {
    const { client, wire, clock } = await setUpJoined();
    const heard: unknown[] = [];
    const cancel = client.on('channelMessage', ({ value }) => heard.push(value));
    wire.say(text('channelMessage', 'one'));
    await clock.advance(0);
    cancel();
    wire.say(text('channelMessage', 'two'));
    expect(await client.receive('channelMessage')).toMatchObject({ value: 'two' });
    expect(heard).toEqual(['one']);
  });

  it('is let go, the oldest first and counted, when nobody takes it', async () => {
    const { client, wire, clock } = await setUpJoined();
    for (let count = 0; count < 1030; count++) wire.say(text('channelMessage', String(count)));
    await clock.advance(0);
    expect(client.missed).toBe(6);
    expect(await client.receive('channelMessage')).toMatchObject({ value: '6' });
  });

  it('is kept after the end, and then the end is told', async () => {
    const { client, wire, datagrams, clock } = await setUpJoined();
    const heard: unknown[] = [];
    client.on('disconnected', ({ error }) => heard.push(error));
    const naming = expect(client.setName('x')).rejects.toMatchObject({ code: 'disconnected' });
    wire.say(text('channelMessage', 'last'));
    wire.push(null);
    await naming;
    expect(await client.receive('channelMessage')).toMatchObject({ value: 'last' });
    await expect(client.receive('channelMessage')).rejects.toMatchObject({ code: 'disconnected' });
    await expect(client.setName('y')).rejects.toMatchObject({ code: 'disconnected' });
    expect(() => client.sendToChannel(0, 'x')).toThrow(/over/);
    expect(() => client.sendToChannel(0, 'x', { isBlasted: true })).toThrow(/over/);
    expect(heard).toMatchObject([{ code: 'disconnected' }]);
    expect(datagrams.isClosed).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('ends when the user closes, without an error', async () => {
    const { client, wire, datagrams } = await setUpJoined();
    const waiting = expect(client.receive('channelMessage')).rejects.toMatchObject({ code: 'disconnected' });
    client.sendToChannel(0, 'bye');
    client.close();
    client.close();
    await waiting;
    expect(await client.receive('disconnected')).toEqual({ type: 'disconnected', error: undefined });
    expect(wire.writableEnded).toBe(true);
    expect(datagrams.isClosed).toBe(true);
    expect(wire.heard()).toMatchObject([{ type: 'channelMessage' }]);
  });

  it('ends with the error when the stream breaks or the server speaks nonsense', async () => {
    const broken = await setUpJoined();
    broken.wire.destroy(new Error('cable'));
    expect(await broken.client.receive('disconnected')).toMatchObject({ error: { code: 'disconnected' } });
    const nonsense = await setUpJoined();
    nonsense.wire.push(hex('90 01 00'));
    expect(await nonsense.client.receive('disconnected')).toMatchObject({ error: { code: 'corrupt_frame' } });
  });

  it('is not said into the void: a server that does not read is told of', async () => {
    const { client, wire } = await setUpJoined();
    wire.isStuck = true;
    const chunk = new Uint8Array(900_000);
    const flood = () => {
      for (let count = 0; count < 12; count++) client.sendToChannel(0, chunk);
    };
    expect(flood).toThrow(/too slowly/);
    wire.say({ type: 'ping' });
    expect(await client.receive('disconnected')).toMatchObject({ error: { code: 'queue_full' } });
  });
});
