import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RequestTimeoutError } from '../../../../lib/errors.js';
import { json, type OldPeer } from '../../../support/old-peer.js';
import { jsonFrame, rawFrame } from '../support.js';
import { Network, type Side, until } from './pair.js';

let network: Network;
let ours: Side;
let peer: OldPeer;
beforeEach(async () => {
  network = await Network.open();
  [ours, peer] = await network.withOldPeer();
});
afterEach(() => network.close());

describe('to an old peer', () => {
  it('the first frame is a hello in the form of an action, which it can ignore', async () => {
    const first = await peer.next(() => true);
    expect(first.header).toMatchObject({ 'message-type': 'message', action: 'hello' });
    expect(json(first)).toMatchObject({ args: [], kwargs: { protocol: 1, role: 'server' } });
  });

  it('every message has args and kwargs, and a not-a-number is the bare word', async () => {
    ours.connection.sendMessage('land');
    ours.connection.sendMessage('telemetry', { kwargs: { value: [Number.NaN] } });
    expect(json(await peer.nextAction('land'))).toEqual({ args: [], kwargs: {} });
    expect((await peer.nextAction('telemetry')).content.toString()).toBe(
      '{"args":[],"kwargs":{"value":[NaN]}}',
    );
  });

  it('a failed, unknown or malformed request gets no answer, and the connection stays', async () => {
    ours.endpoint.requestCallback('broken', () => {
      throw new Error('oops');
    });
    ours.endpoint.requestCallback('id', () => 'server-1');
    peer.request('broken', '1');
    peer.request('unknown', '2');
    peer.socket.write(
      jsonFrame(
        { 'message-type': 'request' },
        '{"requested_value":"id","request_id":"3","args":null,"kwargs":{}}',
      ),
    );
    expect(await peer.ask('id')).toBe('server-1');
    expect(peer.frames.filter(({ header }) => header['message-type'] === 'response')).toHaveLength(1);
    expect(ours.warnings()).toHaveLength(3);
  });

  it('nothing is pinged, and a request that it does not answer ends by time alone', async () => {
    const asked = ours.connection.getResponse('id', { timeoutMs: 30 });
    await expect(asked).rejects.toBeInstanceOf(RequestTimeoutError);
    const requests = peer.frames.filter(({ header }) => header['message-type'] === 'request');
    expect(requests).toHaveLength(1);
  });

  it('a file is one frame, and a pulled file a binary answer', async () => {
    ours.endpoint.requestCallback('filetransfer', (_connection, kwargs) =>
      Buffer.from(JSON.stringify(kwargs)),
    );
    await ours.connection.sendFile('animation.csv', Buffer.from('1,2\n'));
    const pushed = await peer.nextAction('filetransfer');
    expect(pushed.header).toMatchObject({ 'content-type': 'binary', filepath: 'animation.csv' });
    expect(pushed.content.toString()).toBe('1,2\n');
    peer.request('filetransfer', '77', { filepath: 'x' });
    const answer = await peer.next(({ header }) => header.request_id === '77');
    expect(answer.header).toMatchObject({ 'content-type': 'binary', requested_value: 'filetransfer' });
    expect(answer.content.toString()).toBe('{"filepath":"x"}');
  });
});

describe('from an old peer', () => {
  it('telemetry with bare NaN, pushed files, answers and binary answers are taken', async () => {
    const heard: unknown[] = [];
    ours.endpoint.messageCallback('telemetry', (_connection, kwargs) => {
      heard.push(kwargs);
    });
    ours.endpoint.fileCallback((_connection, filepath, content) => {
      heard.push([filepath, Buffer.from(content).toString()]);
    });
    peer.rawAction(
      'telemetry',
      '{"kwargs": {"value": {"start_position": [NaN, "NaN", -Infinity]}}, "args": []}',
    );
    peer.pushFile('log.txt', Buffer.from('ok'));
    await until(() => heard.length === 2);
    expect(heard).toEqual([
      { value: { start_position: [Number.NaN, 'NaN', Number.NEGATIVE_INFINITY] } },
      ['log.txt', 'ok'],
    ]);
    const value = ours.connection.getResponse('id');
    peer.respond('id', String(idOf(await peer.nextRequest('id'))), 'clover');
    expect(await value).toBe('clover');
    const file = ours.connection.getFile('a');
    const id = idOf(await peer.nextRequest('filetransfer'));
    const headers = { 'message-type': 'response', requested_value: 'filetransfer', request_id: id };
    peer.socket.write(jsonFrame({ ...headers, 'content-type': 'binary' }, 'bytes'));
    expect(Buffer.from(await file).toString()).toBe('bytes');
  });

  it('an answer to nobody or under a wrong name is dropped with a warning, the right one still counts', async () => {
    const value = ours.connection.getResponse('id');
    const id = String(idOf(await peer.nextRequest('id')));
    peer.respond('time', id, 1);
    peer.respond('id', '0000', 2);
    peer.respond('id', id, 3);
    expect(await value).toBe(3);
    peer.respond('id', id, 4);
    await until(() => ours.warnings().length === 3);
  });

  it.each([
    ['a header over the cap', Buffer.from([0xff, 0xff])],
    ['a file from a stranger over 64 KiB', rawFrame({ ...binaryHeader(64 * 1024 + 1) })],
    ['a header that is no JSON', rawFrame('not JSON')],
    ['content that is no JSON', jsonFrame({ action: 'a' }, '{')],
  ])('%s closes this connection, and no other', async (_what, bytes) => {
    const [other, otherPeer] = await network.withOldPeer();
    other.endpoint.requestCallback('id', () => 1);
    peer.socket.write(bytes);
    await peer.closed();
    expect(ours.events.at(-1)).toMatchObject({
      type: 'disconnected',
      reason: expect.stringContaining('corrupt'),
      error: { code: 'corrupt_frame' },
    });
    expect(await otherPeer.ask('id')).toBe(1);
  });

  it('a file over 64 KiB is taken once it has said who it is', async () => {
    const arrived = new Promise<number>((resolve) => {
      ours.endpoint.fileCallback((_connection, _path, content) => resolve(content.length));
    });
    ours.connection.markIdentified();
    peer.pushFile('f', Buffer.alloc(200_000));
    expect(await arrived).toBe(200_000);
  });

  it('a cut in the middle of a frame is told as such', async () => {
    peer.socket.end(jsonFrame({ action: 'a' }, '{"args":[],"kwargs":{}}').subarray(0, 50));
    await until(() => !ours.connection.isConnected);
    expect(ours.events.at(-1)).toMatchObject({ reason: expect.stringContaining('in the middle of a frame') });
  });
});

function binaryHeader(length: number): Record<string, unknown> {
  return {
    byteorder: 'little',
    'content-type': 'binary',
    'content-encoding': 'utf-8',
    'content-length': length,
    'message-type': 'message',
    action: 'filetransfer',
    filepath: 'f',
  };
}

function idOf(frame: Parameters<typeof json>[0]): unknown {
  return (json(frame) as { request_id: unknown }).request_id;
}
