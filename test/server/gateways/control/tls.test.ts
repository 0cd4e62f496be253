/** TLS at the control port: with the key of a token and with a certificate, at the same port, and who gets in by which. */
import { once } from 'node:events';
import { connect as connectTcp, createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TppRemote, TppRemoteError, type TppRemoteOptions } from '../../../../lib/protocols/tpp/index.js';
import type { AccessEntry } from '../../../../lib/security/access/access.js';
import { expectBcryptToken } from '../../../../lib/security/access/bcrypt-token.js';
import { SystemClock } from '../../../../lib/time/adapters/system-clock.js';
import { certificateContext } from '../../../../server/gateways/control/adapters/certified-tls.js';
import { ControlDoor } from '../../../../server/gateways/control/adapters/control-door.js';
import {
  type ControlPort,
  type ControlPortOptions,
  startControlPort,
} from '../../../../server/gateways/control/adapters/control-port.js';
import { testCertificate } from '../../../support/certificate.js';
import { until } from '../../../support/until.js';
import { FakeFacade } from './support/fake-facade.js';
import { entryOf, gatekeeperOver } from './support/gatekeeper-of.js';
import { frame, RawPeer } from './support/raw-peer.js';

const tls = await testCertificate();
const clock = new SystemClock();
const host = '127.0.0.1';

/** Source: libxcrypt 4, of the token "an-old-server's-token", cost 4. */
const oldHash = '$2b$04$abcdefghijklmnopqrstuudmzotg1J7uNpIHf.TD/G.oQxhW6pziq';
const oldToken = "an-old-server's-token";

let access: Map<string, AccessEntry>;
let facade: FakeFacade;
let control: ControlPort;

async function open(changes: Partial<ControlPortOptions> = {}): Promise<void> {
  const gatekeeper = gatekeeperOver(access, clock);
  control = await startControlPort({
    ...{ facade, clock, host, port: 0, gatekeeper, version: '0', tls },
    ...changes,
  });
}

beforeEach(async () => {
  facade = new FakeFacade('a', 'b');
  access = new Map([
    ['olga', entryOf('token-of-olga', 'operator')],
    ['old', { ...entryOf('', 'operator'), token: expectBcryptToken(oldHash) }],
  ]);
  await open();
});

afterEach(() => control.close());

function remote(changes: Partial<TppRemoteOptions> = {}): TppRemote {
  return new TppRemote({ ...{ host, port: control.port, token: 'token-of-olga' }, ...changes });
}

const certificate = { kind: 'certificate', ca: tls.cert } as const;

describe('one port', () => {
  it('serves callers in the clear, by the key of a token and by the certificate, each with its token', async () => {
    for (const changes of [
      {},
      { tls: { kind: 'token', token: 'token-of-olga' } as const },
      { tls: certificate },
    ])
      expect(await remote(changes).request('land', { ids: ['a'] })).toEqual({
        results: [{ id: 'a', ok: true }],
      });
    const stranger = remote({ tls: certificate, token: 'wrong' }).request('land');
    await expect(stranger).rejects.toMatchObject({ responseCode: 3, message: 'Bad auth token' });
    await expect(stranger).rejects.toBeInstanceOf(TppRemoteError);
    expect(facade.calls).toHaveLength(3);
  });

  it('takes the token of an older server in the clear and over the certificate; no key can be made of it', async () => {
    for (const changes of [{ token: oldToken }, { token: oldToken, tls: certificate }])
      expect(await remote(changes).request('land')).toMatchObject({ results: [{ ok: true }, { ok: true }] });
    const byKey = remote({ token: oldToken, tls: { kind: 'token', token: oldToken } }).request('land');
    await expect(byKey).rejects.toThrow(/does not take this token/);
    await expect(remote({ token: 'not-the-old-token' }).request('land')).rejects.toMatchObject({
      responseCode: 3,
    });
    access.delete('old');
    await expect(remote({ token: oldToken }).request('land')).rejects.toMatchObject({ responseCode: 3 });
    expect(facade.calls).toHaveLength(2);
    expect(facade.lines).toContain('info: land 2 drones by old');
  });

  it('reads the first message of a client byte by byte, and tells by it what it wants', async () => {
    const through = await relayByteByByte(control.port);
    const peer = await RawPeer.connectTls(through.port, tls.cert);
    peer.send(frame({ action: 'land', body: {}, token: 'token-of-olga' }));
    expect(await peer.next()).toMatchObject({ code: 0 });
    peer.socket.destroy();
    const byKey = remote({ port: through.port, tls: { kind: 'token', token: 'token-of-olga' } });
    expect(await byKey.request('land')).toBeDefined();
    through.close();
  });

  it('does not let an idle crowd that shows no token push out who does', async () => {
    await control.close();
    await open({ maxConnections: 8 });
    const reader = await RawPeer.connectTls(control.port, tls.cert);
    reader.send(frame({ action: 'stream', body: { event_types: ['telemetry'] }, token: 'token-of-olga' }));
    expect(await reader.next()).toMatchObject({ body: { stream: 'ok' } });
    const idle: RawPeer[] = [];
    for (let i = 0; i < 10; i++) idle.push(await RawPeer.connectTls(control.port, tls.cert));
    expect(await remote({ tls: certificate }).request('land')).toBeDefined();
    expect(await remote({ tls: { kind: 'token', token: 'token-of-olga' } }).request('land')).toBeDefined();
    expect(await remote().request('land')).toBeDefined();
    facade.receive('a', { armed: true });
    expect(await reader.next()).toMatchObject({ body: { id: 'a' } });
    expect(await idle[0]?.all()).toContain('too many connections');
    const second = remote({ tls: certificate }).stream(['telemetry']).next();
    await expect(second).rejects.toThrow('too many readers of events');
    for (const peer of [reader, ...idle]) peer.socket.destroy();
  });

  it('speaks no TLS older than 1.2, and needs no other certificate than its own', async () => {
    const socket = connect({
      port: control.port,
      host,
      ca: tls.cert,
      maxVersion: 'TLSv1.1',
      minVersion: 'TLSv1',
    });
    await expect(once(socket, 'secureConnect')).rejects.toThrow();
    const modern = connect({ port: control.port, host, ca: tls.cert });
    await once(modern, 'secureConnect');
    expect(modern.getProtocol()).toBe('TLSv1.3');
    modern.destroy();
  });

  it('is not opened with a certificate that does not fit its key', async () => {
    const broken = open({ tls: { cert: tls.cert, key: 'none' } });
    await expect(broken).rejects.toThrow(/the certificate of the control port can not be used with its key/);
  });
});

describe('a port without a certificate', () => {
  it('serves the keys of tokens alone, and says so in the log', async () => {
    await control.close();
    await open({ tls: undefined });
    await expect(remote({ tls: certificate }).request('land')).rejects.toMatchObject({
      code: 'disconnected',
    });
    expect(await remote({ tls: { kind: 'token', token: 'token-of-olga' } }).request('land')).toBeDefined();
    expect(facade.lines[0]).toMatch(/wants a certificate in TLS, and this server has none/);
  });
});

describe('the client', () => {
  it('takes no certificate that nobody it trusts has signed, unless it is told to', async () => {
    const wary = remote({ tls: { kind: 'certificate' } }).request('land');
    await expect(wary).rejects.toThrow(/nobody that is trusted has signed its certificate/);
    expect(facade.calls).toEqual([]);
    expect(await remote({ tls: { kind: 'certificate', isUnverified: true } }).request('land')).toBeDefined();
  });

  it('takes no certificate that is made out to another host', async () => {
    const elsewhere = new TppRemote({
      ...{ host: '127.0.0.2', token: 'x', tls: certificate },
      port: await relayTo(control.port),
    });
    await expect(elsewhere.request('land')).rejects.toThrow(/no TLS with its certificate: .*127\.0\.0\.2/);
  });

  it('gets events one after the other until it leaves, and the answer as it is when it asks for that', async () => {
    facade.receive('a', { armed: true });
    const seen: unknown[] = [];
    for await (const event of remote({ tls: certificate }).stream(['phase', 'telemetry'])) {
      seen.push(event);
      if (seen.length === 2) break;
    }
    expect(seen).toMatchObject([{ event_type: 'phase' }, { event_type: 'telemetry', id: 'a' }]);
    await until(() => facade.listeners === 0);
    expect(await remote().response('land', { ids: ['ghost', 1] })).toMatchObject({ code: 1 });
    const abort = new AbortController();
    const events = remote().stream(['phase'], { signal: abort.signal });
    expect((await events.next()).value).toMatchObject({ phase: 'idle' });
    abort.abort();
    await expect(events.next()).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('waits no longer than it was told, for an answer and for a handshake', async () => {
    facade.end = () => new Promise(() => undefined);
    await expect(remote().request('land', {}, { timeoutMs: 30 })).rejects.toMatchObject({ code: 'timeout' });
    const gone = remote({ port: 1 }).request('land');
    await expect(gone).rejects.toMatchObject({ code: 'no_server' });
    const abort = new AbortController();
    const silent = await listening(createServer());
    const signal = abort.signal;
    const waiting = remote({ port: silent.port, tls: certificate }).request('land', {}, { signal });
    const refused = expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    await once(silent.server, 'connection');
    abort.abort();
    await refused;
    silent.server.close();
  });
});

describe('the door for callers from afar', () => {
  async function doorWith(isCertified: boolean) {
    const told: string[] = [];
    const admitted: string[] = [];
    const door = new ControlDoor({
      ...{ clock, gatekeeper: gatekeeperOver(access, clock) },
      certificate: isCertified ? certificateContext(tls) : undefined,
      onAdmitted: (stream: Duplex, _socket, by) => {
        admitted.push(by);
        stream.end('in');
      },
      onRefused: (text) => told.push(text),
    });
    const { port, server } = await listening(createServer((socket) => door.admit(socket)));
    return { port, server, told, admitted };
  }

  it('is closed to plain callers, whatever they show: they see the end and no answer', async () => {
    const { port, server, told, admitted } = await doorWith(true);
    const peer = await RawPeer.connect(port);
    expect(await peer.send(frame({ action: 'land', body: {}, token: 'token-of-olga' })).all()).toBe('');
    expect({ admitted, told }).toEqual({
      ...{
        admitted: [],
        told: [expect.stringContaining('speaks without TLS, as only callers on this machine may')],
      },
    });
    server.close();
  });

  it('says of each that it lets in by what', async () => {
    const { port, server, admitted } = await doorWith(true);
    const peer = await RawPeer.connectTls(port, tls.cert);
    expect(await peer.all()).toBe('in');
    peer.socket.destroy();
    const byKey = remote({ port, tls: { kind: 'token', token: 'token-of-olga' } }).request('land');
    await expect(byKey).rejects.toMatchObject({ code: 'corrupt_frame' });
    expect(admitted).toEqual(['stranger', 'token']);
    server.close();
  });
});

async function listening(server: Server): Promise<{ readonly port: number; readonly server: Server }> {
  server.listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  return { port: typeof address === 'object' && address ? address.port : 0, server };
}

/** A port at another address of this machine. */
async function relayTo(port: number): Promise<number> {
  const server = createServer((socket) => join(socket, connectTcp(port, host)));
  server.listen(0, '127.0.0.2');
  await once(server, 'listening');
  server.unref();
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

function join(one: Socket, other: Socket): void {
  for (const socket of [one, other]) socket.on('error', () => socket.destroy());
  one.pipe(other).pipe(one);
}

/** Hands on what a client says in pieces of one byte. */
async function relayByteByByte(port: number): Promise<{ readonly port: number; close(): void }> {
  const relayed = await listening(
    createServer((socket) => {
      const other = connectTcp({ port, host, noDelay: true });
      for (const each of [socket, other]) each.on('error', () => each.destroy());
      other.pipe(socket);
      socket.on('data', (chunk) => void sendBytes(other, chunk));
    }),
  );
  return { port: relayed.port, close: () => relayed.server.close() };
}

async function sendBytes(to: Socket, chunk: Uint8Array): Promise<void> {
  for (const byte of chunk) {
    to.write(Uint8Array.of(byte));
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}
