import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  advertiseServer,
  Broadcaster,
  browseServers,
  type DiscoveryEvent,
  findServer,
  type MdnsServer,
} from '../../../../lib/discovery/index.js';
import { SystemClock } from '../../../../lib/time/adapters/system-clock.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { udpSocketsOn } from '../../../support/udp-sockets.js';
import { freeUdpPort } from './ports.js';

const clock = new SystemClock();
const addresses = ['127.0.0.1'];
const server = { port: 25000, id: 'field 1.north', version: '0.1.0', security: 'open', ntpPort: 12300 };

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function advertise(mdnsPort: number, changes: Partial<typeof server> = {}, on = addresses) {
  const events: DiscoveryEvent[] = [];
  const advertising = advertiseServer({
    clock,
    addresses: on,
    mdnsPort,
    server: { ...server, ...changes },
    onEvent: (event) => events.push(event),
  });
  cleanups.push(() => advertising.close());
  return { events, advertising };
}

function browse(mdnsPort: number): Promise<MdnsServer> {
  return new Promise((resolve) => {
    const browsing = browseServers({
      clock,
      addresses,
      mdnsPort,
      onServer: resolve,
      onEvent: () => undefined,
    });
    cleanups.push(() => browsing.close());
  });
}

describe('mDNS on one interface', () => {
  it.each([
    ['fails', 'recvmsg ENETDOWN'],
    ['is closed', 'its socket was closed'],
  ])('whose socket %s is told of once, throws nothing, and can be closed', async (how, why) => {
    const mdnsPort = await freeUdpPort();
    const { events, advertising } = advertise(mdnsPort);
    await vi.waitFor(() => expect(udpSocketsOn(mdnsPort)).toHaveLength(1));
    const [socket] = udpSocketsOn(mdnsPort);
    const broken = Object.assign(new Error('recvmsg ENETDOWN'), { code: 'ENETDOWN', syscall: 'recvmsg' });
    if (how === 'fails') socket?.emit('error', broken);
    socket?.close();
    await vi.waitFor(() => expect(events).toHaveLength(1));
    // What was heard just before is still answered, by a socket that is gone.
    const type = Buffer.from('\x09_starling\x04_tcp\x05local\0');
    const question = Buffer.concat([
      Buffer.from([0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]),
      type,
      Buffer.from([0, 12, 0, 1]),
    ]);
    expect(() => socket?.emit('message', question, { address: '127.0.0.1', port: mdnsPort })).not.toThrow();
    await new Promise((resolve) => setImmediate(resolve));
    await advertising.close();
    expect(events).toEqual([{ type: 'mdnsFailed', text: `mDNS on 127.0.0.1 does not work: ${why}` }]);
  });

  it('tells of the server: where it is, who it is, its version, security and time service', async () => {
    const mdnsPort = await freeUdpPort();
    advertise(mdnsPort);
    expect(await browse(mdnsPort)).toEqual({ ...server, host: '127.0.0.1' });
  });

  it('leaves out what the server does not offer', async () => {
    const mdnsPort = await freeUdpPort();
    const { ntpPort: _none, ...bare } = server;
    const advertising = advertiseServer({
      clock,
      addresses,
      mdnsPort,
      server: { ...bare, version: undefined, security: undefined, ntpPort: undefined },
      onEvent: () => undefined,
    });
    cleanups.push(() => advertising.close());
    expect(await browse(mdnsPort)).toEqual({
      host: '127.0.0.1',
      port: 25000,
      id: 'field 1.north',
      version: undefined,
      security: undefined,
      ntpPort: undefined,
    });
  });

  it('prints nothing when two servers have one name', async () => {
    const print = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    cleanups.push(() => print.mockRestore());
    const mdnsPort = await freeUdpPort();
    advertise(mdnsPort);
    advertise(mdnsPort, { port: 25001 });
    await browse(mdnsPort);
    expect(print).not.toHaveBeenCalled();
  });

  it('that is taken by a program that does not share is one event and no crash', async () => {
    const selfish = createSocket('udp4');
    selfish.bind(0, '0.0.0.0');
    await once(selfish, 'listening');
    cleanups.push(() => selfish.close());
    const { events } = advertise(selfish.address().port, {}, ['127.0.0.1', '127.0.0.2']);
    while (events.length === 0) await new Promise<void>((resolve) => setImmediate(resolve));
    await cleanups.pop()?.();
    expect(events.map(({ type }) => type)).toEqual(['mdnsFailed']);
    expect(events[0]?.text).toMatch(/mDNS on 127\.0\.0\.[12] does not work: .*EADDRINUSE/);
  });

  it('that is gone is one event and no crash', async () => {
    const mdnsPort = await freeUdpPort();
    const { events } = advertise(mdnsPort, {}, ['192.0.2.250', '127.0.0.1']);
    expect((await browse(mdnsPort)).id).toBe(server.id);
    expect(events.map(({ type }) => type)).toEqual(['mdnsFailed']);
    expect(events[0]?.text).toContain('192.0.2.250');
  });
});

describe('a drone that looks for its server', () => {
  it('finds it by mDNS where no broadcast comes through', async () => {
    const [port, mdnsPort] = [await freeUdpPort(), await freeUdpPort()];
    advertise(mdnsPort);
    const found = await findServer({ clock, port, mdnsPort, interfaces: addresses, timeoutMs: 5000 });
    expect(found).toEqual({ host: '127.0.0.1', port: 25000, id: server.id, via: 'mdns' });
  });

  it('finds it by broadcast where there is no mDNS', async () => {
    const [port, mdnsPort] = [await freeUdpPort(), await freeUdpPort()];
    const broadcaster = new Broadcaster({
      clock,
      port,
      server: { port: 25000, id: '4711', startTimeS: 1 },
      delayMs: 100,
      targets: () => [{ address: '127.255.255.255', host: '127.0.0.1' }],
      onEvent: () => undefined,
    });
    cleanups.push(() => broadcaster.close());
    const found = await findServer({ clock, port, mdnsPort, interfaces: addresses, timeoutMs: 5000 });
    expect(found).toEqual({ host: '127.0.0.1', port: 25000, id: '4711', via: 'broadcast' });
  });

  it('takes mDNS for a hint where it believes signed announcements, and only of a server that demands keys', async () => {
    const [port, mdnsPort] = [await freeUdpPort(), await freeUdpPort()];
    const isSigned = (_action: string, { id }: { readonly [key: string]: unknown }) => id === 'signed';
    advertise(mdnsPort, { id: 'open' });
    const options = { clock, port, mdnsPort, interfaces: addresses, accept: isSigned };
    expect(await findServer({ ...options, timeoutMs: 200 })).toBeUndefined();
    advertise(mdnsPort, { id: 'secure', security: 'psk' });
    expect(await findServer({ ...options, timeoutMs: 200 })).toMatchObject({ id: 'secure', via: 'mdns' });
    for (const id of ['forged', 'signed']) {
      const broadcaster = new Broadcaster({
        ...{ clock, port, server: { port: 25000, id, startTimeS: 1 }, delayMs: 100 },
        targets: () => [{ address: '127.255.255.255', host: '127.0.0.1' }],
        onEvent: () => undefined,
      });
      cleanups.push(() => broadcaster.close());
    }
    expect(await findServer({ ...options, timeoutMs: 5000 })).toMatchObject({
      id: 'signed',
      via: 'broadcast',
    });
  });

  it('finds it by mDNS when the broadcast port is taken, and says so', async () => {
    const selfish = createSocket('udp4');
    selfish.bind(0, '0.0.0.0');
    await once(selfish, 'listening');
    cleanups.push(() => selfish.close());
    const mdnsPort = await freeUdpPort();
    advertise(mdnsPort);
    const events: DiscoveryEvent[] = [];
    const { port } = selfish.address();
    const found = await findServer({
      clock,
      port,
      mdnsPort,
      interfaces: addresses,
      timeoutMs: 5000,
      onEvent: (event) => events.push(event),
    });
    expect(found?.via).toBe('mdns');
    expect(events.map(({ type }) => type)).toEqual(['listenFailed']);
  });

  it('gives up after its time, and leaves no timer behind', async () => {
    const fake = new FakeClock();
    const [port, mdnsPort] = [await freeUdpPort(), await freeUdpPort()];
    const search = findServer({ clock: fake, port, mdnsPort, interfaces: addresses, timeoutMs: 4000 });
    await fake.advance(4000);
    expect(await search).toBeUndefined();
    await fake.advance(0);
    expect(fake.pending).toBe(0);
  });

  it('gives up when it is told to', async () => {
    const fake = new FakeClock();
    const [port, mdnsPort] = [await freeUdpPort(), await freeUdpPort()];
    const abort = new AbortController();
    const options = { clock: fake, port, mdnsPort, interfaces: addresses, timeoutMs: 4000 };
    const search = findServer({ ...options, signal: abort.signal });
    abort.abort();
    expect(await search).toBeUndefined();
    expect(await findServer({ ...options, signal: abort.signal })).toBeUndefined();
  });
});

describe('a flood of invented servers', () => {
  it('fills no memory: after two hundred it is not heard before the next question', async () => {
    const mdnsPort = await freeUdpPort();
    const fakeClock = new FakeClock();
    const seen = new Set<string>();
    const onServer = ({ id }: MdnsServer) => seen.add(id);
    const browsing = browseServers({
      clock: fakeClock,
      addresses,
      mdnsPort,
      onServer,
      onEvent: () => undefined,
    });
    cleanups.push(() => browsing.close());
    await vi.waitFor(() => expect(udpSocketsOn(mdnsPort)).toHaveLength(1));
    const [socket] = udpSocketsOn(mdnsPort);
    const invent = (from: number) => {
      for (let n = from; n < from + 500; n++)
        socket?.emit('message', announcementOf(`s${n}`), { address: '127.0.0.1', port: 5353 });
    };
    invent(0);
    expect(seen.size).toBe(200);
    invent(500);
    expect(seen.size).toBe(200);
    await fakeClock.advance(1000);
    invent(1000);
    expect(seen.size).toBe(400);
  });
});

/** The packet of a server of this name: PTR, SRV and TXT. Source: RFC 1035, 3.2.1 and 4.1. */
function announcementOf(id: string): Buffer {
  const name = (text: string) =>
    Buffer.concat([...text.split('.'), ''].map((part) => Buffer.from([part.length, ...Buffer.from(part)])));
  const record = (of: string, type: number, data: Buffer) =>
    Buffer.concat([name(of), Buffer.from([0, type, 0, 1, 0, 0, 0, 120, 0, data.length]), data]);
  const type = '_starling._tcp.local';
  const txt = Buffer.from(`id=${id}`);
  return Buffer.concat([
    Buffer.from([0, 0, 0x84, 0, 0, 0, 0, 3, 0, 0, 0, 0]),
    record(type, 12, name(`${id}.${type}`)),
    record(`${id}.${type}`, 33, Buffer.concat([Buffer.from([0, 0, 0, 0, 0x61, 0xa8]), name(`${id}.local`)])),
    record(`${id}.${type}`, 16, Buffer.concat([Buffer.from([txt.length]), txt])),
  ]);
}
