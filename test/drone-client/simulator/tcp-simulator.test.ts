import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { startTcpSimulator } from '../../../drone-client/simulator/adapters/tcp-simulator.js';
import { FakeClock } from '../../support/fake-clock.js';
import { flyUpAndDown, RawPilot } from './raw-pilot.js';

const host = '127.0.0.1';
const options = { systemId: 7, seed: 1, settleMs: 1000, startPositionM: { x: 0, y: 0, z: 0 } };
const closers: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function started(clock: FakeClock) {
  const simulator = await startTcpSimulator({ ...options, clock });
  closers.push(() => simulator.close());
  return simulator;
}

async function client(port: number): Promise<{ socket: Socket; pilot: RawPilot }> {
  const socket = createConnection({ port, host, noDelay: true });
  closers.push(() => {
    socket.destroy();
  });
  await once(socket, 'connect');
  const pilot = new RawPilot((bytes) => socket.write(bytes));
  socket.on('data', (bytes) => pilot.hear(bytes));
  socket.on('error', () => undefined);
  return { socket, pilot };
}

async function run(clock: FakeClock, forMs: number): Promise<void> {
  for (let doneMs = 0; doneMs < forMs; doneMs += 10) {
    await clock.advance(10);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Lets time pass until it is so: what is on its way through a socket takes its turns. */
async function until(clock: FakeClock, isSo: () => boolean): Promise<void> {
  for (let turns = 0; !isSo() && turns < 2000; turns += 1) await run(clock, 10);
  expect(isSo()).toBe(true);
}

describe('the simulator behind its TCP port', () => {
  it('arms, lifts and lands by plain MAVLink', async () => {
    const clock = new FakeClock();
    const simulator = await started(clock);
    const { pilot } = await client(simulator.port);
    const flight = await flyUpAndDown(pilot, (forMs) => run(clock, forMs));
    expect(pilot.results).toEqual(
      new Map([
        [511, 0],
        [176, 0],
        [400, 0],
        [21, 0],
      ]),
    );
    expect(flight.highestM).toBeGreaterThan(1.7);
    expect(flight.isBackDown).toBe(true);
    expect(simulator.autopilot.truth.positionM.z).toBe(0);
  });

  it('speaks first, and reads frames that come byte by byte', async () => {
    const clock = new FakeClock();
    const { port } = await started(clock);
    const { socket, pilot } = await client(port);
    await until(clock, () => pilot.messages > 5);
    const bytes: Uint8Array[] = [];
    new RawPilot((frame) => bytes.push(frame)).command(400, { _param1: 1 });
    for (const byte of bytes.flatMap((frame) => [...frame])) {
      socket.write(Uint8Array.of(byte));
      await run(clock, 10);
    }
    await until(clock, () => pilot.results.has(400));
  });

  it('turns to a new client and lets the one before go', async () => {
    const clock = new FakeClock();
    const { port } = await started(clock);
    const first = await client(port);
    await until(clock, () => first.pilot.messages > 5);
    const gone = once(first.socket, 'close');
    const second = await client(port);
    await gone;
    await until(clock, () => second.pilot.messages > 5);
    second.socket.destroy();
    const third = await client(port);
    await until(clock, () => third.pilot.messages > 5);
  });

  it('flies on while a client does not read, which then finds whole frames alone', async () => {
    const clock = new FakeClock();
    const { port, autopilot } = await started(clock);
    const deaf = await client(port);
    deaf.socket.pause();
    await run(clock, 3000);
    expect(autopilot.truth.isLanded).toBe(true);
    deaf.socket.resume();
    await until(clock, () => deaf.pilot.messages > 5);
    expect([...deaf.pilot.systems]).toEqual([7]);
    expect(deaf.pilot.losses.badChecksums).toBe(0);
  });

  it('frees its port and its timer when it closes, also twice, also with a client', async () => {
    const clock = new FakeClock();
    const simulator = await started(clock);
    const { socket } = await client(simulator.port);
    const gone = once(socket, 'close');
    await simulator.close();
    await simulator.close();
    await gone;
    expect(clock.pending).toBe(0);
    const again = await startTcpSimulator({ ...options, clock, port: simulator.port });
    await expect(startTcpSimulator({ ...options, clock, port: again.port })).rejects.toThrow(/EADDRINUSE/);
    await again.close();
    expect(clock.pending).toBe(0);
  });
});
