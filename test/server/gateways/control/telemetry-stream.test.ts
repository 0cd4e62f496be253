import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type ControlPort,
  startControlPort,
} from '../../../../server/gateways/control/adapters/control-port.js';
import { telemetryOf } from '../../../../server/gateways/control/drone-events.js';
import { type EventBody, EventFeed } from '../../../../server/gateways/control/event-feed.js';
import { openPhase } from '../../../../server/gateways/control/server-events.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { droneView, FakeFacade } from './support/fake-facade.js';
import { gatekeeperOf } from './support/gatekeeper-of.js';
import { frame, RawPeer } from './support/raw-peer.js';

const token = 'the-token-of-this-server-and-no-other';
const gatekeeper = gatekeeperOf(token);
const acknowledged = { code: 0, body: { telemetry: 'ok' } };

let facade: FakeFacade;
let clock: FakeClock;
let control: ControlPort;

beforeEach(async () => {
  facade = new FakeFacade();
  clock = new FakeClock();
  control = await startControlPort({
    facade,
    clock,
    host: '127.0.0.1',
    port: 0,
    gatekeeper,
    version: '0.1.0',
  });
});

afterEach(() => control.close());

async function follow(body: object = {}): Promise<RawPeer> {
  const peer = await RawPeer.connect(control.port);
  peer.send(frame({ action: 'telemetry', body, token }));
  expect(await peer.next()).toEqual(acknowledged);
  return peer;
}

describe('a reader of telemetry', () => {
  it('is told what is known, then each change, in strict JSON', async () => {
    facade.receive('drone-1', { battery: [15, 0.9] });
    const peer = await follow();
    expect(await peer.next()).toEqual({
      code: 0,
      body: { id: 'drone-1', telemetry: { battery: [15, 0.9] } },
    });
    facade.receive('drone-2', { start_position: [0, 0, 0, Number.NaN, 'fly', 0] });
    await clock.advance(50);
    expect(await peer.next()).toEqual({
      code: 0,
      body: { id: 'drone-2', telemetry: { start_position: [0, 0, 0, null, 'fly', 0] } },
    });
    peer.socket.destroy();
  });

  it('of one drone hears of no other', async () => {
    facade.receive('drone-1', { armed: false });
    facade.receive('drone-2', { armed: false });
    const peer = await follow({ ids: ['drone-2'] });
    expect(await peer.next()).toMatchObject({ body: { id: 'drone-2' } });
    facade.receive('drone-1', { armed: true });
    facade.receive('drone-2', { armed: true });
    await clock.advance(50);
    expect(await peer.next()).toMatchObject({ body: { id: 'drone-2', telemetry: { armed: true } } });
    peer.socket.destroy();
  });

  it('can say no more: another request on its connection is never run', async () => {
    const peer = await follow();
    peer.send(frame({ action: 'land', token }));
    facade.receive('drone-1', { armed: false });
    await clock.advance(50);
    expect(await peer.next()).toMatchObject({ body: { id: 'drone-1' } });
    expect(facade.calls).toEqual([]);
    peer.socket.destroy();
  });

  it('that leaves is forgotten, however it leaves', async () => {
    const polite = await follow();
    const rude = await follow();
    expect(facade.listeners).toBe(2);
    polite.socket.end();
    await until(() => facade.listeners === 1);
    rude.socket.resetAndDestroy();
    await until(() => facade.listeners === 0);
    facade.receive('drone-1', {});
    expect(clock.pending).toBe(0);
  });

  it('that does not read is cut off after half a minute', async () => {
    const peer = await follow();
    peer.socket.pause();
    const big = 'x'.repeat(500_000);
    let changes = 0;
    while (clock.pending < 2 || changes < 3) {
      facade.receive('drone-1', { mode: big, time_delta: changes++ });
      await clock.advance(50);
      if (changes > 200) break;
    }
    // The socket is full: only the time limit and the look at the token wait now, however much changes.
    facade.receive('drone-1', { mode: 'later' });
    await clock.advance(1000);
    expect(clock.pending).toBe(2);
    expect(facade.listeners).toBe(1);
    await clock.advance(30_000);
    await until(() => facade.listeners === 0);
    peer.socket.destroy();
  });

  it('that reads slowly gets the newest values, not all of them', async () => {
    const told: unknown[] = [];
    let isFree = true;
    const feed = new EventFeed({
      facade,
      clock,
      ids: undefined,
      sources: [telemetryOf(({ record }) => record.telemetry)],
      push: (telemetry) => {
        told.push(telemetry);
        return isFree;
      },
    });
    isFree = false;
    for (let change = 1; change <= 5; change++) {
      facade.receive('drone-1', { time_delta: change });
      await clock.advance(50);
    }
    expect(told).toEqual([{ time_delta: 1 }]);
    isFree = true;
    feed.resume();
    expect(told).toEqual([{ time_delta: 1 }, { time_delta: 5 }]);
    feed.resume();
    expect(told).toHaveLength(2);
    feed.close();
  });

  it('that takes one thing at a time hears of every drone and of the show, though none of them rests', async () => {
    const told: unknown[] = [];
    const feed = new EventFeed({
      facade,
      clock,
      ids: undefined,
      sources: [telemetryOf(({ record }) => ({ id: record.id })), openPhase],
      push: ({ id, phase }) => {
        told.push(id ?? phase);
        return false;
      },
    });
    for (let turn = 0; turn < 8; turn++) {
      facade.drones = ['a', 'b', 'c'].map((id) => {
        const time_delta = id === 'a' ? turn : 0;
        return droneView(id, { telemetry: { time_delta }, telemetryAtMs: 1 });
      });
      if (turn === 4) facade.phase = { phase: 'paused', startUtcMs: 0, pausedUtcMs: 0 };
      feed.resume();
    }
    expect(told).toEqual(['idle', 'a', 'b', 'c', 'a', 'paused', 'b', 'c', 'a']);
    feed.close();
  });

  it('is told once of many changes at a time, and not of what did not change', async () => {
    const told: EventBody[] = [];
    facade.drones = [droneView('silent')];
    const feed = new EventFeed({
      facade,
      clock,
      ids: undefined,
      sources: [telemetryOf(({ record }) => ({ id: record.id }))],
      push: (body) => told.push(body) > 0,
    });
    facade.receive('a', { armed: false });
    facade.receive('a', { armed: true });
    facade.changed();
    await clock.advance(50);
    facade.changed();
    await clock.advance(50);
    expect(told).toEqual([{ id: 'a' }]);
    feed.close();
    facade.receive('a', { armed: false });
    await clock.advance(50);
    expect(told).toEqual([{ id: 'a' }]);
    expect(clock.pending).toBe(0);
  });
});

/** Lets the event loop turn until it is so; the test's own time limit ends a hopeless wait. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise<void>((resolve) => setImmediate(resolve));
}
