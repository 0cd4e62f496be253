import { describe, expect, it } from 'vitest';
import {
  advanceTransport,
  afterEventMs,
  stepTransport,
  type TransportState,
  type TransportStep,
} from '../../../../server/recorder/replay/transport.js';

const played = { durationMs: 100_000, eventsMs: [10_000, 20_000, 50_000] };

function at(tMs: number, more: Partial<TransportState> = {}): TransportState {
  return { tMs, isPlaying: false, speed: 1, ...more };
}

function stepped(state: TransportState, ...steps: readonly TransportStep[]): TransportState {
  return steps.reduce((before, step) => stepTransport(before, step, played), state);
}

const next = { type: 'event', direction: 1 } as const;
const previous = { type: 'event', direction: -1 } as const;

describe('the place in a recording', () => {
  it('moves on by the time that passes, as fast as asked for, and stands still while it pauses', () => {
    expect(advanceTransport(at(5000, { isPlaying: true, speed: 4 }), 200, played).tMs).toBe(5800);
    expect(advanceTransport(at(5000), 200, played).tMs).toBe(5000);
  });

  it('stops at the end, and begins anew from there', () => {
    const ended = advanceTransport(at(99_900, { isPlaying: true }), 200, played);
    expect(ended).toEqual(at(100_000));
    expect(stepped(ended, { type: 'toggle' })).toEqual(at(0, { isPlaying: true }));
  });

  it('is never before the beginning or behind the end', () => {
    expect(stepped(at(3000), { type: 'seek', byMs: -10_000 }).tMs).toBe(0);
    expect(stepped(at(99_000, { isPlaying: true }), { type: 'seek', byMs: 10_000 })).toEqual(at(100_000));
    expect(stepped(at(50_000), { type: 'to', place: 'end' }).tMs).toBe(100_000);
    expect(stepped(at(50_000), { type: 'to', place: 'start' }).tMs).toBe(0);
  });

  it('goes from event to event, each just after it, and at last to the end', () => {
    const places = [1, 2, 3, 4].map(
      (count) => stepped(at(0), ...Array.from({ length: count }, () => next)).tMs,
    );
    expect(places).toEqual([10_000 + afterEventMs, 20_000 + afterEventMs, 50_000 + afterEventMs, 100_000]);
    expect(stepped(at(100_000), previous, previous).tMs).toBe(20_000 + afterEventMs);
    expect(stepped(at(10_000 + afterEventMs), previous).tMs).toBe(0);
    // It has happened, and is not seen yet.
    expect(stepped(at(10_100), next).tMs).toBe(10_000 + afterEventMs);
  });

  it('goes back past the event that it has just come to while it plays on', () => {
    const justAfter = at(20_000 + afterEventMs + 900, { isPlaying: true });
    expect(stepped(justAfter, previous).tMs).toBe(10_000 + afterEventMs);
    expect(stepped({ ...justAfter, isPlaying: false }, previous).tMs).toBe(20_000 + afterEventMs);
  });

  it('has speeds from a quarter to 32 times, and goes from any other to the next of them', () => {
    const faster = { type: 'speed', direction: 1 } as const;
    const slower = { type: 'speed', direction: -1 } as const;
    expect(stepped(at(0), slower, slower, slower).speed).toBe(0.25);
    expect(stepped(at(0), ...Array.from({ length: 9 }, () => faster)).speed).toBe(32);
    expect(stepped(at(0, { speed: 3 }), faster).speed).toBe(4);
    expect(stepped(at(0, { speed: 3 }), slower).speed).toBe(2);
    expect(stepped(at(0, { speed: 3 }), { type: 'normalSpeed' }).speed).toBe(1);
  });
});
