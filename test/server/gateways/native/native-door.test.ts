import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectPsk } from '../../../../lib/security/adapters/tls-psk.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { type House, openHouse } from './support/open-house.js';

async function plainSocket({ gateway }: House): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port: gateway.port, noDelay: true });
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

async function speakPlainly(house: House): Promise<void> {
  const socket = await plainSocket(house);
  const closed = once(socket, 'close');
  socket.write('GET / HTTP/1.1\r\n\r\n');
  await closed;
}

describe('connections that have proven nothing yet', () => {
  it('have 5 s for it', async () => {
    const clock = new FakeClock();
    const house = await openHouse({ clock });
    const idle = clock.pending;
    const socket = await plainSocket(house);
    await expect.poll(() => clock.pending, { interval: 5 }).toBe(idle + 1);
    const closed = once(socket, 'close');
    await clock.advance(5000);
    await closed;
    expect(house.lines).toEqual(['native: somebody at 127.0.0.1 has proven no key within 5 s']);
  });

  it('give way to newer ones when they are too many', async () => {
    const house = await openHouse();
    const first = await plainSocket(house);
    const closed = once(first, 'close');
    const others = await Promise.all(Array.from({ length: 64 }, () => plainSocket(house)));
    await closed;
    expect(others.filter(({ closed: isClosed }) => isClosed)).toEqual([]);
    await house.enter('ada');
  });

  it('are told of in the log at most every 10 s', async () => {
    const clock = new FakeClock();
    const house = await openHouse({ clock });
    await speakPlainly(house);
    await speakPlainly(house);
    expect(house.lines).toHaveLength(1);
    await clock.advance(10_000);
    await speakPlainly(house);
    expect(house.lines).toHaveLength(2);
  });

  it('do not come in by the key that stands for those of strangers', async () => {
    const house = await openHouse();
    const socket = await plainSocket(house);
    const psk = Buffer.alloc(32, 7);
    // Whether the handshake is over at the other end when it is cut is a matter of chance.
    const outcome = connectPsk(socket, { identity: 'stranger', psk });
    await outcome.catch((error: unknown) => expect(error).toMatchObject({ code: 'disconnected' }));
    expect(house.hub.sizes.members).toBe(0);
  });
});
