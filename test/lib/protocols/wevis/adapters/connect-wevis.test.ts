import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type ConnectWevisOptions,
  checkWevisUsers,
  connectWevis,
  readWevisDefinitions,
  readWevisFile,
  type WevisClient,
  type WevisEvent,
  WevisSession,
  WevisUserLimit,
  wevisSalt,
} from '../../../../../lib/protocols/wevis/index.js';
import { testCertificate } from '../../../../support/certificate.js';
import { FakeClock } from '../../../../support/fake-clock.js';
import { until } from '../../../../support/until.js';

const text = 'Say s=str # to all\nPoints at=?f on=bool note=json data=bytes t=float w=?d n=int\n';
const definitions = readWevisDefinitions(text);
const closers: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A room over real sockets: who says something is heard by all, points come back. */
async function startServer(tls?: { readonly cert: string; readonly key: string }) {
  const clock = new FakeClock();
  const limit = new WevisUserLimit();
  const check = checkWevisUsers(
    new Map([
      ['ann', 'secret'],
      ['bj\u00f6rn', 'p\u00e4ss'],
    ]),
  );
  const sessions = new Set<WevisSession>();
  const events: WevisEvent[] = [];
  const sockets: Socket[] = [];
  const serve = (socket: Socket) => {
    sockets.push(socket);
    const port = {
      send: (bytes: Uint8Array) => void socket.write(bytes),
      close: () => void socket.end(),
      event: (event: WevisEvent) => {
        events.push(event);
        if (event.type === 'closed') sessions.delete(session);
        if (event.type !== 'message') return;
        const { name, fields } = event.message;
        if (name === 'Points') session.send(name, fields);
        if (name === 'Say') for (const each of sessions) each.send(name, fields);
      },
    };
    const salt = wevisSalt(randomBytes(32));
    const session = new WevisSession(port, { definitions, clock, limit, check, salt });
    sessions.add(session);
    socket.on('data', (bytes) => session.receive(bytes));
    socket.on('end', () => session.end());
    socket.on('error', () => session.end());
    session.start();
  };
  const server = tls === undefined ? createServer(serve) : createTlsServer(tls, serve);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(() => resolve()));
  });
  return { port: (server.address() as AddressInfo).port, clock, sessions, events, sockets };
}

async function connect(port: number, more: Partial<ConnectWevisOptions> = {}): Promise<WevisClient> {
  const client = await connectWevis({
    ...{ host: '127.0.0.1', port, user: 'ann', password: 'secret', definitions },
    ...more,
  });
  closers.push(() => client.close());
  return client;
}

const bjorn = { user: 'bj\u00f6rn', password: 'p\u00e4ss' };

describe('a wevis client over TCP', () => {
  it('logs in, sends values of every type, and receives them as they were', async () => {
    const { port } = await startServer();
    const client = await connect(port);
    const fields = {
      at: Float32Array.of(0.5, -1),
      on: true,
      note: { caf\u00e9: [null, 1] },
      data: Uint8Array.of(0, 255),
      t: 0.1,
      w: Float64Array.of(0.1),
      n: -5,
    };
    client.send('Points', fields);
    expect((await client.receive('Points', { timeoutMs: 5000 })).fields).toEqual(fields);
  });

  it('hears what another user says, in its own alphabet', async () => {
    const { port } = await startServer();
    const ann = await connect(port, { definitions: text });
    const other = await connect(port, bjorn);
    const heard: unknown[] = [];
    ann.on('Say', ({ fields }) => heard.push(fields.s));
    for (const s of ['h\u00e9', '\u{1f681}', '']) other.send('Say', { s });
    await until(() => heard.length === 3);
    expect(heard).toEqual(['h\u00e9', '\u{1f681}', '']);
  });

  it('sends a message of the largest size in one piece', async () => {
    const { port } = await startServer();
    const client = await connect(port);
    const s = 'x'.repeat(1024 * 1024 - 8);
    client.send('Say', { s });
    expect((await client.receive('Say', { timeoutMs: 5000 })).fields.s).toBe(s);
  });

  it.each([
    ['a wrong password', { password: 'Secret' }, 'Invalid credentials.'],
    ['an unknown user', { user: 'bob' }, 'Invalid credentials.'],
    [
      'other definitions',
      { definitions: 'Say s=bytes' },
      "The definitions of the messages differ from the server's.",
    ],
  ])('is refused with %s', async (_what, more, reason) => {
    const { port } = await startServer();
    await expect(connect(port, more)).rejects.toMatchObject({ code: 'login_rejected', reason });
  });

  it('is refused as the second of its user until the first has left', async () => {
    const { port, sessions } = await startServer();
    const first = await connect(port);
    await connect(port, bjorn);
    const second = connect(port);
    await expect(second).rejects.toThrow('Maximum number of connections per user reached.');
    await first.close();
    await until(() => [...sessions].every(({ user }) => user !== 'ann'));
    await expect(connect(port)).resolves.toBeDefined();
  });

  it('measures its pings, and answers those of the server', async () => {
    const { port, clock, events } = await startServer();
    const client = await connect(port);
    const latencyMs = await client.ping();
    expect(latencyMs).toBeGreaterThan(0);
    expect(latencyMs).toBeLessThan(5000);
    await clock.advance(5000);
    await until(() => events.some(({ type }) => type === 'pong'));
    await clock.advance(10_000);
    await until(() => events.filter(({ type }) => type === 'pong').length === 2);
  });

  it('leaves cleanly: what it sent before is heard, and the server notices', async () => {
    const { port, events } = await startServer();
    const client = await connect(port);
    client.send('Say', { s: 'bye' });
    await client.close();
    await until(() => events.some(({ type }) => type === 'closed'));
    expect(events.map((event) => (event.type === 'closed' ? event.reason : event.type))).toEqual([
      'entered',
      'message',
      'the peer left',
    ]);
    await expect(client.receive('Count')).rejects.toMatchObject({ code: 'bad_message' });
  });

  it('learns that it was kicked, or that the wire was cut', async () => {
    const { port, sessions, sockets } = await startServer();
    const kicked = await connect(port);
    for (const session of sessions) session.close('kicked');
    expect(await kicked.closed).toMatchObject({ message: 'the server closed the connection' });
    const cut = await connect(port);
    const received = cut.receive('Say');
    sockets.at(-1)?.resetAndDestroy();
    await expect(received).rejects.toMatchObject({ code: 'disconnected' });
  });

  it('costs nobody else anything when it sends garbage', async () => {
    const { port, sockets, events } = await startServer();
    const ann = await connect(port);
    const other = await connect(port, bjorn);
    sockets.at(-1)?.emit('data', Buffer.from('garbage of 24 bytes .....'));
    expect(await other.closed).toMatchObject({ code: 'disconnected' });
    expect(events.at(-1)).toMatchObject({ type: 'closed', user: 'bj\u00f6rn' });
    ann.send('Say', { s: 'still here' });
    expect((await ann.receive('Say', { timeoutMs: 5000 })).fields.s).toBe('still here');
  });

  it('speaks TLS with a server that it trusts, and with no other', async () => {
    const tls = await testCertificate();
    const { port } = await startServer(tls);
    const client = await connect(port, { tls: { ca: tls.cert } });
    client.send('Say', { s: 'secret' });
    expect((await client.receive('Say', { timeoutMs: 5000 })).fields.s).toBe('secret');
    await expect(connect(port, { ...bjorn, tls: {} })).rejects.toMatchObject({
      code: 'disconnected',
      message: expect.stringMatching(
        /^no server answers as it should with TLS at 127.0.0.1:\d+: .*certificate/,
      ),
    });
    const plain = await startServer();
    await expect(connect(plain.port, { tls: { ca: tls.cert } })).rejects.toMatchObject({
      code: 'disconnected',
    });
  });

  it('says where nobody answers', async () => {
    const { port } = await startServer();
    for (const close of closers.splice(0)) await close();
    await expect(connect(port)).rejects.toMatchObject({
      code: 'disconnected',
      message: expect.stringContaining(`no server answers at 127.0.0.1:${port}: `),
    });
  });

  it('gives up a server that accepts and is silent, and when it is told to', async () => {
    const silent = createServer((socket) => void socket.on('error', () => undefined));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    closers.push(() => new Promise((resolve) => silent.close(() => resolve())));
    const { port } = silent.address() as AddressInfo;
    await expect(connect(port, { timeoutMs: 30 })).rejects.toMatchObject({
      code: 'timeout',
      method: 'login',
    });
    const abort = new AbortController();
    const connecting = connect(port, { signal: abort.signal });
    abort.abort();
    await expect(connecting).rejects.toMatchObject({ code: 'cancelled' });
    await expect(connect(port, { signal: abort.signal })).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('connects nowhere with wrong definitions', async () => {
    await expect(connect(1, { definitions: 'A x=double' })).rejects.toThrow(
      /definitions, line 1: unknown type/,
    );
  });
});

describe('a file of definitions', () => {
  it('is read, and named in what is wrong with it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'wevis-'));
    closers.push(() => rm(folder, { recursive: true }));
    const path = join(folder, 'fleet.wevis');
    await writeFile(path, text);
    expect((await readWevisFile(path)).fingerprint).toBe(definitions.fingerprint);
    await writeFile(path, `${text}Say`);
    await expect(readWevisFile(path)).rejects.toThrow(`${path}, line 3: duplicate definition Say`);
    await expect(readWevisFile(join(folder, 'none'))).rejects.toMatchObject({
      code: 'bad_config',
      message: expect.stringContaining('none can not be read: ENOENT'),
    });
  });
});
