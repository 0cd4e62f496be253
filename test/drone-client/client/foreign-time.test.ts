import { afterEach, describe, expect, it } from 'vitest';
import { ForeignTime, type ForeignTimeSettings } from '../../../drone-client/client/foreign-time.js';
import { SystemClock } from '../../../lib/time/adapters/system-clock.js';
import type { Clock } from '../../../lib/time/clock.js';
import { foreignResolutionMs, foreignTimeSource } from '../../../lib/time/ntp/adapters/foreign-ntp.js';
import { startNtpServer } from '../../../lib/time/ntp/adapters/ntp-server.js';
import { NtpError } from '../../../lib/time/ntp/ntp-error.js';
import type { TimeSource } from '../../../lib/time/ntp/time-source.js';
import { FakeClock } from '../../support/fake-clock.js';
import { until } from '../../support/until.js';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Hosts that are ahead of UTC by so many ms, or fail in their own way; each knows when it was asked. */
function fakes(aheadMs: Record<string, number | (() => Error)>) {
  const clock = new FakeClock();
  const trueMs = clock.utcMs() - clock.monotonicMs();
  const askedMs = new Map<string, number[]>();
  const make = (name: string): TimeSource => ({
    name,
    async exchange() {
      const nowMs = clock.monotonicMs();
      askedMs.set(name, [...(askedMs.get(name) ?? []), nowMs]);
      const ahead = aheadMs[name];
      if (typeof ahead !== 'number') throw ahead?.() ?? new Error('no such host');
      const serverMs = nowMs + trueMs + ahead;
      const stamps = { serverReceivedMs: serverMs, serverSentMs: serverMs };
      return { sentMs: nowMs, receivedMs: nowMs, ...stamps, sourceUncertaintyMs: 4 };
    },
  });
  const state: { settings: ForeignTimeSettings | undefined } = {
    settings: { hosts: Object.keys(aheadMs), port: 123 },
  };
  const said: string[] = [];
  const time = new ForeignTime({
    ...{ clock, make, resolutionMs: 1, random: () => 0 },
    settings: () => state.settings,
    log: (level, text) => void said.push(`${level} ${text}`),
  });
  closers.push(() => time.close());
  time.start();
  const errorMs = () => (time.estimate?.offsetMs ?? Number.NaN) - trueMs;
  const pausesMs = (name: string) =>
    (askedMs.get(name) ?? []).slice(1).map((atMs, i) => atMs - (askedMs.get(name)?.[i] ?? 0));
  return { clock, time, said, state, askedMs, aheadMs, errorMs, pausesMs };
}

describe('the time of foreign hosts', () => {
  it('is that on which most agree; who tells another is named once, and once more when it changes', async () => {
    const { clock, said, aheadMs, errorMs, time } = fakes({ a: 0, b: 1, c: 5000 });
    expect(time.estimate).toBeUndefined();
    await clock.advance(60_000);
    expect(Math.abs(errorMs())).toBeLessThan(2);
    // What the hosts say of their own clocks is part of it.
    expect(time.estimate?.uncertaintyMs).toBeGreaterThan(5);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/^warn \[NTP\] not followed, for most hosts tell another time: c \+5\.00 s;/);
    aheadMs.c = 0;
    await clock.advance(200_000);
    const verdicts = said.filter((text) => text.includes('[NTP]'));
    expect(verdicts.at(-1)).toBe('info the time servers of [NTP] agree again');
    expect(verdicts).toHaveLength(2);
  });

  it('is none where two differ: nobody knows which is right, and that is said', async () => {
    const { clock, said, time } = fakes({ a: 0, b: 400 });
    await clock.advance(20_000);
    expect(time.estimate).toBeUndefined();
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(
      /^warn .*\(a \+0\.0 ms, b \+400\.0 ms\): none is followed, this machine's own clock is/,
    );
  });

  it('is asked for eight times soon, then not more often than every 16 s, and holds all the while', async () => {
    const { clock, pausesMs, time } = fakes({ a: 0 });
    await clock.advance(30_000);
    for (let i = 0; i < 60; i += 1) {
      await clock.advance(5000);
      expect(time.estimate?.isHoldover).toBe(false);
    }
    const pauses = pausesMs('a');
    expect(pauses.length).toBeGreaterThan(20);
    expect(Math.min(...pauses)).toBeGreaterThan(1500);
    expect(Math.min(...pauses.slice(8))).toBeGreaterThanOrEqual(16_000);
  });

  it('is asked of nobody while it is not to be used, and begins anew when it is', async () => {
    const { clock, askedMs, state, time } = fakes({ a: 0, b: 0 });
    const hosts = ['a', 'b', 'a'];
    state.settings = undefined;
    await clock.advance(1000);
    askedMs.clear();
    await clock.advance(60_000);
    expect([askedMs.size, time.isWanted, time.estimate, clock.pending]).toEqual([0, false, undefined, 1]);
    state.settings = { hosts, port: 123 };
    await clock.advance(12_000);
    expect([askedMs.get('a')?.length, time.estimate === undefined]).toEqual([
      askedMs.get('b')?.length,
      false,
    ]);
    state.settings = undefined;
    expect(time.estimate).toBeUndefined();
  });

  it('is not asked again of a host that sends us away for good, and that is said once', async () => {
    const denied = () => new NtpError('ntp_kiss', 'time from a: sent away (DENY)', { kissCode: 'DENY' });
    const { clock, askedMs, said } = fakes({ a: denied });
    await clock.advance(600_000);
    expect(askedMs.get('a')).toHaveLength(1);
    expect(said).toEqual(['warn time from a: sent away (DENY); it is not asked again']);
  });

  it('is asked less and less of a host that does not answer', async () => {
    const { clock, askedMs, said } = fakes({ a: () => new Error('no answer') });
    await clock.advance(600_000);
    expect(askedMs.get('a')?.length).toBeLessThan(12);
    expect(said).toEqual(['warn no answer; it is asked on']);
  });
});

describe('the first of several foreign hosts to tell the time', () => {
  it('is not believed before the others have had their time, for it may be the wrong one', async () => {
    const { clock, aheadMs, said, time } = fakes({ a: 5000, b: () => new Error('lost'), c: 0, d: 0 });
    const own = { ...aheadMs };
    aheadMs.c = () => new Error('lost');
    aheadMs.d = () => new Error('lost');
    await clock.advance(2500);
    Object.assign(aheadMs, own);
    await clock.advance(7500);
    expect(time.estimate).toBeUndefined();
    await clock.advance(10_000);
    expect(time.estimate).toBeDefined();
    expect(said.filter((text) => text.includes('NTP'))).toHaveLength(1);
  });
});

describe('real foreign hosts', () => {
  const real = new SystemClock();
  const speed = 20;
  const baseMs = real.utcMs();
  const beganMs = real.monotonicMs();

  /** Time that passes twenty times as fast, ahead by so much. */
  function fast(aheadMs: number): Clock {
    const monotonicMs = () => (real.monotonicMs() - beganMs) * speed;
    const after = (delayMs: number, fn: () => void) => real.after(delayMs / speed, fn);
    return {
      ...{ monotonicMs, after },
      at: (atMs, fn) => after(atMs - monotonicMs(), fn),
      utcMs: () => baseMs + monotonicMs() + aheadMs,
    };
  }

  async function serve(host: string, port: number, aheadMs: number) {
    const server = await startNtpServer({
      ...{ clock: fast(aheadMs), host, port, onWarning: () => undefined },
      state: () => ({ type: 'alone' }),
    });
    closers.push(() => server.close());
    return server;
  }

  it('two of four that are right outvote a wrong one, and one that never answers says nothing', async () => {
    const { port } = await serve('127.44.0.1', 0, 1234.5);
    await serve('127.44.0.2', port, 1234.5);
    await serve('127.44.0.3', port, 60_000);
    const clock = fast(0);
    const said: string[] = [];
    const time = new ForeignTime({
      ...{ clock, random: () => 0.5, resolutionMs: foreignResolutionMs },
      settings: () => ({ hosts: [1, 2, 3, 4].map((i) => `127.44.0.${i}`), port }),
      make: (host) => foreignTimeSource({ clock, host, port, timeoutMs: 2000 }),
      log: (_level, text) => void said.push(text),
    });
    closers.push(() => time.close());
    time.start();
    await until(() => said.some((text) => text.includes('most hosts tell another time: 127.44.0.3')));
    const { offsetMs = Number.NaN, uncertaintyMs = Number.NaN } = time.estimate ?? {};
    const errorMs = offsetMs - (baseMs + 1234.5);
    expect(Math.abs(errorMs)).toBeLessThan(uncertaintyMs);
    expect(uncertaintyMs).toBeLessThan(1000);
    expect(said).toHaveLength(1);
  });
});
