import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type RunningSimulator,
  startSimulator,
} from '../../../drone-client/simulator/adapters/udp-simulator.js';
import { SimulatedFleetLoop } from '../../../drone-client/simulator/fleet-loop.js';
import { MavlinkDecoder, MavlinkEncoder } from '../../../drone-client/vehicle/mavlink/codec.js';
import { companionHeartbeat } from '../../../drone-client/vehicle/mavlink/outgoing.js';
import { FakeClock } from '../../support/fake-clock.js';
import { until } from '../../support/until.js';

const host = '127.0.0.1';
const startPositionM = { x: 0, y: 0, z: 0 };
const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function started(clock: FakeClock, loop?: SimulatedFleetLoop, systemId = 7): Promise<RunningSimulator> {
  const simulator = await startSimulator({ clock, systemId, seed: 1, startPositionM, ...(loop && { loop }) });
  closers.push(() => simulator.close());
  return simulator;
}

/** A client that says hello and counts what comes. */
async function client() {
  const socket = createSocket('udp4');
  const listening = once(socket, 'listening');
  socket.bind(0, host);
  await listening;
  closers.push(() => new Promise((resolve) => socket.close(() => resolve())));
  const systems: number[] = [];
  const decoder = new MavlinkDecoder();
  socket.on('message', (bytes) => systems.push(...decoder.push(bytes).map(({ systemId }) => systemId)));
  const encoder = new MavlinkEncoder({ systemId: 7, componentId: 191 });
  const hello = (port: number): void => socket.send(encoder.encode(companionHeartbeat()), port, host);
  return { hello, systems, socket };
}

async function run(clock: FakeClock, forMs: number): Promise<void> {
  for (let doneMs = 0; doneMs < forMs; doneMs += 10) {
    await clock.advance(10);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('the simulator on its socket', () => {
  it('is silent until somebody speaks, then answers whoever spoke last', async () => {
    const clock = new FakeClock();
    const { port } = await started(clock);
    const [first, second] = [await client(), await client()];
    await run(clock, 500);
    expect(first.systems).toEqual([]);
    first.hello(port);
    await run(clock, 500);
    expect(first.systems.length).toBeGreaterThan(10);
    expect(new Set(first.systems)).toEqual(new Set([7]));
    second.hello(port);
    await until(async () => {
      await run(clock, 100);
      return second.systems.length > 0;
    });
    const before = first.systems.length;
    await run(clock, 500);
    expect(first.systems).toHaveLength(before);
    expect(second.systems.length).toBeGreaterThan(10);
  });

  it('does not turn to somebody who speaks no MAVLink', async () => {
    const clock = new FakeClock();
    const { port } = await started(clock);
    const [first, stranger] = [await client(), await client()];
    first.hello(port);
    await run(clock, 100);
    stranger.socket.send('hello?', port, host);
    await run(clock, 300);
    expect(stranger.systems).toEqual([]);
    expect(first.systems.length).toBeGreaterThan(5);
  });

  it('survives a client that went away', async () => {
    const clock = new FakeClock();
    const { port } = await started(clock);
    const first = await client();
    first.hello(port);
    await run(clock, 100);
    await closers.pop()?.();
    await run(clock, 500);
    const second = await client();
    second.hello(port);
    await run(clock, 500);
    expect(second.systems.length).toBeGreaterThan(10);
  });

  it('shares one timer with its fleet and leaves it when it closes', async () => {
    const clock = new FakeClock();
    const loop = new SimulatedFleetLoop(clock);
    const fleet = [
      await started(clock, loop, 1),
      await started(clock, loop, 2),
      await started(clock, loop, 3),
    ];
    expect(clock.pending).toBe(1);
    await run(clock, 4000);
    expect(fleet.map(({ autopilot }) => autopilot.truth.batteryFraction < 1)).toEqual([true, true, true]);
    for (const simulator of fleet) await simulator.close();
    await fleet[0]?.close();
    expect(clock.pending).toBe(0);
  });
});
