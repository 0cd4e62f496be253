import { describe, expect, it } from 'vitest';
import { clockProblems } from '../../../drone-client/client/clock-gate.js';
import { serverTime } from '../../../drone-client/client/server-time.js';
import { type ClockQuality, ShowClock } from '../../../drone-client/client/show-clock.js';
import type { ClockEstimate } from '../../../lib/time/filter/clock-sample.js';
import { FakeClock } from '../../support/fake-clock.js';

const peer = (id: string, ntp?: number) =>
  ({ protocol: 1, role: 'server', id, software: 'starling', version: '1', features: [], ntp }) as const;

const estimate: ClockEstimate = {
  ...{ offsetMs: 500, uncertaintyMs: 0.4, assumption: '', driftPpm: 0, sinceMs: 0 },
  ...{ isHoldover: false, isDoubted: false, samples: 9 },
};

describe('the clock of a show', () => {
  const clock = new FakeClock();

  it('is what exchanges make of it, else what the heartbeat does, else this machine’s own', () => {
    const heartbeat = { offsetMs: 501, uncertaintyMs: 3 };
    const link = { isConnected: true, isOldPeer: false, peer: peer('s'), clockOffset: heartbeat };
    const measured = new ShowClock(clock, link, { server: () => estimate });
    expect([measured.toServerMs(100), measured.toMonotonicMs(600)]).toEqual([600, 100]);
    expect(measured.quality).toEqual({ uncertaintyMs: 0.4, isHoldover: false, by: 'exchanges' });
    const beaten = new ShowClock(clock, link);
    expect(beaten.toServerMs(100)).toBe(601);
    expect(beaten.quality).toEqual({ uncertaintyMs: 3, isHoldover: false, by: 'heartbeats' });
    const unknown = new ShowClock(clock, { ...link, clockOffset: undefined });
    expect([unknown.isUnknown, unknown.quality]).toEqual([true, undefined]);
  });

  it('is this machine’s own under an old server, whatever was measured of another one', () => {
    const old = { isConnected: true, isOldPeer: true, peer: undefined, clockOffset: undefined };
    const shows = new ShowClock(clock, old, { server: () => estimate });
    expect(shows.toServerMs(clock.monotonicMs())).toBe(clock.utcMs());
    expect([shows.isUnknown, shows.quality, shows.isOsClock]).toEqual([false, undefined, true]);
  });

  it('is the heartbeat’s where exchanges exclude it: anybody can forge those', () => {
    const link = {
      ...{ isConnected: true, isOldPeer: false, peer: peer('s') },
      clockOffset: { offsetMs: 500, uncertaintyMs: 3 },
    };
    const disputes: number[] = [];
    let offsetMs = 512;
    const server = () => ({ ...estimate, offsetMs });
    const shows = new ShowClock(clock, link, { server, onDispute: (apartMs) => disputes.push(apartMs) });
    expect([shows.toServerMs(0), shows.quality?.by]).toEqual([512, 'exchanges']);
    offsetMs = 4500;
    expect([shows.toServerMs(0), shows.quality?.by]).toEqual([500, 'heartbeats']);
    expect([shows.serverUtcMs, disputes]).toEqual([500, [4000]]);
    offsetMs = 500.2;
    expect([shows.toServerMs(0), shows.quality?.by, disputes.length]).toEqual([500.2, 'exchanges', 1]);
    offsetMs = -500;
    expect([shows.toServerMs(0), disputes.length]).toEqual([500, 2]);
  });

  it('stays what was measured while nobody has spoken on a new connection', () => {
    const silent = { isConnected: true, isOldPeer: false, peer: undefined, clockOffset: undefined };
    const shows = new ShowClock(clock, silent, { server: () => estimate });
    expect([shows.toServerMs(100), shows.quality?.by]).toEqual([600, 'exchanges']);
    expect(new ShowClock(clock, silent).isUnknown).toBe(true);
  });

  it('is UTC of the foreign hosts under an old server and before any, where they are to be asked', () => {
    const hosts = { isWanted: true, estimate: { ...estimate, offsetMs: 900, uncertaintyMs: 7 } };
    const old = { isConnected: true, isOldPeer: true, peer: undefined, clockOffset: undefined };
    for (const link of [old, { ...old, isConnected: false, isOldPeer: false }]) {
      const shows = new ShowClock(clock, link, { server: () => undefined, hosts });
      expect([shows.toServerMs(100), shows.toMonotonicMs(1000)]).toEqual([1000, 100]);
      expect(shows.quality).toEqual({ uncertaintyMs: 7, isHoldover: false, by: 'hosts' });
      expect([shows.isUnknown, shows.isOsClock, shows.lacksHosts]).toEqual([false, false, false]);
    }
  });

  it('is this machine’s own, with a warning, where the foreign hosts are to be asked and none answers', () => {
    const hosts = { isWanted: true, estimate: undefined };
    const old = { isConnected: true, isOldPeer: true, peer: undefined, clockOffset: undefined };
    const shows = new ShowClock(clock, old, { hosts });
    expect(shows.toServerMs(clock.monotonicMs())).toBe(clock.utcMs());
    expect([shows.isUnknown, shows.quality, shows.lacksHosts]).toEqual([false, undefined, true]);
    expect(clockProblems(shows, 20)).toMatchObject([{ id: 'clock', severity: 'warning' }]);
    const alone = new ShowClock(clock, { ...old, isConnected: false, isOldPeer: false }, { hosts });
    expect(clockProblems(alone, 20)).toEqual([]);
    const unused = new ShowClock(clock, old, { hosts: { ...hosts, isWanted: false } });
    expect(clockProblems(unused, 20)).toEqual([]);
  });

  it('is the server’s under a server of ours, whatever foreign hosts say, known or not', () => {
    const hosts = { isWanted: true, estimate: { ...estimate, offsetMs: 900 } };
    const clockOffset = { offsetMs: 505, uncertaintyMs: 3 };
    const ours = { isConnected: true, isOldPeer: false, peer: peer('s'), clockOffset };
    const asked = new ShowClock(clock, ours, { server: () => estimate, hosts });
    expect([asked.toServerMs(100), asked.quality?.by]).toEqual([600, 'exchanges']);
    const link = { ...ours };
    const beaten = new ShowClock(clock, link, { hosts });
    expect([beaten.toServerMs(100), beaten.quality?.by]).toEqual([605, 'heartbeats']);
    link.isConnected = false;
    expect([beaten.toServerMs(100), beaten.quality?.by]).toEqual([605, 'heartbeats']);
    const unknown = new ShowClock(clock, { ...ours, clockOffset: undefined }, { hosts });
    expect([unknown.isUnknown, unknown.quality, unknown.lacksHosts]).toEqual([true, undefined, false]);
  });

  it('is not good enough for a start above the gate, and not judged without a measurement', () => {
    const quality = { uncertaintyMs: 20.1, isHoldover: false, by: 'exchanges' } as const;
    const problems = (known: ClockQuality | undefined, gateMs: number) =>
      clockProblems({ quality: known, lacksHosts: false }, gateMs);
    expect(problems({ ...quality, uncertaintyMs: 20 }, 20)).toEqual([]);
    expect(problems(quality, 20)).toMatchObject([{ id: 'clock', severity: 'blocking' }]);
    expect(problems({ ...quality, isHoldover: true }, 20)[0]?.text).toContain('check the network');
    expect([problems(quality, 0), problems(undefined, 20)]).toEqual([[], []]);
    const hosts = { ...quality, by: 'hosts' } as const;
    expect(problems(hosts, 20)).toMatchObject([{ id: 'clock', severity: 'warning' }]);
    expect(problems(hosts, 20)[0]?.text).toContain('±20.1 ms only (at most 20): name a host that is nearer');
    expect(problems({ ...hosts, isHoldover: true }, 20)[0]?.text).toContain('check the network');
  });
});

it('the time is asked of the server that is connected, and of no other', () => {
  const link = {
    ...{ isConnected: false, isOldPeer: false, remoteAddress: '' },
    peer: undefined as ReturnType<typeof peer> | undefined,
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
  // A new connection on which nobody has spoken yet may be the same server's.
  Object.assign(link, { isConnected: true, peer: undefined });
  expect(source()).toBe(first);
  link.isOldPeer = true;
  expect(source()).toBeUndefined();
  Object.assign(link, { isOldPeer: false, peer: peer('b', 123) });
  expect(source()?.id).not.toBe(first?.id);
  link.peer = peer('b');
  expect(source()).toBeUndefined();
  Object.assign(link, { isConnected: false });
  expect(source()).toBeUndefined();
});
