import { describe, expect, it } from 'vitest';
import { applyFrame, type FleetState } from '../../../server/recorder/frame.js';
import { TelemetryFrames } from '../../../server/recorder/telemetry-frames.js';
import { drone } from './support.js';

const limits = { snapshotMs: 10_000, leastWhole: 20, snapshotFrames: 25 };

/** A fleet of which each drone says so much. */
function fleet(count: number, length: number) {
  return Array.from({ length: count }, (_, place) =>
    drone(`drone-${place}`, { telemetry: { warnings: ['x'.repeat(length)] } }),
  );
}

const place = (bytes: number, part = 1) => ({ part, bytes });

describe('the frames of telemetry', () => {
  it('are no lines too long, however much a large fleet has to say', () => {
    const frames = new TelemetryFrames(limits);
    const drones = fleet(1000, 1500);
    const bodies = frames.next({ drones, server: { phase: 'idle' } }, place(400), 0);
    expect(bodies.length).toBeGreaterThan(3);
    for (const body of bodies) expect(JSON.stringify(body).length).toBeLessThan(400_000);
    const state: FleetState = { drones: new Map(), server: {} };
    for (const body of bodies) applyFrame(state, body);
    expect([state.drones.size, state.server]).toEqual([1000, { phase: 'idle' }]);
  });

  it('say nothing while nothing changes, and only what does', () => {
    const frames = new TelemetryFrames(limits);
    const drones = fleet(3, 10);
    frames.next({ drones, server: { phase: 'idle', digest: 'a' } }, place(400), 0);
    expect(frames.next({ drones, server: { phase: 'idle', digest: 'a' } }, place(900), 200)).toEqual([]);
    const moved = [...drones.slice(0, 2), drone('drone-2', { telemetry: { armed: true } })];
    expect(frames.next({ drones: moved.slice(1), server: { phase: 'running' } }, place(900), 400)).toEqual([
      {
        ...{ from: 400, gone: ['drone-0'], server: { phase: 'running', digest: null } },
        drones: { 'drone-2': { '.armed': true, '.warnings': null } },
      },
    ]);
  });

  it('tell the fleet whole a share at a time, and are read from there once all of it is told', () => {
    const frames = new TelemetryFrames(limits);
    const drones = fleet(50, 10);
    const at = (bytes: number, nowMs: number) => frames.next({ drones, server: {} }, place(bytes), nowMs);
    at(400, 0);
    const told = [at(5000, 10_000), at(6000, 10_200), at(7000, 10_400), at(8000, 10_600)].map(([body]) => [
      body?.from,
      Object.keys(body?.whole ?? {}).length,
    ]);
    expect(told).toEqual([
      [400, 20],
      [400, 20],
      [400, 10],
      [undefined, 0],
    ]);
    expect(frames.from).toBe(5000);
    const [body] = frames.next({ drones: fleet(50, 11), server: {} }, place(9000), 20_000);
    expect([Object.keys(body?.whole ?? {}).length, Object.keys(body?.drones ?? {}).length]).toEqual([20, 30]);
  });

  it('tell nothing of a drone that has left before its share came', () => {
    const frames = new TelemetryFrames(limits);
    const drones = fleet(50, 10);
    frames.next({ drones, server: {} }, place(400), 0);
    frames.next({ drones, server: {} }, place(5000), 10_000);
    const rest = drones.filter(({ id }) => id !== 'drone-30');
    const [body] = frames.next({ drones: rest, server: {} }, place(6000), 10_200);
    expect(body?.gone).toEqual(['drone-30']);
    expect(Object.keys(body?.whole ?? {})).not.toContain('drone-30');
  });

  it('begin anew in a new part', () => {
    const frames = new TelemetryFrames(limits);
    const drones = fleet(2, 10);
    frames.next({ drones, server: { phase: 'idle' } }, place(400), 0);
    const [body] = frames.next({ drones, server: { phase: 'idle' } }, place(415, 2), 200);
    expect(body).toMatchObject({ from: 415, server: { phase: 'idle' } });
    expect(Object.keys(body?.drones ?? {})).toEqual(['drone-0', 'drone-1']);
  });

  it('change nothing of what is known when they are none', () => {
    const state: FleetState = { drones: new Map([['a', { x: 1 }]]), server: { phase: 'idle' } };
    for (const body of [{}, { drones: 5, gone: 'a', server: [] }, { whole: { b: 3 }, drones: null }])
      applyFrame(state, body);
    expect([...state.drones, state.server]).toEqual([['a', { x: 1 }], { phase: 'idle' }]);
  });
});
