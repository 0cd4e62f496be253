import { afterEach, describe, expect, it } from 'vitest';
import { type KnownSource, TimeKeeper } from '../../../drone-client/client/time-keeper.js';
import { SystemClock } from '../../../lib/time/adapters/system-clock.js';
import type { Clock } from '../../../lib/time/clock.js';
import { ntpTimeSource } from '../../../lib/time/ntp/adapters/ntp-client.js';
import { type NtpServer, startNtpServer } from '../../../lib/time/ntp/adapters/ntp-server.js';
import { until } from '../../support/until.js';

const clock = new SystemClock();

/** A server whose clock is ahead of this machine's. */
function aheadBy(aheadMs: number): Clock {
  return {
    monotonicMs: () => clock.monotonicMs(),
    utcMs: () => clock.utcMs() + aheadMs,
    after: (delayMs, fn) => clock.after(delayMs, fn),
    at: (monotonicMs, fn) => clock.at(monotonicMs, fn),
  };
}

describe('the clock of the server', () => {
  const closers: (() => void | Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });

  async function serve(aheadMs: number): Promise<NtpServer> {
    const server = await startNtpServer({
      clock: aheadBy(aheadMs),
      ...{ host: '127.0.0.1', port: 0, onWarning: () => undefined },
      state: () => ({ type: 'alone' }),
    });
    closers.push(() => server.close());
    return server;
  }

  const sourceOf = (id: string, { port }: { port: number }): KnownSource => ({
    id,
    source: ntpTimeSource({ clock, host: '127.0.0.1', port, timeoutMs: 300 }),
  });

  function keep(source: () => KnownSource | undefined) {
    const said: string[] = [];
    const log = (_level: string, text: string) => void said.push(text);
    const keeper = new TimeKeeper({ clock, source, random: () => 0.5, log });
    closers.push(() => keeper.close());
    keeper.start();
    const aheadMs = () => (keeper.estimate?.offsetMs ?? Number.NaN) - (clock.utcMs() - clock.monotonicMs());
    return { keeper, said, aheadMs };
  }

  it('is known, with an uncertainty that holds it', async () => {
    const server = await serve(1234.5);
    const { keeper, aheadMs } = keep(() => sourceOf('a', server));
    await until(() => (keeper.estimate?.samples ?? 0) >= 8);
    const uncertaintyMs = keeper.estimate?.uncertaintyMs ?? Number.NaN;
    expect(Math.abs(aheadMs() - 1234.5)).toBeLessThan(uncertaintyMs);
    expect(uncertaintyMs).toBeGreaterThan(0);
    expect(uncertaintyMs).toBeLessThan(100);
  });

  it('begins anew with another server, and waits for one to be known', async () => {
    const [a, b] = [await serve(0), await serve(-5000)];
    let known: KnownSource | undefined;
    const { keeper, aheadMs } = keep(() => known);
    expect(keeper.estimate).toBeUndefined();
    known = sourceOf('a', a);
    await until(() => keeper.estimate !== undefined);
    known = sourceOf('b', b);
    // What was measured of one server says nothing of another one's clock, not for a moment.
    expect(keeper.estimate).toBeUndefined();
    await until(() => Math.abs(aheadMs() + 5000) < 2);
    known = undefined;
    expect(keeper.estimate).toBeUndefined();
  });

  it('is followed after the first answers that show it set, without a kiss of death', async () => {
    const ahead = { ms: 0 };
    const server = await startNtpServer({
      clock: { ...aheadBy(0), utcMs: () => clock.utcMs() + ahead.ms },
      ...{ host: '127.0.0.1', port: 0, onWarning: () => undefined },
      state: () => ({ type: 'alone' }),
    });
    closers.push(() => server.close());
    const { keeper, aheadMs } = keep(() => sourceOf('a', server));
    await until(() => (keeper.estimate?.samples ?? 0) >= 9);
    ahead.ms = 2000;
    await until(() => keeper.estimate?.isDoubted === true);
    expect(keeper.estimate?.uncertaintyMs).toBeGreaterThan(1990);
    await until(() => Math.abs(aheadMs() - 2000) < 2);
    expect(server.stats().kissed).toBe(0);
  });

  it('stays known while the server does not answer, and that is told once', async () => {
    const server = await serve(700);
    const { keeper, aheadMs, said } = keep(() => sourceOf('a', server));
    await until(() => keeper.estimate !== undefined);
    await server.close();
    await until(() => said.length > 0);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/127\.0\.0\.1:\d+.*it is asked on/);
    expect(Math.abs(aheadMs() - 700)).toBeLessThan(2);
  });
});
