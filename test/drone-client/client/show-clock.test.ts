import { describe, expect, it } from 'vitest';
import { clockProblems } from '../../../drone-client/client/clock-gate.js';
import { serverTime } from '../../../drone-client/client/server-time.js';
import { ShowClock } from '../../../drone-client/client/show-clock.js';
import type { ClockEstimate } from '../../../lib/time/filter/clock-sample.js';
import { FakeClock } from '../../support/fake-clock.js';

const peer = (id: string, ntp?: number) =>
  ({ protocol: 1, role: 'server', id, software: 'starling', version: '1', features: [], ntp }) as const;

const estimate: ClockEstimate = {
  ...{ offsetMs: 500, uncertaintyMs: 0.4, assumption: '', driftPpm: 0, sinceMs: 0 },
  ...{ isHoldover: false, samples: 9 },
};

describe('the clock of a show', () => {
  const clock = new FakeClock();

  it('is what exchanges make of it, else what the heartbeat does, else this machine’s own', () => {
    const heartbeat = { offsetMs: 700, uncertaintyMs: 3 };
    const link = { isConnected: true, peer: peer('s'), clockOffset: heartbeat };
    const measured = new ShowClock(clock, link, () => estimate);
    expect([measured.toServerMs(100), measured.toMonotonicMs(600)]).toEqual([600, 100]);
    expect(measured.quality).toEqual({ uncertaintyMs: 0.4, isHoldover: false, by: 'exchanges' });
    const beaten = new ShowClock(clock, link);
    expect(beaten.toServerMs(100)).toBe(800);
    expect(beaten.quality).toEqual({ uncertaintyMs: 3, isHoldover: false, by: 'heartbeats' });
    const unknown = new ShowClock(clock, { ...link, clockOffset: undefined });
    expect([unknown.isUnknown, unknown.quality]).toEqual([true, undefined]);
  });

  it('is this machine’s own under an old server, whatever was measured of another one', () => {
    const old = { isConnected: true, peer: undefined, clockOffset: undefined };
    const shows = new ShowClock(clock, old, () => estimate);
    expect(shows.toServerMs(clock.monotonicMs())).toBe(clock.utcMs());
    expect([shows.isUnknown, shows.quality]).toEqual([false, undefined]);
  });

  it('is not good enough for a start above the gate, and not judged without a measurement', () => {
    const quality = { uncertaintyMs: 20.1, isHoldover: false, by: 'exchanges' } as const;
    expect(clockProblems({ ...quality, uncertaintyMs: 20 }, 20)).toEqual([]);
    expect(clockProblems(quality, 20)).toMatchObject([{ id: 'clock', severity: 'blocking' }]);
    expect(clockProblems({ ...quality, isHoldover: true }, 20)[0]?.text).toContain('check the network');
    expect([clockProblems(quality, 0), clockProblems(undefined, 20)]).toEqual([[], []]);
  });
});

it('the time is asked of the server that is connected, and of no other', () => {
  const link: { isConnected: boolean; peer: ReturnType<typeof peer> | undefined; remoteAddress: string } = {
    ...{ isConnected: false, peer: undefined, remoteAddress: '' },
  };
  const source = serverTime(link, (host, port) => ({
    name: `${host}:${port}`,
    exchange: () => Promise.reject(new Error('not here')),
  }));
  expect(source()).toBeUndefined();
  Object.assign(link, { isConnected: true, peer: peer('a', 123), remoteAddress: '10.0.0.1' });
  const first = source();
  expect(first?.source.name).toBe('10.0.0.1:123');
  link.isConnected = false;
  expect(source()).toBe(first);
  Object.assign(link, { isConnected: true, peer: peer('b', 123) });
  expect(source()?.id).not.toBe(first?.id);
  link.peer = peer('b');
  expect(source()).toBeUndefined();
  Object.assign(link, { isConnected: false });
  expect(source()).toBeUndefined();
});
