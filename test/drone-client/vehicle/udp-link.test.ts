import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { startSimulator } from '../../../drone-client/simulator/adapters/udp-simulator.js';
import { createVehicle } from '../../../drone-client/vehicle/adapters/create-vehicle.js';
import { openListeningUdpLink, openUdpLink } from '../../../drone-client/vehicle/adapters/udp-link.js';
import type { MavlinkLink } from '../../../drone-client/vehicle/mavlink/link.js';
import type { Vehicle } from '../../../drone-client/vehicle/vehicle.js';
import { DisconnectedError } from '../../../lib/errors.js';
import { SystemClock } from '../../../lib/time/adapters/system-clock.js';
import { FakeClock } from '../../support/fake-clock.js';

const host = '127.0.0.1';
const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function peer(): Promise<Socket & { port: number }> {
  const socket = createSocket('udp4');
  const listening = once(socket, 'listening');
  socket.bind(0, host);
  await listening;
  closers.push(() => new Promise<void>((resolve) => socket.close(() => resolve())));
  return Object.assign(socket, { port: socket.address().port });
}

async function opened<T extends MavlinkLink>(link: Promise<T>): Promise<T> {
  closers.push(async () => (await link).close());
  return link;
}

/** The next datagram of a link, as text. */
function next(link: MavlinkLink): Promise<string> {
  return new Promise((resolve) => link.onData((bytes) => resolve(Buffer.from(bytes).toString())));
}

async function nextAt(socket: Socket): Promise<{ text: string; from: number }> {
  const [bytes, from] = await once(socket, 'message');
  return { text: String(bytes), from: from.port };
}

describe('a UDP link that speaks first', () => {
  it('sends to the port and takes answers from there alone', async () => {
    const [autopilot, stranger] = [await peer(), await peer()];
    const link = await opened(openUdpLink({ host, port: autopilot.port }));
    const arrived = nextAt(autopilot);
    link.send(Buffer.from('hello'));
    const { text, from } = await arrived;
    expect(text).toBe('hello');
    const received = next(link);
    stranger.send('no', from, host);
    autopilot.send('yes', from, host);
    expect(await received).toBe('yes');
  });

  it('survives a peer that is not there yet', async () => {
    const gone = await peer();
    const { port } = gone;
    const link = await opened(openUdpLink({ host, port }));
    await closers.shift()?.();
    for (let i = 0; i < 5; i += 1) {
      link.send(Buffer.from('anybody?'));
      await new Promise((resolve) => setImmediate(resolve));
    }
    const back = createSocket('udp4');
    const listening = once(back, 'listening');
    back.bind(port, host);
    await listening;
    closers.push(() => new Promise<void>((resolve) => back.close(() => resolve())));
    const arrived = nextAt(back);
    link.send(Buffer.from('there'));
    expect((await arrived).text).toBe('there');
  });

  it('sends nothing after close, and closes once', async () => {
    const autopilot = await peer();
    const link = await openUdpLink({ host, port: autopilot.port });
    await link.close();
    await link.close();
    link.send(Buffer.from('late'));
    const other = await opened(openUdpLink({ host, port: autopilot.port }));
    const arrived = nextAt(autopilot);
    other.send(Buffer.from('first'));
    expect((await arrived).text).toBe('first');
  });
});

describe('a UDP link that listens', () => {
  it('answers whoever spoke, and holds on to it while it speaks', async () => {
    const clock = new FakeClock();
    const [autopilot, stranger] = [await peer(), await peer()];
    const link = await opened(openListeningUdpLink({ host, port: 0 }, clock));
    link.send(Buffer.from('to nobody'));
    let received = next(link);
    autopilot.send('one', link.port, host);
    expect(await received).toBe('one');
    const texts: string[] = [];
    link.onData((bytes) => texts.push(Buffer.from(bytes).toString()));
    stranger.send('mine!', link.port, host);
    const arrived = nextAt(autopilot);
    link.send(Buffer.from('answer'));
    expect((await arrived).text).toBe('answer');
    await clock.advance(5001);
    received = next(link);
    stranger.send('mine now', link.port, host);
    expect(await received).toBe('mine now');
    expect(texts).toEqual(['mine now']);
  });

  it('says which address it could not have', async () => {
    const taken = await peer();
    const failed = openListeningUdpLink({ host, port: taken.port }, new FakeClock());
    await expect(failed).rejects.toBeInstanceOf(DisconnectedError);
    await expect(failed).rejects.toThrow(`udp 127.0.0.1:${taken.port}: `);
  });
});

describe('createVehicle', () => {
  const clock = new SystemClock();

  function connected(vehicle: Vehicle): Promise<void> {
    return new Promise((resolve) => {
      vehicle.onEvent(() => {
        if (vehicle.state.connected) resolve();
      });
    });
  }

  it('makes one that listens for an autopilot which speaks first', async () => {
    const free = await peer();
    const { port } = free;
    await closers.pop()?.();
    const vehicle = await createVehicle({ kind: 'udpin', host, port }, { clock });
    closers.push(() => vehicle.close());
    const startPositionM = { x: 0, y: 0, z: 0 };
    const simulator = await startSimulator({ clock, systemId: 3, seed: 1, startPositionM, speaksTo: port });
    closers.push(() => simulator.close());
    await connected(vehicle);
    expect(vehicle.state.mode).toBe('AUTO.LOITER');
  });

  it('makes one with a simulated autopilot of its own, and ends both', async () => {
    const startPositionM = { x: 2, y: 3, z: 0 };
    const vehicle = await createVehicle(
      { kind: 'sim', seed: 1, startPositionM, autopilot: 'px4' },
      { clock },
    );
    await connected(vehicle);
    await vehicle.close();
    await vehicle.close();
  });

  it('reports what a listener threw', async () => {
    const lines: string[] = [];
    const note = (_fields: object, text: string) => lines.push(text);
    const logger = { info: note, warn: note, error: note };
    const startPositionM = { x: 2, y: 3, z: 0 };
    const vehicle = await createVehicle(
      { kind: 'sim', seed: 1, startPositionM, autopilot: 'px4' },
      { clock, logger },
    );
    closers.push(() => vehicle.close());
    const met = connected(vehicle);
    vehicle.onEvent(() => {
      throw new Error('mine');
    });
    await met;
    await new Promise((resolve) => setImmediate(resolve));
    expect(lines[0]).toBe('a listener of the vehicle failed');
  });
});
