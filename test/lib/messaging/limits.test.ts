/** What bad input gets, row by row of the protocol's table, over real sockets; what needs no socket is tested beside its code. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { QueueFullError } from '../../../lib/errors.js';
import { type AcceptedConnection, listenTcp } from '../../../lib/messaging/index.js';
import type { OldPeer } from '../../support/old-peer.js';
import { hello, Network, type Side, until } from './connection/pair.js';
import { fileFrame, header, jsonFrame, rawFrame } from './support.js';

let network: Network;
let ours: Side;
let peer: OldPeer;
beforeEach(async () => {
  network = await Network.open();
  [ours, peer] = await network.withOldPeer();
});
afterEach(() => network.close());

const mebibyte = 1024 * 1024;
const good = '{"args":[],"kwargs":{}}';

/** That the connection has been closed for this reason, and that the reason comes with the peer's address. */
async function expectClosed(reason: RegExp): Promise<void> {
  await peer.closed();
  await until(() => !ours.connection.isConnected);
  expect(ours.events.at(-1)).toMatchObject({
    type: 'disconnected',
    reason: expect.stringMatching(reason),
    error: { code: 'corrupt_frame' },
  });
  expect(ours.connection.remoteAddress).toBe('127.0.0.1');
}

describe('what is over a cap closes the connection before it is read:', () => {
  it('a header of 16 KiB and one byte, by its two bytes of length', async () => {
    peer.socket.write(Buffer.from([0x40, 0x01]));
    await expectClosed(/a header of 16385 bytes is over 16384/);
  });

  it.each([
    ['json', 'a stranger’s', 64 * 1024],
    ['binary', 'a stranger’s', 64 * 1024],
    ['json', 'a known peer’s', mebibyte],
    ['binary', 'a known peer’s', 64 * mebibyte],
  ])('%s content of %s, by the length that is announced', async (contentType, whose, cap) => {
    if (whose === 'a known peer’s') ours.connection.markIdentified();
    const announced = { 'content-type': contentType, action: 'filetransfer', filepath: 'f' };
    peer.socket.write(rawFrame(header(cap + 1, announced)));
    await expectClosed(new RegExp(`content of ${cap + 1} bytes is over ${cap}`));
  });

  it.each([
    ['a stranger', 64 * 1024],
    ['a known peer', mebibyte],
  ])('not JSON of exactly the cap of %s', async (who, cap) => {
    if (who === 'a known peer') ours.connection.markIdentified();
    const heard: unknown[] = [];
    ours.endpoint.messageCallback('a', (_connection, text) => {
      heard.push(text);
    });
    const bare = '{"args":[""],"kwargs":{}}';
    const text = 'x'.repeat(cap - bare.length);
    peer.socket.write(jsonFrame({ action: 'a' }, bare.replace('""', `"${text}"`)));
    await until(() => heard.length === 1);
    expect(heard).toEqual([text]);
    expect(ours.connection.isConnected).toBe(true);
  });

  it.each([
    ['header', { maxHeaderBytes: 120 }, jsonFrame({ action: 'a'.repeat(100) }, good)],
    ['JSON', { maxJsonBytes: 22 }, jsonFrame({ action: 'a' }, good)],
    ['file', { maxFileBytes: 3 }, fileFrame({ action: 'filetransfer', filepath: 'f' }, Buffer.from('abcd'))],
    ['stranger', { maxUnidentifiedBytes: 22 }, jsonFrame({ action: 'a' }, good)],
  ])('at another cap where one is set: %s', async (_what, options, bytes) => {
    [ours, peer] = await network.withOldPeer(options);
    peer.socket.write(bytes);
    await expectClosed(/is over \d+/);
  });
});

describe('a corrupt frame closes its own connection and no other:', () => {
  it.each([
    ['a header that is no JSON', rawFrame('hello', '')],
    ['a header that is a list', rawFrame('[]', '')],
    ['a header that is not UTF-8', withByte(jsonFrame({ action: '?' }, good), 0xff)],
    ['an unknown message type', jsonFrame({ 'message-type': 'shout', action: 'a' }, good)],
    ['a length that is no number', rawFrame(header(0, { 'content-length': '0', action: 'a' }), '')],
    ['a missing key', jsonFrame({ byteorder: undefined, action: 'a' }, good)],
    ['no action', jsonFrame({}, good)],
    ['content that is no JSON', jsonFrame({ action: 'a' }, '{"args":[],"kwargs":{')],
    ['content that is not UTF-8', withByte(jsonFrame({ action: 'a' }, '{"args":["?"],"kwargs":{}}'), 0xff)],
    ['content nested beyond all use', jsonFrame({ action: 'a' }, `${'['.repeat(9000)}${']'.repeat(9000)}`)],
  ])('%s', async (_what, bytes) => {
    const [other, otherPeer] = await network.withOldPeer();
    other.endpoint.requestCallback('id', () => 'still here');
    peer.socket.write(bytes);
    await expectClosed(/corrupt/);
    expect(await otherPeer.ask('id')).toBe('still here');
  });
});

describe('args or kwargs that are none', () => {
  it.each(['{"kwargs":{}}', '{"args":[]}', '{"args":{},"kwargs":{}}', '{"args":[],"kwargs":[]}', '[]'])(
    'drop the message alone: %s',
    async (text) => {
      const heard: unknown[] = [];
      ours.endpoint.messageCallback('a', (...call) => {
        heard.push(call);
      });
      ours.endpoint.requestCallback('id', () => 'still here');
      peer.socket.write(jsonFrame({ action: 'a' }, text));
      expect(await peer.ask('id')).toBe('still here');
      expect(heard).toEqual([]);
      expect(ours.warnings()).toHaveLength(1);
    },
  );

  it('get a request an error for an answer, from a peer that knows errors', async () => {
    peer.action('hello', { ...hello('drone') });
    const text = '{"requested_value":"id","request_id":"7","args":null,"kwargs":{}}';
    peer.socket.write(jsonFrame({ 'message-type': 'request' }, text));
    const answer = await peer.next(({ header: fields }) => fields.request_id === '7');
    expect(answer.header).toMatchObject({ 'message-type': 'response', status: 'error' });
    expect(answer.content.toString()).toContain('without proper args and kwargs');
  });
});

describe('the hundred and first connection of one address', () => {
  it('is closed while none of them has said who it is; another address comes in, and so does it once one has', async () => {
    const accepted: AcceptedConnection[] = [];
    const warnings: string[] = [];
    const listener = await listenTcp({
      ...{ host: '127.0.0.1', port: 0 },
      onConnection: (connection) => accepted.push(connection),
      onWarning: (text) => warnings.push(text),
    });
    const sockets: Socket[] = [];
    const dial = async (localAddress = '127.0.0.1') => {
      const socket = connect({ host: '127.0.0.1', port: listener.port, localAddress });
      sockets.push(socket);
      await once(socket, 'connect');
      return socket;
    };
    for (let n = 0; n < 100; n++) await dial();
    await until(() => accepted.length === 100);
    await once((await dial()).resume(), 'close');
    await dial('127.0.0.2');
    await until(() => accepted.length === 101);
    accepted[0]?.identified();
    await dial();
    await until(() => accepted.length === 102);
    expect(warnings).toEqual(['127.0.0.1: turned away: 100 connections have not said who they are']);
    for (const socket of sockets) socket.destroy();
    await listener.close();
  });
});

describe('a peer that stops reading', () => {
  it('is closed once 4 MiB wait for it, files not counted, and is served again when it comes anew', async () => {
    await peer.nextAction('hello');
    ours.connection.markIdentified();
    peer.socket.pause();
    ours.connection.sendFile('big', Buffer.alloc(16 * mebibyte)).catch(() => undefined);
    await new Promise((resolve) => setImmediate(resolve));
    const value = 'x'.repeat(64 * 1024);
    let sentBytes = 0;
    const fill = () => {
      for (; sentBytes < 64 * mebibyte; sentBytes += value.length)
        ours.connection.sendMessage('note', { kwargs: { value } });
    };
    expect(fill).toThrow(QueueFullError);
    expect(sentBytes).toBeGreaterThan(3.9 * mebibyte);
    expect(sentBytes).toBeLessThan(4.3 * mebibyte);
    expect(ours.events.at(-1)).toMatchObject({ reason: expect.stringContaining('stopped reading') });
    const [near, far] = await network.sockets();
    ours.connection.connect(far);
    near.resume();
    await until(() => ours.connection.isConnected);
    near.destroy();
  });
});

/** The frame with another byte in the place of its question mark. */
function withByte(frame: Buffer, byte: number): Buffer {
  const changed = Buffer.from(frame);
  changed[frame.indexOf('?')] = byte;
  return changed;
}
