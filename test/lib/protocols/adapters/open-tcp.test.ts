import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { openTcp } from '../../../../lib/protocols/adapters/open-tcp.js';
import { SystemClock } from '../../../../lib/time/adapters/system-clock.js';
import { FakeClock } from '../../../support/fake-clock.js';

const stops: (() => unknown)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function listen(): Promise<{ port: number; sockets: Socket[] }> {
  const sockets: Socket[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => sockets.push(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stops.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  return { port: typeof address === 'object' && address ? address.port : 0, sockets };
}

const base = { host: '127.0.0.1', clock: new SystemClock(), timeoutMs: 4000 };

describe('the TCP connection of a client', () => {
  it('opens, and is not waited for any more', async () => {
    const clock = new FakeClock();
    const { port } = await listen();
    const socket = await openTcp({ ...base, port, clock });
    stops.push(() => socket.destroy());
    expect(socket.remotePort).toBe(port);
    expect(clock.pending).toBe(0);
  });

  it('names host and port where nobody serves', async () => {
    const { port } = await listen();
    for (const stop of stops.splice(0)) await stop();
    await expect(openTcp({ ...base, port })).rejects.toMatchObject({
      code: 'disconnected',
      message: expect.stringMatching(`^no server answers at 127.0.0.1:${port}: .*ECONNREFUSED`),
    });
  });

  it('is given up when it takes too long', async () => {
    const { port } = await listen();
    const clock = new FakeClock();
    const opening = openTcp({ ...base, port, clock, timeoutMs: 0 });
    const refused = expect(opening).rejects.toMatchObject({ code: 'timeout' });
    // Before the system has said that it is there.
    void clock.advance(0);
    await refused;
  });

  it('is given up when it is not wished any more, before and meanwhile', async () => {
    const { port } = await listen();
    const aborted = { ...base, port, signal: AbortSignal.abort() };
    await expect(openTcp(aborted)).rejects.toMatchObject({ code: 'cancelled' });
    const controller = new AbortController();
    const opening = openTcp({ ...base, port, signal: controller.signal });
    controller.abort();
    await expect(opening).rejects.toMatchObject({ code: 'cancelled' });
  });
});
