import { afterEach, describe, expect, it } from 'vitest';
import { OsClockWatch } from '../../../drone-client/client/os-clock-watch.js';
import { FakeClock } from '../../support/fake-clock.js';

const peer = (id: string) =>
  ({ protocol: 1, role: 'server', id, software: 'starling', version: '1', features: [] }) as const;

describe('the watch on this machine’s clock', () => {
  let watch: OsClockWatch;
  afterEach(() => watch.close());

  function watched(isTrusted = true) {
    const clock = new FakeClock(Date.UTC(2026, 0, 1));
    const said: string[] = [];
    const link: {
      isConnected: boolean;
      peer: ReturnType<typeof peer> | undefined;
      clockOffset: { offsetMs: number; uncertaintyMs: number } | undefined;
    } = { isConnected: false, peer: undefined, clockOffset: undefined };
    watch = new OsClockWatch({
      ...{ clock, link },
      isTrusted: () => isTrusted,
      log: (level, text) => void said.push(`${level} ${text}`),
    });
    watch.start();
    /** A server that is ahead of this machine by so much. */
    const connect = (id: string, aheadMs: number, uncertaintyMs = 2) => {
      const offsetMs = clock.utcMs() - clock.monotonicMs() + aheadMs;
      Object.assign(link, { isConnected: true, peer: peer(id), clockOffset: { offsetMs, uncertaintyMs } });
    };
    return { clock, said, link, connect };
  }

  it('says once that it was set, by how much and when, and what that means', async () => {
    const { clock, said } = watched();
    await clock.advance(3000);
    clock.stepUtc(3200);
    await clock.advance(10_000);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(
      /^warn this machine's clock was set by \+3\.20 s at 2026-01-01T00:00:06.\d{3}Z: no drone moves by it, the show is played on the monotonic clock$/,
    );
  });

  it('says once a connection how far it is off the server’s, and what to do', async () => {
    const { clock, said, link, connect } = watched();
    connect('a', 2500);
    await clock.advance(5000);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(
      /^warn this machine's clock is -2\.50 s off the server's: the show does not go by it/,
    );
    expect(said[0]).toContain('chronyc tracking');
    link.isConnected = false;
    await clock.advance(1000);
    connect('a', 2500);
    await clock.advance(5000);
    expect(said).toHaveLength(2);
  });

  it('is content within a second and what the heartbeat can not tell', async () => {
    const { clock, said, connect } = watched();
    connect('a', 1100, 150);
    await clock.advance(1000);
    expect(said).toEqual([]);
    connect('b', 1100, 50);
    await clock.advance(1000);
    expect(said).toHaveLength(1);
  });

  it('compares nothing with an old server, nor where foreign hosts are gone by', async () => {
    const { clock, said, link, connect } = watched();
    connect('a', 9000);
    link.peer = undefined;
    await clock.advance(2000);
    expect(said).toEqual([]);
    watch.close();
    const other = watched(false);
    other.connect('a', 9000);
    await other.clock.advance(2000);
    expect(other.said).toEqual([]);
  });

  it('looks no more when it is closed', async () => {
    const { clock, said } = watched();
    watch.close();
    clock.stepUtc(9000);
    await clock.advance(2000);
    expect([said, clock.pending]).toEqual([[], 0]);
  });
});
