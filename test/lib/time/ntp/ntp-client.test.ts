import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { SystemClock } from '../../../../lib/time/adapters/system-clock.js';
import {
  type ExchangeOptions,
  exchange,
  ntpTimeSource,
} from '../../../../lib/time/ntp/adapters/ntp-client.js';
import { startNtpServer } from '../../../../lib/time/ntp/adapters/ntp-server.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { changed, year2000Ms } from './packets.js';
import { type Behaviour, scriptedServer } from './scripted-server.js';

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function server(behaviour: Behaviour) {
  const made = await scriptedServer(behaviour);
  cleanups.push(made.close);
  return made;
}

/** `answer` claims half a second of work: a clock on which the exchange takes that long. */
class SlowClock extends FakeClock {
  override monotonicMs(): number {
    this.#readMs += 600;
    return super.monotonicMs() + this.#readMs;
  }
  #readMs = 0;
}

function ask(port: number, more: Partial<ExchangeOptions> = {}) {
  return exchange({ clock: new SlowClock(), host: '127.0.0.1', port, timeoutMs: 1000, ...more });
}

describe('an exchange', () => {
  it('gives own monotonic stamps around, and the stamps of the server', async () => {
    const { port } = await server((own) => [own]);
    const sample = await ask(port, { clock: new SlowClock() });
    expect(sample.receivedMs - sample.sentMs).toBe(600);
    expect(sample).toMatchObject({
      serverReceivedMs: year2000Ms,
      serverSentMs: year2000Ms + 500,
      server: { stratum: 8, leap: 0 },
    });
  });

  it('with our own server on this machine finds the same time', async () => {
    const clock = new SystemClock();
    const onWarning = () => undefined;
    const options = {
      clock,
      host: '127.0.0.1',
      port: 0,
      state: () => ({ type: 'alone' }) as const,
      onWarning,
    };
    const ntp = await startNtpServer(options);
    cleanups.push(() => ntp.close());
    const source = ntpTimeSource({ clock, host: '127.0.0.1', port: ntp.port, timeoutMs: 1000 });
    expect(source.name).toBe(`127.0.0.1:${ntp.port}`);
    const { sentMs, receivedMs, serverReceivedMs, serverSentMs } = await source.exchange();
    const offsetMs = (serverReceivedMs - sentMs + (serverSentMs - receivedMs)) / 2;
    const trueMs = clock.utcMs() - clock.monotonicMs();
    expect(Math.abs(offsetMs - trueMs)).toBeLessThanOrEqual((receivedMs - sentMs) / 2 + 0.001);
    expect(serverReceivedMs).toBeLessThanOrEqual(serverSentMs);
  });

  it('passes over what is forged, late or garbage, and takes the answer that comes after', async () => {
    const forged = (own: Uint8Array) => changed(changed(own, 24, 1, 2, 3, 4, 5, 6, 7, 8), 32, 0xcc);
    const { port } = await server((own) => [new Uint8Array(3), forged(own), changed(own, 0, 0x23), own]);
    expect(await ask(port)).toMatchObject({ serverReceivedMs: year2000Ms });
  });

  it('never asks twice with the same number', async () => {
    const { port, requests } = await server((own) => [own]);
    for (let i = 0; i < 20; i++) await ask(port);
    expect(new Set(requests.map((request) => request.subarray(40, 48).join())).size).toBe(20);
    expect(requests.every((request) => request.length === 48)).toBe(true);
  });
});

describe('an exchange that fails', () => {
  it.each([
    ['sends us away', 0xe4, 0, 'ntp_kiss', /sends us away \(LOCL\): ask another server$/],
    ['has no leap', 0xe4, 8, 'ntp_unsynchronized', /own clock is not set: wait until it is/],
    ['has stratum 16', 0x24, 16, 'ntp_unsynchronized', /own clock is not set/],
  ])('because the server %s says so', async (_, first, stratum, code, text) => {
    const { port } = await server((own) => [changed(own, 0, first, stratum)]);
    const failure = ask(port);
    await expect(failure).rejects.toMatchObject({ code });
    await expect(failure).rejects.toThrow(text);
    await expect(failure).rejects.toThrow(`time from 127.0.0.1:${port}: `);
  });

  it('because we ask too often has the code of the kiss', async () => {
    const { port } = await server((own) => [changed(changed(own, 0, 0xe4, 0), 12, 0x52, 0x41, 0x54, 0x45)]);
    await expect(ask(port)).rejects.toMatchObject({ code: 'ntp_kiss', kissCode: 'RATE' });
  });

  it.each([
    ['no time', (own: Uint8Array) => changed(own, 40, 0, 0, 0, 0, 0, 0, 0, 0)],
    ['more work than there was time', (own: Uint8Array) => changed(own, 43, 0x09)],
  ])('because the answer claims %s asks to try again', async (_, spoil) => {
    const { port } = await server((own) => [spoil(own)]);
    await expect(ask(port)).rejects.toMatchObject({ code: 'ntp_bad_answer' });
  });

  it('at its deadline says where it asked, how long it waited and what to look at', async () => {
    const clock = new FakeClock();
    const { port, asked } = await server(() => []);
    const failure = ask(port, { clock, timeoutMs: 250 });
    const settled = failure.then(
      () => 'sample',
      () => 'failed',
    );
    await asked();
    await clock.advance(249);
    expect(await Promise.race([settled, 'waits'])).toBe('waits');
    await clock.advance(1);
    await expect(failure).rejects.toThrow(
      `time from 127.0.0.1:${port}: no answer within 250 ms: check the address, that the server runs, and that UDP passes the network`,
    );
    await expect(failure).rejects.toMatchObject({ code: 'ntp_timeout' });
  });

  it('fails at once where nobody listens', async () => {
    const closed = createSocket('udp4');
    const listening = once(closed, 'listening');
    closed.bind(0, '127.0.0.1');
    await listening;
    const { port } = closed.address();
    await new Promise<void>((resolve) => closed.close(resolve));
    const failure = ask(port);
    await expect(failure).rejects.toMatchObject({ code: 'ntp_unreachable' });
    await expect(failure).rejects.toThrow(/nobody answers NTP there: check the address and the port/);
  });

  it('fails for a port that is none', async () => {
    await expect(ask(70_000)).rejects.toMatchObject({ code: 'ntp_unreachable' });
  });

  it('ends when it is cancelled, before and while it waits, and leaves no timer and no socket', async () => {
    const clock = new FakeClock();
    const { port, asked } = await server(() => []);
    const sockets = () => process.getActiveResourcesInfo().filter((name) => name === 'UDPWrap').length;
    await clock.advance(0);
    const before = sockets();
    const early = ask(port, { clock, signal: AbortSignal.abort() });
    await expect(early).rejects.toMatchObject({ code: 'cancelled' });
    const abort = new AbortController();
    const waiting = ask(port, { clock, signal: abort.signal });
    await asked();
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    await clock.advance(0);
    expect(clock.pending).toBe(0);
    expect(sockets()).toBe(before);
  });
});
