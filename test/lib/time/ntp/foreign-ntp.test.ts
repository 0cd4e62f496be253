import { afterEach, describe, expect, it, vi } from 'vitest';
import { SystemClock } from '../../../../lib/time/adapters/system-clock.js';
import { offsetOf } from '../../../../lib/time/filter/clock-sample.js';
import { foreignTimeSource } from '../../../../lib/time/ntp/adapters/foreign-ntp.js';
import { startNtpServer } from '../../../../lib/time/ntp/adapters/ntp-server.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { until } from '../../../support/until.js';
import { changed, year2000Ms } from './packets.js';
import { type Behaviour, scriptedServer } from './scripted-server.js';

const real = new SystemClock();
const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  vi.useRealTimers();
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function server(behaviour: Behaviour) {
  const made = await scriptedServer(behaviour);
  cleanups.push(made.close);
  return made;
}

/** The scripted answer claims half a second of work: a clock on which the exchange takes that long. */
class SlowClock extends FakeClock {
  override monotonicMs(): number {
    this.#readMs += 600;
    return super.monotonicMs() + this.#readMs;
  }
  #readMs = 0;
}

const slowly = (port: number) =>
  foreignTimeSource({ clock: new SlowClock(), host: '127.0.0.1', port, timeoutMs: 2000 });
const quickly = (port: number, timeoutMs: number) =>
  foreignTimeSource({ clock: real, host: '127.0.0.1', port, timeoutMs });

/** UDP sockets of this process. The package's timer ends with its socket. */
const sockets = () => process.getActiveResourcesInfo().filter((name) => name === 'UDPWrap').length;
const later = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

async function ours(aheadMs: number) {
  const clock = Object.assign(new SystemClock(), { utcMs: () => real.utcMs() + aheadMs });
  const made = await startNtpServer({
    ...{ clock, host: '127.0.0.1', port: 0, onWarning: () => undefined },
    state: () => ({ type: 'alone' }),
  });
  cleanups.push(() => made.close());
  return made;
}

describe('an exchange with a foreign host', () => {
  it('gives own monotonic stamps around, the stamps of the host, and what it says of its own error', async () => {
    const { port } = await server((own) => [own]);
    const sample = await slowly(port).exchange();
    expect(sample.receivedMs - sample.sentMs).toBe(600);
    expect(sample).toMatchObject({
      serverReceivedMs: year2000Ms + 0.5,
      serverSentMs: year2000Ms + 500.5,
      // No delay, 1/65536 s of dispersion; each may have lost 1 ms.
      sourceUncertaintyMs: 1.5,
    });
  });

  it('finds the time of a host that is ahead, by a name too, to half of the way and what was cut', async () => {
    const { port } = await ours(-4321);
    const source = foreignTimeSource({ clock: real, host: 'localhost', port, timeoutMs: 1000 });
    expect(source.name).toBe(`localhost:${port}`);
    for (let i = 0; i < 3; i += 1) {
      const sample = await source.exchange();
      const errorMs = offsetOf(sample) - (real.utcMs() - real.monotonicMs() - 4321);
      expect(Math.abs(errorMs)).toBeLessThan((sample.receivedMs - sample.sentMs) / 2 + 2.1);
    }
  });

  it('is not moved by a step of this machine’s clock while the answer is on its way', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: year2000Ms });
    const { port } = await server((own) => {
      vi.setSystemTime(year2000Ms + 5000);
      return [own];
    });
    const sample = await slowly(port).exchange();
    expect(Date.now()).toBe(year2000Ms + 5000);
    expect([sample.receivedMs - sample.sentMs, sample.serverReceivedMs]).toEqual([600, year2000Ms + 0.5]);
  });
});

describe('an exchange with a foreign host that fails', () => {
  const kiss = (own: Uint8Array) => changed(changed(own, 0, 0xe4, 0), 12, 0x44, 0x45, 0x4e, 0x59);
  it.each<[string, (own: Uint8Array) => Uint8Array, string, RegExp]>([
    ['sends us away', kiss, 'ntp_kiss', /sends us away \(DENY\): ask another server$/],
    ['has no time', (own) => changed(own, 0, 0xe4, 8), 'ntp_unsynchronized', /own clock is not set/],
    ['answers somebody else', (own) => changed(own, 24, 1), 'ntp_bad_answer', /another request: ask again$/],
    ['sends three bytes', () => new Uint8Array(3), 'ntp_bad_answer', /no answer of NTP/],
    ['sends nothing at all', () => new Uint8Array(0), 'ntp_bad_answer', /no answer of NTP/],
    ['claims long work', (own) => changed(own, 43, 0x09), 'ntp_bad_answer', /not of this exchange/],
  ])('because it %s says so', async (_, spoil, code, text) => {
    const { port } = await server((own) => [spoil(own)]);
    const failure = slowly(port).exchange();
    await expect(failure).rejects.toMatchObject({ code });
    await expect(failure).rejects.toThrow(text);
    await expect(failure).rejects.toThrow(`time from 127.0.0.1:${port}: `);
  });

  it('at its deadline says so, and has no socket any more', async () => {
    const { port } = await server(() => []);
    // What the test before has closed is gone on the next turn.
    await later(5);
    const before = sockets();
    const beganMs = real.monotonicMs();
    const failure = quickly(port, 80).exchange();
    await expect(failure).rejects.toMatchObject({ code: 'ntp_timeout' });
    await expect(failure).rejects.toThrow('no answer within 80 ms');
    expect(real.monotonicMs() - beganMs).toBeLessThan(5000);
    await until(() => sockets() <= before);
  });

  it('ends by its own deadline, whatever the package waits for', async () => {
    const clock = new FakeClock();
    const { port, asked } = await server(() => []);
    const source = foreignTimeSource({ clock, host: '127.0.0.1', port, timeoutMs: 60_000 });
    const failure = expect(source.exchange()).rejects.toMatchObject({ code: 'ntp_timeout' });
    await asked();
    const beganMs = real.monotonicMs();
    await clock.advance(60_000);
    await failure;
    expect(real.monotonicMs() - beganMs).toBeLessThan(20_000);
    expect(clock.pending).toBe(0);
  });

  it('is over when the answer comes after the deadline; the next one is judged by itself', async () => {
    let delayMs = 450;
    const { port, requests } = await server(async (own) => {
      await later(delayMs);
      delayMs = 0;
      // Half a second of work would not fit into a real exchange.
      return [changed(own, 40, ...own.subarray(32, 40))];
    });
    const source = quickly(port, 300);
    await expect(source.exchange()).rejects.toMatchObject({ code: 'ntp_timeout' });
    await later(300);
    expect(await source.exchange()).toMatchObject({ serverSentMs: year2000Ms + 0.5 });
    expect(requests).toHaveLength(2);
  });

  it('ends at once when it is cancelled, and drops what comes after', async () => {
    const before = sockets();
    let answered = false;
    const { port, asked, close } = await scriptedServer(async (own) => {
      await later(40);
      answered = true;
      return [own];
    });
    const abort = new AbortController();
    const outcome = quickly(port, 10_000)
      .exchange(abort.signal)
      .catch((error: unknown) => error);
    await asked();
    abort.abort();
    expect(await outcome).toMatchObject({ code: 'cancelled' });
    expect(answered).toBe(false);
    await until(() => answered);
    await later(5);
    close();
    await until(() => sockets() <= before);
  });

  it('asks nobody when it was cancelled before, nor at a port that is none', async () => {
    const { port, requests } = await server((own) => [own]);
    await expect(quickly(port, 100).exchange(AbortSignal.abort())).rejects.toMatchObject({
      code: 'cancelled',
    });
    await expect(quickly(70_000, 100).exchange()).rejects.toMatchObject({ code: 'ntp_unreachable' });
    expect(requests).toEqual([]);
  });
});
