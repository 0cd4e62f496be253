import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type AcceptedConnection,
  connectTcp,
  getIpAddress,
  listenTcp,
  type TcpListener,
} from '../../../../lib/messaging/index.js';
import { until } from '../connection/pair.js';

let listener: TcpListener | undefined;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await listener?.close();
  listener = undefined;
});

async function dial(port: number, localAddress?: string): Promise<Socket> {
  const socket = await connectTcp({ host: '127.0.0.1', port, timeoutMs: 1000, localAddress });
  sockets.push(socket);
  socket.on('error', () => undefined);
  return socket;
}

async function listen(maxUnidentified: number) {
  const accepted: AcceptedConnection[] = [];
  const warnings: string[] = [];
  listener = await listenTcp({
    host: '127.0.0.1',
    port: 0,
    maxUnidentified,
    onConnection: (connection) => accepted.push(connection),
    onWarning: (text) => warnings.push(text),
  });
  return { accepted, warnings, port: listener.port };
}

describe('listenTcp', () => {
  it('turns away the stranger that is one too many, and only of that address', async () => {
    const { accepted, warnings, port } = await listen(2);
    await dial(port);
    await dial(port);
    const third = await dial(port);
    await once(third, 'close');
    await dial(port, '127.0.0.2');
    await until(() => accepted.length === 3);
    expect(accepted.map(({ remoteAddress }) => remoteAddress)).toEqual([
      '127.0.0.1',
      '127.0.0.1',
      '127.0.0.2',
    ]);
    expect(warnings).toEqual([expect.stringContaining('127.0.0.1: turned away')]);
  });

  it('has room again when one has said who it is, or has gone; saying it twice gives no second place', async () => {
    const { accepted, warnings, port } = await listen(2);
    const first = await dial(port);
    await dial(port);
    await until(() => accepted.length === 2);
    accepted[0]?.identified();
    accepted[0]?.identified();
    const firstGone = once(accepted[0]?.stream ?? first, 'close');
    first.destroy();
    await firstGone;
    await dial(port);
    await until(() => accepted.length === 3);
    await once(await dial(port), 'close');
    expect(warnings).toHaveLength(1);
    const gone = once(accepted[1]?.stream ?? first, 'close');
    accepted[1]?.stream.destroy();
    await gone;
    await dial(port);
    await until(() => accepted.length === 4);
  });

  it('closes with all that came through it, after their last bytes', async () => {
    const { accepted, port } = await listen(10);
    const socket = await dial(port);
    await until(() => accepted.length === 1);
    accepted[0]?.stream.write(Buffer.alloc(20_000_000));
    let heardBytes = 0;
    socket.on('data', (chunk: Buffer) => {
      heardBytes += chunk.length;
    });
    await listener?.close();
    await until(() => socket.destroyed);
    expect(heardBytes).toBe(20_000_000);
    await expect(dial(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('says that a port is taken', async () => {
    const { port } = await listen(1);
    const second = listenTcp({ host: '127.0.0.1', port, onConnection: () => undefined });
    await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

describe('connectTcp', () => {
  it('gives up when its caller does, before and while it dials', async () => {
    const { port } = await listen(1);
    const reason = new Error('no more');
    const dialled = connectTcp({
      host: '127.0.0.1',
      port,
      timeoutMs: 1000,
      signal: AbortSignal.abort(reason),
    });
    await expect(dialled).rejects.toBe(reason);
  });
});

describe('getIpAddress', () => {
  it('is an own address or localhost', () => {
    expect(getIpAddress()).toMatch(/^(?:\d+\.\d+\.\d+\.\d+|localhost)$/);
    expect(getIpAddress()).not.toMatch(/^127\./);
  });
});
