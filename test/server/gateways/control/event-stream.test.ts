import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AccessEntry } from '../../../../lib/security/access/access.js';
import type { Role } from '../../../../lib/security/access/role.js';
import type { Outcome } from '../../../../server/fleet/drone-record.js';
import {
  type ControlPort,
  startControlPort,
} from '../../../../server/gateways/control/adapters/control-port.js';
import { serverEventTypes } from '../../../../server/gateways/control/event-types.js';
import type { LogLine, ServerSnapshot } from '../../../../server/snapshot.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { droneView, FakeFacade } from './support/fake-facade.js';
import { entryOf, gatekeeperOver } from './support/gatekeeper-of.js';
import { frame, RawPeer } from './support/raw-peer.js';

/** With a log of its own, and a clock. */
class LoggingFacade extends FakeFacade {
  written: LogLine[] = [];

  override snapshot(): ServerSnapshot {
    const nowMs = clock.monotonicMs();
    return { ...super.snapshot(), log: this.written, monotonicMs: nowMs, utcMs: startUtcMs + nowMs };
  }

  write(text: string): void {
    this.written = [...this.written, { atUtcMs: startUtcMs, level: 'info', text }];
    this.changed();
  }
}

const startUtcMs = Date.UTC(2026, 6, 1, 20, 0, 0);
let facade: LoggingFacade;
let clock: FakeClock;
let control: ControlPort;
let access: Map<string, AccessEntry>;
/** What wakes the readers of events of a kind that is not the server's own. */
const ring = new Set<() => void>();
let rung = 0;

beforeEach(async () => {
  facade = new LoggingFacade();
  clock = new FakeClock(startUtcMs);
  access = new Map([
    ['olga', entryOf('token-of-olga', 'operator')],
    ['vera', entryOf('token-of-vera', 'viewer')],
  ]);
  control = await startControlPort({
    ...{ facade, clock, host: '127.0.0.1', port: 0, gatekeeper: gatekeeperOver(access), version: '0' },
    eventTypes: new Map([
      ...serverEventTypes,
      [
        'bell',
        {
          role: 'viewer' as Role,
          open: ({ wake }) => {
            ring.add(wake);
            return {
              news: () => (rung > 0 ? [{ event_type: 'bell', rung: rung-- }] : []),
              close: () => void ring.delete(wake),
            };
          },
        },
      ],
    ]),
  });
});

afterEach(() => control.close());

async function ask(body: unknown, token = 'token-of-olga'): Promise<RawPeer> {
  const peer = await RawPeer.connect(control.port);
  return peer.send(frame({ action: 'stream', body, token }));
}

async function follow(eventTypes: readonly string[], more: object = {}): Promise<RawPeer> {
  const peer = await ask({ event_types: eventTypes, ...more });
  expect(await peer.next()).toEqual({ code: 0, body: { stream: 'ok' } });
  return peer;
}

/** The bodies of the next events. */
async function next(peer: RawPeer, count: number): Promise<unknown[]> {
  await clock.advance(50);
  const bodies: unknown[] = [];
  while (bodies.length < count) bodies.push((await peer.next())?.body);
  return bodies;
}

describe('a stream of events', () => {
  it('is of the kinds that were asked for, and of no other', async () => {
    facade.receive('drone-1', { armed: false });
    const peer = await follow(['log', 'telemetry']);
    expect(await next(peer, 1)).toEqual([
      { event_type: 'telemetry', id: 'drone-1', telemetry: { armed: false } },
    ]);
    facade.phase = { phase: 'paused', startUtcMs, pausedUtcMs: startUtcMs };
    facade.write('somebody came');
    facade.receive('drone-1', { armed: true });
    expect(await next(peer, 2)).toEqual([
      { event_type: 'log', at: '2026-07-01T20:00:00.000Z', level: 'info', text: 'somebody came' },
      { event_type: 'telemetry', id: 'drone-1', telemetry: { armed: true } },
    ]);
    peer.socket.destroy();
  });

  it('of the log has every line from then on, in their order, and says where some are missing', async () => {
    facade.write('long ago');
    const peer = await follow(['log']);
    for (const text of ['one', 'two']) facade.write(text);
    expect(await next(peer, 2)).toMatchObject([{ text: 'one' }, { text: 'two' }]);
    facade.written = [];
    facade.write('three');
    expect(await next(peer, 2)).toMatchObject([
      { level: 'warning', text: 'lines are missing here: more were written than this reader took' },
      { text: 'three' },
    ]);
    peer.socket.destroy();
  });

  it('of the phase begins with the one that is, and tells the start to the moment, though nothing else happens', async () => {
    const peer = await follow(['phase']);
    expect(await next(peer, 1)).toEqual([{ event_type: 'phase', phase: 'idle', startAt: null }]);
    const startAt = new Date(startUtcMs + 10_000).toISOString();
    const countdown = { startUtcMs: startUtcMs + 10_000, scope: 'live', holding: 1, of: 2 } as const;
    facade.phase = { phase: 'countdown', ...countdown };
    facade.changed();
    expect(await next(peer, 1)).toEqual([
      { event_type: 'phase', phase: 'countdown', startAt, holding: 1, of: 2 },
    ]);
    facade.phase = { phase: 'running', startUtcMs: startUtcMs + 10_000, scope: 'live' };
    await clock.advance(9_900);
    expect(await next(peer, 1)).toEqual([{ event_type: 'phase', phase: 'running', startAt }]);
    peer.socket.destroy();
    await until(() => facade.listeners === 0);
    expect(clock.pending).toBe(0);
  });

  it('of drones tells who is there and ready when that has changed, and of a drone that is back anew', async () => {
    facade.drones = [droneView('a')];
    const peer = await follow(['drone']);
    const told = { event_type: 'drone', id: 'a', connected: true, ready: true, armed: false };
    expect(await next(peer, 1)).toEqual([{ ...told, slot: 'a', proof: 'match' }]);
    facade.drones = [{ ...droneView('a', { isConnected: false }), isReady: false, slot: undefined }];
    facade.changed();
    expect(await next(peer, 1)).toEqual([
      { ...told, connected: false, ready: false, slot: null, proof: 'match' },
    ]);
    facade.drones = [];
    facade.changed();
    await clock.advance(50);
    facade.drones = [{ ...droneView('a', { isConnected: false }), isReady: false, slot: undefined }];
    facade.changed();
    expect(await next(peer, 1)).toMatchObject([{ id: 'a', connected: false }]);
    peer.socket.destroy();
  });

  it('of results has the commands that ended since, each once, with the time of their end', async () => {
    const before: Outcome = { action: 'land', atMs: 0, result: { id: 'a', ok: true } };
    facade.drones = [droneView('a', { lastOutcome: before, recentOutcomes: [before] }), droneView('b')];
    const peer = await follow(['result'], { ids: ['a'] });
    const late: Outcome = {
      action: 'arm',
      atMs: 20,
      result: { id: 'a', ok: false, code: 'no', message: 'x' },
    };
    const later: Outcome = { action: 'stop', atMs: 30, result: { id: 'a', ok: true } };
    facade.drones = [
      droneView('a', { lastOutcome: later, recentOutcomes: [before, late, later] }),
      droneView('b', { lastOutcome: late }),
    ];
    facade.changed();
    expect(await next(peer, 2)).toEqual([
      ...[{ event_type: 'result', id: 'a', at: at(20), action: 'arm', ok: false, code: 'no', message: 'x' }],
      { event_type: 'result', id: 'a', at: at(30), action: 'stop', ok: true },
    ]);
    facade.changed();
    const last: Outcome = { action: 'flip', atMs: 40, result: { id: 'a', ok: true } };
    facade.drones = [droneView('a', { lastOutcome: last, recentOutcomes: [last] })];
    expect(await next(peer, 1)).toMatchObject([{ action: 'flip' }]);
    peer.socket.destroy();
  });

  it('can be of what others than the server tell, who wake its readers', async () => {
    const peer = await follow(['bell'], { all: true });
    rung = 2;
    for (const wake of ring) wake();
    expect(await next(peer, 1)).toEqual([{ event_type: 'bell', rung: 2 }]);
    for (const wake of ring) wake();
    expect(await next(peer, 1)).toEqual([{ event_type: 'bell', rung: 1 }]);
    peer.socket.resetAndDestroy();
    await until(() => ring.size === 0);
    expect(facade.listeners).toBe(0);
  });

  it('ends when its caller is revoked, with the next that it would have been told', async () => {
    const peer = await follow(['log']);
    access.delete('olga');
    facade.write('a secret');
    await clock.advance(50);
    expect(await peer.all()).toBe('');
    expect(facade.listeners).toBe(0);
  });

  it('ends soon after its caller is revoked, also where there is nothing to tell it', async () => {
    const peer = await follow(['log']);
    await clock.advance(1000);
    expect(facade.listeners).toBe(1);
    access.delete('olga');
    await clock.advance(500);
    expect(await peer.all()).toBe('');
    expect([facade.listeners, clock.pending]).toEqual([0, 0]);
  });

  it('that is not read keeps nothing: the newest comes later, and every line of the log', async () => {
    const peer = await follow(['telemetry', 'log']);
    peer.socket.pause();
    let change = 0;
    // Whatever the system takes in its own buffers is on its way; then the server waits for the reader, beside its look at the token.
    while (clock.pending < 2 || change < 3) {
      facade.receive('drone-1', { mode: 'x'.repeat(500_000), time_delta: change++ });
      await clock.advance(50);
    }
    const lastOnItsWay = change - 1;
    for (const text of ['one', 'two', 'three']) {
      facade.receive('drone-1', { mode: 'short', time_delta: change++ });
      facade.write(text);
      await clock.advance(50);
    }
    peer.socket.resume();
    const lines: unknown[] = [];
    const changes: unknown[] = [];
    while (lines.length < 3 || changes.at(-1) !== change - 1) {
      const event = (await peer.next())?.body as { telemetry?: { time_delta: number }; text?: string };
      if (event.telemetry) changes.push(event.telemetry.time_delta);
      else lines.push(event.text);
    }
    expect(lines).toEqual(['one', 'two', 'three']);
    expect(changes).toEqual([...Array(lastOnItsWay + 1).keys(), change - 1]);
    peer.socket.destroy();
  });
});

describe('a request for a stream', () => {
  const known = 'phase, drone, telemetry, result, log, bell';

  it.each<[string, unknown, string]>([
    ['nothing', {}, `event_types must be a list of some of ${known}`],
    ['no body', null, `event_types must be a list of some of ${known}`],
    ['an empty list', { event_types: [] }, `event_types must be a list of some of ${known}`],
    ['a text', { event_types: 'log' }, `event_types must be a list of some of ${known}`],
    ['an unknown type', { event_types: ['log', 'step'] }, `unknown event type "step"; known are ${known}`],
    ['a number', { event_types: [5] }, `unknown event type 5; known are ${known}`],
    [
      'a name of all objects',
      { event_types: ['constructor'] },
      `unknown event type "constructor"; known are ${known}`,
    ],
    ['one type twice', { event_types: ['log', 'log'] }, 'event_types names one type twice'],
    ['a drone that is not there', { event_types: ['log'], ids: ['ghost'] }, 'no drone is called "ghost"'],
  ])('for %s is refused by name', async (_what, body, error) => {
    const peer = await ask(body);
    expect(await peer.next()).toEqual({ code: 1, body: { error } });
    expect(await peer.next()).toBeUndefined();
    expect(facade.listeners).toBe(0);
    peer.socket.destroy();
  });

  it.each(['log', 'result'])('of a viewer for %s is refused with the role that it needs', async (event) => {
    const peer = await ask({ event_types: ['phase', event] }, 'token-of-vera');
    const error = `events "${event}" need the role operator; vera is viewer`;
    expect(await peer.next()).toEqual({ code: 4, body: { error } });
    peer.socket.destroy();
    const seen = await ask({ event_types: ['phase', 'drone', 'telemetry'] }, 'token-of-vera');
    expect(await seen.next()).toMatchObject({ code: 0 });
    seen.socket.destroy();
  });
});

function at(ms: number): string {
  return new Date(startUtcMs + ms).toISOString();
}

/** Lets the event loop turn until it is so; the test's own time limit ends a hopeless wait. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise<void>((resolve) => setImmediate(resolve));
}
