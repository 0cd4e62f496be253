import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  CancelledError,
  DisconnectedError,
  RefusedError,
  RemoteError,
  RequestTimeoutError,
} from '../../../../lib/errors.js';
import type { Json } from '../../../../lib/messaging/index.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { hello, Network, type Side, until } from './pair.js';

let network: Network;
beforeEach(async () => {
  network = await Network.open();
});
afterEach(() => network.close());

describe('two of ours', () => {
  let drone: Side;
  let server: Side;
  beforeEach(async () => {
    [drone, server] = await network.pair();
  });

  it('say hello and know each other', async () => {
    expect(await server.connection.helloSettled()).toEqual(hello('drone'));
    expect(await drone.connection.helloSettled()).toEqual(hello('server'));
    expect(server.connection.peer?.id).toBe('drone-1');
    expect([server.connection.hasFeature('errors'), server.connection.hasFeature('chunks')]).toEqual([
      true,
      false,
    ]);
    expect(server.connection.remoteAddress).toBe('127.0.0.1');
  });

  it('answer requests, now and later, with args and kwargs as they were sent', async () => {
    drone.endpoint.requestCallback('now', (connection, ...rest) => [
      connection === drone.connection,
      ...rest,
    ]);
    drone.endpoint.requestCallback('later', async (_connection, ...rest) => {
      await new Promise((resolve) => setImmediate(resolve));
      return rest;
    });
    drone.endpoint.requestCallback('nothing', () => undefined);
    const call = { args: [1, 'NaN', Number.NaN], kwargs: { a: Number.NEGATIVE_INFINITY } };
    expect(await server.connection.getResponse('now', call)).toEqual([true, ...call.args, call.kwargs]);
    expect(await server.connection.getResponse('later')).toEqual([{}]);
    expect(await server.connection.getResponse('nothing')).toBeNull();
  });

  it('carry actions in their order, and files both ways', async () => {
    const heard: unknown[] = [];
    server.endpoint.messageCallback('step', (_connection, ...rest) => {
      heard.push(rest);
    });
    server.endpoint.fileCallback((_connection, filepath, content) => {
      heard.push([filepath, Buffer.from(content).toString()]);
    });
    drone.endpoint.requestCallback('filetransfer', (_connection, kwargs) =>
      Buffer.from(JSON.stringify(kwargs)),
    );
    for (let n = 0; n < 3; n++) drone.connection.sendMessage('step', { args: [n] });
    await drone.connection.sendFile('to/here', Buffer.from('text'));
    await drone.connection.sendFile('empty', new Uint8Array(0));
    await until(() => heard.length === 5);
    expect(heard).toEqual([
      [0, {}],
      [1, {}],
      [2, {}],
      ['to/here', 'text'],
      ['empty', ''],
    ]);
    const pulled = await server.connection.getFile('from/there');
    expect(Buffer.from(pulled).toString()).toBe('{"filepath":"from/there"}');
  });

  it('carry 50 MiB unharmed once the peer has said who it is', async () => {
    server.connection.markIdentified();
    const content = Buffer.alloc(50 * 1024 * 1024, 'starling ');
    const arrived = new Promise<Uint8Array>((resolve) => {
      server.endpoint.fileCallback((_connection, _path, bytes) => resolve(bytes));
    });
    await drone.connection.sendFile('big', content);
    expect(content.equals(await arrived)).toBe(true);
  });

  it('tell each other why a request failed', async () => {
    drone.endpoint.requestCallback('refused', () => {
      throw new RefusedError('armed', 'not while armed');
    });
    drone.endpoint.requestCallback('broken', async () => {
      throw new Error('oops');
    });
    drone.endpoint.requestCallback('unspeakable', () => 1n);
    const outcome = (name: string) => server.connection.getResponse(name).catch((error: unknown) => error);
    await server.connection.helloSettled();
    await drone.connection.helloSettled();
    expect(await outcome('refused')).toMatchObject({
      code: 'armed',
      message: 'not while armed',
      method: 'refused',
    });
    expect(await outcome('refused')).toBeInstanceOf(RemoteError);
    expect(await outcome('broken')).toMatchObject({ code: 'internal', message: 'oops' });
    expect(await outcome('unspeakable')).toMatchObject({ code: 'internal' });
    expect(await outcome('what?')).toMatchObject({ code: 'unknown_request' });
    expect(drone.warnings()).toHaveLength(5);
    expect([drone.connection.isConnected, server.connection.isConnected]).toEqual([true, true]);
  });

  it('survive handlers and listeners that throw, with a warning for each', async () => {
    drone.endpoint.messageCallback('now', () => {
      throw new Error('thrown');
    });
    drone.endpoint.messageCallback('later', async () => {
      throw new Error('rejected');
    });
    drone.endpoint.fileCallback(() => {
      throw new Error('disk full');
    });
    drone.connection.onEvent(() => {
      throw new Error('deaf');
    });
    drone.endpoint.requestCallback('alive', () => true);
    server.connection.sendMessage('now');
    server.connection.sendMessage('later');
    server.connection.sendMessage('unheard of');
    await server.connection.sendFile('f', Buffer.from('x'));
    expect(await server.connection.getResponse('alive')).toBe(true);
    await until(() => drone.warnings().length >= 4);
    const said = drone.warnings().join('\n');
    for (const word of ['thrown', 'rejected', 'unheard of', 'disk full']) expect(said).toContain(word);
  });

  it('end a request by time, by its caller, by close, by a file where a value was asked', async () => {
    drone.endpoint.requestCallback('never', () => new Promise<Json>(() => undefined));
    drone.endpoint.requestCallback('file', () => Buffer.from('x'));
    drone.endpoint.requestCallback('filetransfer', () => 'no file');
    const controller = new AbortController();
    const ask = (options = {}) =>
      server.connection.getResponse('never', options).catch((error: unknown) => error);
    const byTime = ask({ timeoutMs: 20 });
    const byCaller = ask({ signal: controller.signal });
    const byClose = ask();
    controller.abort();
    expect(await byTime).toBeInstanceOf(RequestTimeoutError);
    expect(await byCaller).toBeInstanceOf(CancelledError);
    await expect(server.connection.getResponse('file')).rejects.toMatchObject({ code: 'bad_answer' });
    await expect(server.connection.getFile('f')).rejects.toMatchObject({ code: 'bad_answer' });
    server.connection.close('enough');
    expect(await byClose).toBeInstanceOf(DisconnectedError);
    expect(await byClose).toMatchObject({ message: expect.stringContaining('enough') });
  });

  it('end in order: what was said before close arrives, nothing after, and both sides know why', async () => {
    const heard: Json[] = [];
    server.endpoint.messageCallback('last', (_connection, n) => {
      heard.push(n ?? null);
    });
    drone.connection.sendMessage('last', { args: ['words'] });
    drone.connection.close('landed');
    expect(() => drone.connection.sendMessage('last')).toThrow(DisconnectedError);
    await expect(drone.connection.getResponse('x')).rejects.toBeInstanceOf(DisconnectedError);
    await until(() => !server.connection.isConnected);
    expect(heard).toEqual(['words']);
    expect(drone.events.slice(-2)).toEqual([
      { type: 'disconnected', reason: 'landed' },
      { type: 'closed', reason: 'landed' },
    ]);
    expect(server.events.at(-1)).toMatchObject({
      type: 'disconnected',
      reason: 'the peer closed the connection',
    });
    drone.connection.close('again');
    expect(drone.events.filter(({ type }) => type === 'closed')).toHaveLength(1);
    expect(() => drone.connection.connect(server.connection as never)).toThrow(DisconnectedError);
  });

  it('measure latency and offset at once', async () => {
    await until(
      () => server.connection.clockOffset !== undefined && drone.connection.clockOffset !== undefined,
    );
    const { offsetMs, uncertaintyMs } = server.connection.clockOffset ?? { offsetMs: 0, uncertaintyMs: 0 };
    expect(server.connection.latencyMs).toBeGreaterThan(0);
    expect(uncertaintyMs).toBe((server.connection.latencyMs ?? 0) / 2);
    const trueOffsetMs = performance.timeOrigin;
    expect(Math.abs(offsetMs - trueOffsetMs)).toBeLessThan(uncertaintyMs + 5);
    expect(server.events.some(({ type }) => type === 'heartbeat')).toBe(true);
  });
});

describe('time', () => {
  it('calls a silent peer dead after interval × maxFails, and a talking one never', async () => {
    const clock = new FakeClock();
    const [ours, peer] = await network.withOldPeer({ clock });
    peer.action('hello', { ...hello('drone') });
    await until(() => ours.connection.peer !== undefined);
    for (let beat = 0; beat < 7; beat++) {
      await clock.advance(1000);
      const before = ours.events.length;
      peer.action('something');
      await until(() => ours.events.length > before);
    }
    await clock.advance(4999);
    expect(ours.connection.isConnected).toBe(true);
    await clock.advance(1);
    expect(ours.events.at(-1)).toMatchObject({
      type: 'disconnected',
      reason: expect.stringContaining('dead'),
    });
    await peer.closed();
  });

  it('pings only a peer whose hello lists heartbeat, and answers the pings of any', async () => {
    const clock = new FakeClock(1_700_000_000_000);
    const [ours, peer] = await network.withOldPeer({ clock });
    peer.action('hello', { ...hello('drone'), features: ['errors'] });
    await until(() => ours.connection.peer !== undefined);
    await clock.advance(60_000);
    expect(await peer.ask('ping', { sent: 5 })).toEqual({ received: 1_700_000_060, sent: 1_700_000_060 });
    expect(ours.connection.isConnected).toBe(true);
    expect(peer.frames.filter(({ header }) => header['message-type'] === 'request')).toEqual([]);
  });

  it('closes a connection without a complete first frame after 10 s, not one that spoke', async () => {
    const clock = new FakeClock();
    const [silent, mute] = await network.withOldPeer({ clock });
    const [spoken, talker] = await network.withOldPeer({ clock });
    mute.socket.write(Buffer.from([0, 80, 0x7b]));
    talker.action('something');
    await until(() => spoken.events.length > 1);
    await clock.advance(9_999);
    expect(silent.connection.isConnected).toBe(true);
    await clock.advance(1);
    expect([silent.connection.isConnected, spoken.connection.isConnected]).toEqual([false, true]);
    expect(silent.events.at(-1)).toMatchObject({ reason: expect.stringContaining('no complete frame') });
    await mute.closed();
  });

  it('takes a peer for an old one after 1 s without hello, and for one of ours once it says it late', async () => {
    const clock = new FakeClock();
    const [ours, peer] = await network.withOldPeer({ clock });
    let settled: unknown = 'not yet';
    void ours.connection.helloSettled().then((value) => {
      settled = value;
    });
    await clock.advance(999);
    expect(settled).toBe('not yet');
    await clock.advance(1);
    expect(settled).toBeUndefined();
    peer.action('hello', { ...hello('drone') });
    await until(() => ours.warnings().length > 0);
    expect([ours.connection.peer?.id, ours.connection.hasFeature('errors')]).toEqual(['drone-1', true]);
  });
});
