import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listenTcp, type TcpListener } from '../../../../lib/messaging/index.js';
import { type AdmittedConnection, SecureDoor } from '../../../../lib/security/adapters/secure-door.js';
import { connectPsk, pskContext } from '../../../../lib/security/adapters/tls-psk.js';
import { enroll, type Fleet, revoke } from '../../../../lib/security/fleet-secret.js';
import { derivePsk } from '../../../../lib/security/keys.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { until } from '../../../support/until.js';

const secret = new Uint8Array(32).fill(7);
const pair = enroll(enroll({ secret, enrolments: new Map() }, 'one'), 'two');

let clock: FakeClock;
let fleet: Fleet;
let door: SecureDoor;
let listener: TcpListener;
let admitted: AdmittedConnection[];
let refused: string[];
let revoked: string[];
let sockets: Socket[];

beforeEach(async () => open(false));

afterEach(close);

async function open(isOpen: boolean): Promise<void> {
  clock = new FakeClock();
  [fleet, admitted, refused, revoked, sockets] = [pair, [], [], [], []];
  door = new SecureDoor({
    ...{ clock, isOpen, fleet: () => fleet },
    onConnection: (connection) => {
      admitted.push(connection);
      // It echoes.
      connection.stream.on('error', () => undefined);
      connection.stream.on('data', (chunk) => connection.stream.write(chunk));
    },
    onRefused: (text) => refused.push(text),
    onRevoked: (text) => revoked.push(text),
  });
  listener = await listenTcp({ port: 0, host: '127.0.0.1', onConnection: (it) => door.admit(it) });
}

async function close(): Promise<void> {
  for (const socket of sockets) socket.destroy();
  door.close();
  await listener.close();
}

async function dial(localAddress = '127.0.0.1', port = listener.port): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, localAddress, noDelay: true });
  socket.on('error', () => undefined);
  sockets.push(socket);
  await once(socket, 'connect');
  return socket;
}

async function prove(identity: string, psk = derivePsk(secret, identity)): Promise<TLSSocket> {
  return connectPsk(await dial(), { identity, psk });
}

function closeOf(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.on('error', () => undefined);
    socket.once('close', () => resolve());
  });
}

/** What comes back for a text. */
async function echo(stream: TLSSocket | Socket, text: string): Promise<string> {
  const answer = once(stream, 'data');
  stream.write(text);
  const [chunk] = (await answer) as [Uint8Array];
  return Buffer.from(chunk).toString();
}

/** Why a handshake failed, as the client sees it. */
async function failure(identity: string, psk?: Uint8Array): Promise<string> {
  const error: unknown = await prove(identity, psk).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return String(error);
}

describe('the door of a secure server', () => {
  it('lets in who proves an enrolled key, under that name', async () => {
    const stream = await prove('one.1');
    expect(await echo(stream, 'hello')).toBe('hello');
    expect(admitted).toMatchObject([{ enrolledId: 'one', remoteAddress: '127.0.0.1' }]);
    expect(stream.getCipher()).toMatchObject({ name: 'ECDHE-PSK-CHACHA20-POLY1305' });
    expect(stream.getProtocol()).toBe('TLSv1.2');
    expect(stream.getEphemeralKeyInfo()).toMatchObject({ type: 'ECDH' });
    expect(refused).toEqual([]);
  });

  it('refuses a wrong key on both sides, and tells strangers, revoked and mistaken ones the same', async () => {
    fleet = revoke(pair, 'two');
    const wrong = await failure('one.1', new Uint8Array(32));
    expect(wrong).toMatch(/do not prove the same key .*: sslv3 alert bad record mac$/);
    expect(await failure('nobody.1')).toBe(wrong);
    expect(await failure('two.1')).toBe(wrong);
    expect(await failure('one.2')).toBe(wrong);
    await until(() => refused.length === 4);
    expect(refused.map((text) => text.replace('drone at 127.0.0.1 says it is ', ''))).toEqual([
      'one.1 and does not hold that key: was it enrolled with another fleet?',
      'nobody.1, which is not enrolled: starling fleet enroll gives it a new key',
      'two.1, which holds a key that was revoked: starling fleet enroll gives it a new key',
      'one.2, which is not enrolled: starling fleet enroll gives it a new key',
    ]);
    expect(admitted).toEqual([]);
  });

  it('resumes no session: each connection proves its key', async () => {
    const first = await prove('one.1');
    await echo(first, 'x');
    const session = first.getSession();
    fleet = revoke(pair, 'one');
    const again = connectTls({
      ...{ socket: await dial(), secureContext: pskContext(), session },
      ...{ pskCallback: () => ({ psk: derivePsk(secret, 'one.1'), identity: 'one.1' }) },
    });
    await closeOf(again);
    expect(admitted).toHaveLength(1);
    expect(refused).toEqual([expect.stringContaining('was revoked')]);
  });

  it.each<[string, ConnectionOptions]>([
    ['plain PSK', { ciphers: 'PSK-AES128-GCM-SHA256' }],
    ['another cipher with the key', { ciphers: 'ECDHE-PSK-AES128-CBC-SHA256' }],
    ['TLS 1.3', { minVersion: 'TLSv1.3' }],
    ['certificates', {}],
  ])('takes no other kind of TLS: %s', async (_what, options) => {
    const psk = derivePsk(secret, 'one.1');
    const stream = connectTls({
      ...{ socket: await dial(), rejectUnauthorized: false, pskCallback: () => ({ psk, identity: 'one.1' }) },
      ...options,
    });
    await closeOf(stream);
    await until(() => refused.length === 1);
    expect(refused[0]).toContain('can not agree on TLS');
    expect(admitted).toEqual([]);
  });

  it('refuses plain frames with what to do about it', async () => {
    const socket = await dial();
    socket.write(Uint8Array.of(0, 0x50, 0x7b));
    await closeOf(socket);
    expect(refused).toEqual([
      'drone at 127.0.0.1 speaks without a key: enroll it with "starling fleet enroll DRONE_ID", or start the server with --open',
    ]);
  });

  it('closes who says nothing, or half of a handshake, after 5 s', async () => {
    const [silent, half] = await Promise.all([dial(), dial()]);
    half.write(Uint8Array.of(0x16, 0x03));
    await until(() => clock.pending >= 3);
    half.write(Uint8Array.of(0x01, 0x00, 0x80, 0x01));
    const closed = Promise.all([closeOf(silent), closeOf(half)]);
    await clock.advance(4999);
    expect(refused).toEqual([]);
    await clock.advance(1);
    await closed;
    expect(refused).toHaveLength(2);
    expect(refused[0]).toContain('has not proven a key within 5 s: enroll it');
  });

  it('takes a handshake that comes byte by byte', async () => {
    const relay = createServer(async (near) => {
      const far = await dial();
      far.pipe(near);
      sockets.push(near);
      let sent = Promise.resolve();
      near.on('data', (chunk: Uint8Array) => {
        for (const byte of chunk) {
          sent = sent.then(() => new Promise((resolve) => setImmediate(resolve)));
          sent = sent.then(() => void far.write(Uint8Array.of(byte)));
        }
      });
    }).listen(0, '127.0.0.1');
    await once(relay, 'listening');
    const { port } = relay.address() as AddressInfo;
    const stream = await connectPsk(await dial('127.0.0.1', port), {
      identity: 'one.1',
      psk: derivePsk(secret, 'one.1'),
    });
    expect(await echo(stream, 'x')).toBe('x');
    relay.close();
  });

  it('cuts whoever is revoked within a second, and nobody else', async () => {
    const [one, two] = await Promise.all([prove('one.1'), prove('two.1')]);
    await until(() => admitted.length === 2);
    fleet = revoke(pair, 'one');
    const closed = closeOf(one);
    one.resume();
    await clock.advance(1000);
    await closed;
    expect(revoked).toEqual(['one.1 holds a key that was revoked: its connection is cut']);
    expect(await echo(two, 'still here')).toBe('still here');
  });

  it('lets the oldest of too many that prove nothing give way, so that others come in', async () => {
    const strangers: Socket[] = [];
    for (const address of [2, 3, 4, 5, 6]) {
      const dialled = Array.from({ length: 100 }, () => dial(`127.0.0.${address}`));
      strangers.push(...(await Promise.all(dialled)));
    }
    await until(() => clock.pending >= 501);
    expect(refused).toEqual([]);
    const stream = await prove('one.1');
    expect(await echo(stream, 'x')).toBe('x');
    expect(refused).toEqual(['drone at 127.0.0.2 too many connections have not proven a key']);
  });
});

describe('the door of an open server', () => {
  beforeEach(async () => {
    await close();
    await open(true);
  });

  it('lets in plain frames at once, with all of their bytes', async () => {
    const socket = await dial();
    expect(await echo(socket, '{plain}')).toBe('{plain}');
    expect(admitted).toMatchObject([{ enrolledId: undefined }]);
  });

  it('lets in who is silent after a moment, and at once where nobody could prove a key', async () => {
    await dial();
    await until(() => clock.pending >= 3);
    expect(admitted).toEqual([]);
    await clock.advance(250);
    expect(admitted).toMatchObject([{ enrolledId: undefined }]);
    fleet = { secret, enrolments: new Map() };
    await dial();
    await until(() => admitted.length === 2);
  });

  it('lets in who proves a key under that name', async () => {
    expect(await echo(await prove('two.1'), 'x')).toBe('x');
    expect(admitted).toMatchObject([{ enrolledId: 'two' }]);
  });
});
