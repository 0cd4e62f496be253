import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { exchange } from '../../../../lib/time/ntp/adapters/ntp-client.js';
import {
  type NtpServer,
  type NtpServerOptions,
  startNtpServer,
  startOnAll,
} from '../../../../lib/time/ntp/adapters/ntp-server.js';
import type { ClockState } from '../../../../lib/time/ntp/clock-state.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { until } from '../../../support/until.js';
import { answer, changed, nonce, request, year2000Ms } from './packets.js';

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function server(options: Partial<NtpServerOptions> = {}) {
  const clock = new FakeClock(year2000Ms);
  const warnings: string[] = [];
  const given: NtpServerOptions = {
    clock,
    host: '127.0.0.1',
    port: 0,
    state: (): ClockState => ({ type: 'alone' }),
    onWarning: (text) => warnings.push(text),
    ...options,
  };
  const ntp = await startNtpServer(given);
  cleanups.push(() => ntp.close());
  return { ntp, clock, warnings };
}

/** A client's socket at an address of loopback, and what it has heard. */
async function client(address = '127.0.0.1') {
  const socket = createSocket('udp4');
  const heard: Uint8Array[] = [];
  socket.on('message', (bytes) => heard.push(Uint8Array.from(bytes)));
  const listening = once(socket, 'listening');
  socket.bind(0, address);
  await listening;
  cleanups.push(() => socket.close());
  return { socket, heard };
}

/** Sends so many, and waits until the server has seen them all. */
async function send(socket: Socket, ntp: NtpServer, bytes: Uint8Array, count = 1): Promise<void> {
  const seen = () => Object.values(ntp.stats()).reduce((sum, each) => sum + each, 0);
  const wanted = seen() + count;
  for (let i = 0; i < count; i++) socket.send(bytes, ntp.port, '127.0.0.1');
  await until(() => seen() === wanted);
}

describe('an NTP server', () => {
  it('answers a client from its clock: received when it came, sent when it left', async () => {
    const clock = new FakeClock(year2000Ms);
    const state = (): ClockState => {
      // What lies between the two stamps.
      clock.stepUtc(500);
      return { type: 'alone' };
    };
    const { ntp } = await server({ clock, state });
    const { socket, heard } = await client();
    await send(socket, ntp, request);
    await until(() => heard.length === 1);
    expect(heard[0]).toEqual(answer);
  });

  it('says at each answer what its clock is then', async () => {
    let state: ClockState = { type: 'alone' };
    const { ntp } = await server({ state: () => state });
    const { socket, heard } = await client();
    await send(socket, ntp, request);
    state = { type: 'unsynchronized' };
    await send(socket, ntp, request);
    await until(() => heard.length === 2);
    expect(heard.map((bytes) => bytes[1])).toEqual([8, 16]);
  });

  it('does not answer what no client sends, and lives on', async () => {
    const { ntp, warnings } = await server();
    const { socket, heard } = await client();
    const others = [
      new Uint8Array(0),
      new Uint8Array(1),
      new Uint8Array(1400),
      changed(request, 0, 0x26),
      answer,
    ];
    for (const other of others) await send(socket, ntp, other);
    await send(socket, ntp, request);
    await until(() => heard.length > 0);
    expect(ntp.stats()).toMatchObject({ ignored: 5, answered: 1 });
    expect(heard).toHaveLength(1);
    expect(warnings).toEqual([]);
  });

  it('sends an abuser away once, warns once, is silent then, and serves the others', async () => {
    const { ntp, warnings } = await server();
    const abuser = await client('127.0.0.2');
    await send(abuser.socket, ntp, request, 50);
    const drone = await client('127.0.0.3');
    await send(drone.socket, ntp, request);
    await until(() => abuser.heard.length === 21 && drone.heard.length === 1);
    expect(ntp.stats()).toEqual({ answered: 21, kissed: 1, silenced: 29, ignored: 0, dropped: 0 });
    expect(abuser.heard.map((bytes) => bytes[1])).toEqual([...Array.from({ length: 20 }, () => 8), 0]);
    expect(warnings).toEqual(['NTP: 127.0.0.2 asks too often and was told so; it gets fewer answers']);
  });

  it('allows an address as much as the clients that share it', async () => {
    const clientsAt = (address: string) => (address === '127.0.0.1' ? 10 : 1);
    const { ntp } = await server({ clientsAt });
    const { socket } = await client();
    await send(socket, ntp, request, 200);
    expect(ntp.stats().answered).toBe(200);
  });

  it('does bounded work in a flood, says so once, and serves again when it is over', async () => {
    const { ntp, clock, warnings } = await server({ clientsAt: () => 1e6, maxPerS: 40 });
    const { socket } = await client();
    await send(socket, ntp, request, 50);
    expect(ntp.stats()).toMatchObject({ answered: 40, dropped: 10 });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/more requests than can be answered.*127\.0\.0\.1/);
    await clock.advance(1000);
    await send(socket, ntp, request);
    expect(ntp.stats().answered).toBe(41);
  });

  it('lives on when the client is gone before its answer comes', async () => {
    const { ntp } = await server();
    const gone = createSocket('udp4');
    await new Promise((resolve) => gone.send(request, ntp.port, '127.0.0.1', resolve));
    gone.close();
    await until(() => ntp.stats().answered === 1);
    const { socket, heard } = await client();
    await send(socket, ntp, changed(request, 47, 0));
    await until(() => heard.length === 1);
    const view = new DataView(heard[0]?.buffer ?? new ArrayBuffer(48));
    expect(view.getBigUint64(24)).toBe(nonce - 0xefn);
  });

  it('gives its port back when closed, and may be closed twice', async () => {
    const { ntp } = await server();
    await ntp.close();
    await ntp.close();
    const again = await server({ port: ntp.port });
    expect(again.ntp.port).toBe(ntp.port);
  });
});

describe('the ports of an NTP server', () => {
  it('are all that can be had, and the operator is told of those that can not', async () => {
    const { ntp, clock } = await server();
    const warnings: string[] = [];
    const onWarning = (text: string) => warnings.push(text);
    const options = { clock, host: '127.0.0.1', state: (): ClockState => ({ type: 'alone' }), onWarning };
    const free = await server();
    await free.ntp.close();
    const second = await startOnAll(options, [ntp.port, 0, free.ntp.port]);
    cleanups.push(() => second.close());
    expect(second.port).not.toBe(ntp.port);
    expect(warnings).toEqual([
      `NTP on UDP 127.0.0.1:${ntp.port}: the port is taken: another NTP server (chronyd?) or another Starling has it`,
    ]);
    for (const port of [second.port, free.ntp.port])
      expect(await exchange({ clock, host: '127.0.0.1', port, timeoutMs: 2000 })).toBeDefined();
    await expect(startOnAll(options, [ntp.port])).rejects.toThrow(/the port is taken/);
  });

  it('is not had at an address of another machine', async () => {
    await expect(server({ host: '192.0.2.1' })).rejects.toThrow(
      'NTP on UDP 192.0.2.1:0: this machine does not have the address: choose one of its own',
    );
  });
});
