import { once } from 'node:events';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { performance } from 'node:perf_hooks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunCtlOptions, runCtl } from '../../../../lib/protocols/tpp/adapters/run-ctl.js';
import type { AccessEntry } from '../../../../lib/security/access/access.js';
import { expectBcryptToken } from '../../../../lib/security/access/bcrypt-token.js';
import { hashPassword } from '../../../../lib/security/access/password.js';
import { tokenKeys } from '../../../../lib/security/access/token.js';
import { connectPsk } from '../../../../lib/security/adapters/tls-psk.js';
import { SystemClock } from '../../../../lib/time/adapters/system-clock.js';
import {
  type ControlPort,
  startControlPort,
} from '../../../../server/gateways/control/adapters/control-port.js';
import { alsoListenOn, needsTls } from '../../../../server/gateways/control/address-rules.js';
import { until } from '../../../support/until.js';
import { FakeFacade } from './support/fake-facade.js';
import { entryOf, gatekeeperOver } from './support/gatekeeper-of.js';
import { frame, RawPeer } from './support/raw-peer.js';

/** An address of this machine that is not loopback: what comes over it counts as coming from afar. */
const farAddress = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

const clock = new SystemClock();
let access: Map<string, AccessEntry>;
let facade: FakeFacade;
let control: ControlPort;

async function open(host = '127.0.0.1', maxConnections = 64): Promise<void> {
  control = await startControlPort({
    maxConnections,
    ...{ facade, clock, host, port: 0, gatekeeper: gatekeeperOver(access, clock), version: '0' },
  });
}

beforeEach(() => {
  facade = new FakeFacade('a', 'b');
  access = new Map([
    ['local', entryOf('token-of-local', 'admin')],
    ['olga', entryOf('token-of-olga', 'operator')],
    ['vera', entryOf('token-of-vera', 'viewer')],
  ]);
});

afterEach(() => control.close());

async function ctl(action: string, options: Partial<RunCtlOptions>) {
  const lines: string[] = [];
  const host = '127.0.0.1';
  const write = (line: string) => lines.push(line);
  const code = await runCtl({ action, host, port: control.port, write, ...options });
  return { code, lines };
}

async function exchange(request: object, host?: string, from?: string): Promise<string> {
  const peer = await RawPeer.connect(control.port, host, from);
  const answer = await peer.send(frame(request)).all();
  peer.socket.destroy();
  return answer;
}

describe('at the control port', () => {
  beforeEach(() => open());

  it('a viewer sees and can not land; an operator lands and can not kill; an admin can', async () => {
    expect((await ctl('list', { token: 'token-of-vera' })).code).toBe(0);
    expect(await ctl('land', { token: 'token-of-vera' })).toEqual({
      code: 1,
      lines: ['"land" needs the role operator; vera is viewer'],
    });
    expect((await ctl('land', { token: 'token-of-olga' })).code).toBe(0);
    expect((await ctl('kill', { token: 'token-of-olga', all: true })).code).toBe(1);
    expect((await ctl('kill', { token: 'token-of-local', all: true })).code).toBe(0);
    expect(facade.calls.map(({ action }) => action)).toEqual(['land', 'kill']);
    expect(facade.lines).toEqual(['info: land 2 drones by olga', 'info: kill 2 drones by local']);
  });

  it('the refusal of a role has its own code', async () => {
    expect(await exchange({ action: 'stop', token: 'token-of-vera' })).toBe(
      '78\n{"code":4,"body":{"error":"\\"stop\\" needs the role operator; vera is viewer"}}',
    );
  });

  it('a revoked token is out at once, a telemetry stream of it included; so is one that has ended', async () => {
    const peer = await RawPeer.connect(control.port);
    peer.send(frame({ action: 'telemetry', token: 'token-of-vera' }));
    expect(await peer.next()).toMatchObject({ code: 0 });
    access.delete('vera');
    facade.receive('a', { armed: true });
    expect(await peer.next()).toBeUndefined();
    expect((await ctl('list', { token: 'token-of-vera' })).lines).toEqual(['Bad auth token']);
    access.set('olga', entryOf('token-of-olga', 'operator', { expiresUtcMs: clock.utcMs() - 1 }));
    expect((await ctl('land', { token: 'token-of-olga' })).lines).toEqual(['Bad auth token']);
    expect(facade.calls).toEqual([]);
  });

  it('a name with its password is let in in the place of a token, and a wrong one is made to wait', async () => {
    const password = await hashPassword('correct horse', new Uint8Array(16), { N: 2 ** 10, r: 8, p: 1 });
    access.set('olga', entryOf('token-of-olga', 'operator', { password }));
    const user = { name: 'olga', password: 'correct horse' };
    expect((await ctl('land', { user })).code).toBe(0);
    for (let i = 0; i < 5; i++)
      expect((await ctl('land', { user: { ...user, password: 'wrong' } })).lines).toEqual([
        'Wrong name or password',
      ]);
    expect((await ctl('land', { user })).lines).toEqual(['too many passwords were wrong: wait 1 s']);
    expect((await ctl('land', { token: 'token-of-olga' })).code).toBe(0);
  });

  it('on this machine each name waits for its own wrong passwords alone, by whatever loopback address', async () => {
    const cost = { N: 2 ** 10, r: 8, p: 1 };
    const password = await hashPassword('correct horse', new Uint8Array(16), cost);
    access.set('olga', entryOf('token-of-olga', 'operator', { password }));
    access.set('vera', entryOf('token-of-vera', 'viewer', { password }));
    const ask = (name: string, text: string, from: string) =>
      exchange({ action: 'land', token: { name, password: text } }, '127.0.0.1', from);
    for (let i = 1; i <= 5; i++)
      expect(await ask('vera', 'wrong', `127.0.0.${i}`)).toContain('Wrong name or password');
    expect(await ask('vera', 'correct horse', '127.0.0.9')).toContain('too many passwords were wrong');
    expect(await ask('olga', 'correct horse', '127.0.0.1')).toContain('{"code":0');
    expect(facade.calls.map(({ action }) => action)).toEqual(['land']);
  });

  it.each([
    { name: 'olga' },
    { name: 'olga', password: 5 },
    { name: 'olga', password: 'x', more: 1 },
    { password: 'x' },
  ])('a token that is %j is bad data', async (token) => {
    expect(await exchange({ action: 'land', token })).toContain('Something wrong with your data');
    expect(facade.calls).toEqual([]);
  });

  it('a thousand wrong tokens do not slow down a right one', async () => {
    const wrong = async () => {
      for (let i = 0; i < 25; i++) await exchange({ action: 'land', token: `wrong ${i}` });
    };
    const flood = Promise.all(Array.from({ length: 40 }, wrong));
    const startMs = performance.now();
    const { code } = await ctl('land', { token: 'token-of-local' });
    const tookMs = performance.now() - startMs;
    await flood;
    expect({ code, isQuick: tookMs < 500 }).toEqual({ code: 0, isQuick: true });
    expect(facade.calls).toHaveLength(1);
  });
});

describe('a flood of tokens that take long to look at', () => {
  it('holds up neither a new token, nor an old one that was seen, nor the event loop', async () => {
    const done: (() => void)[] = [];
    const hash = `$2b$12$${'a'.repeat(53)}`;
    access.set('old', entryOf('', 'operator', { token: expectBcryptToken(hash) }));
    const gatekeeper = gatekeeperOver(access, clock, (token, kept) =>
      token.startsWith('old-token')
        ? Promise.resolve(kept.map(() => true))
        : new Promise((resolve) => done.push(() => resolve(kept.map(() => false)))),
    );
    control = await startControlPort({
      ...{ facade, clock, host: '127.0.0.1', port: 0, gatekeeper, version: '0' },
    });
    expect((await ctl('land', { token: 'old-token' })).code).toBe(0);
    const flood = Array.from({ length: 60 }, (_, i) => exchange({ action: 'land', token: `wrong ${i}` }));
    await until(() => done.length === 1);
    for (const token of ['token-of-local', 'old-token']) expect((await ctl('land', { token })).code).toBe(0);
    // Nobody waits for a thread: sixteen are looked at, the others are told to come again.
    const ends = setInterval(() => done.shift()?.(), 1);
    const answers = await Promise.all(flood);
    clearInterval(ends);
    const told = (text: string) => answers.filter((answer) => answer.includes(text)).length;
    expect([told('"code":0'), told('Bad auth token') + told('too many')]).toEqual([0, 60]);
    expect(told('Bad auth token')).toBeLessThanOrEqual(16);
    // On this machine nobody waits for what others have tried.
    expect((await ctl('land', { token: 'old-token, longer than what counts' })).code).toBe(0);
  });

  it('gives way to who may command, and commands nothing when it has given way', async () => {
    const done: (() => void)[] = [];
    access.set('old', entryOf('', 'operator', { token: expectBcryptToken(`$2b$12$${'a'.repeat(53)}`) }));
    const gatekeeper = gatekeeperOver(
      access,
      clock,
      (_token, kept) => new Promise((resolve) => done.push(() => resolve(kept.map(() => true)))),
    );
    control = await startControlPort({
      ...{ facade, clock, host: '127.0.0.1', port: 0, gatekeeper, version: '0', maxConnections: 2 },
    });
    const first = exchange({ action: 'stop', token: 'old-token' });
    await until(() => done.length === 1);
    const idle = await RawPeer.connect(control.port);
    expect((await ctl('land', { token: 'token-of-local' })).code).toBe(0);
    expect(await first).toContain('too many connections');
    done.shift()?.();
    expect((await ctl('resume', { token: 'old-token', all: true })).code).toBe(0);
    expect(facade.calls.map(({ action }) => action)).toEqual(['land', 'resume']);
    idle.socket.destroy();
  });
});

describe('who has to speak TLS', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1', false],
    ['::ffff:127.0.0.1', '::ffff:127.0.0.1', false],
    ['::1', '::1', false],
    ['127.0.0.1', '10.0.0.5', true],
    ['10.0.0.1', '127.0.0.1', true],
    ['10.0.0.1', '10.0.0.1', true],
    ['::ffff:10.0.0.1', '::ffff:10.0.0.5', true],
    ['fe80::1', 'fe80::2', true],
    ['127.0.0.1.evil', '127.0.0.1', true],
    [undefined, undefined, true],
  ])('is told by both addresses: %s from %s: %s', (local, remote, isTls) => {
    expect(needsTls(local, remote)).toBe(isTls);
  });

  it('is everybody but this machine, which is served on 127.0.0.1 in any case', () => {
    expect(['127.0.0.1', '127.0.0.9', '::1', 'localhost', '0.0.0.0', '::'].map(alsoListenOn)).toEqual(
      Array(6).fill(undefined),
    );
    expect(alsoListenOn('192.168.1.10')).toBe('127.0.0.1');
  });
});

describe.runIf(farAddress !== undefined)('from another address than loopback', () => {
  const host = farAddress ?? '';

  async function idleOverTls(token: string) {
    const socket = connect(control.port, host);
    await once(socket, 'connect');
    const { identity, psk } = tokenKeys(token);
    return connectPsk(socket, { identity, psk: Buffer.from(psk, 'hex') });
  }

  it('a token opens TLS and says who asks; the same port serves this machine plainly', async () => {
    await open(host);
    expect((await ctl('land', { token: 'token-of-olga', host })).code).toBe(0);
    expect((await ctl('kill', { token: 'token-of-olga', host, all: true })).lines).toEqual([
      '"kill" needs the role admin; olga is operator',
    ]);
    expect((await ctl('status', { token: 'token-of-vera' })).code).toBe(0);
    expect(facade.lines).toEqual(['info: land 2 drones by olga']);
  });

  it('telemetry comes in TLS until it is told to stop', async () => {
    await open('0.0.0.0');
    facade.receive('a', { armed: true });
    const abort = new AbortController();
    const write = () => abort.abort();
    const code = await runCtl({
      ...{ action: 'telemetry', token: 'token-of-vera', host, port: control.port },
      ...{ signal: abort.signal, write },
    });
    expect(code).toBe(0);
  });

  it('a wrong token, a revoked one and one that has ended do not get beyond the handshake', async () => {
    await open('0.0.0.0');
    access.delete('vera');
    access.set('olga', entryOf('token-of-olga', 'operator', { expiresUtcMs: clock.utcMs() - 1 }));
    for (const token of ['wrong', 'token-of-vera', 'token-of-olga']) {
      const { code, lines } = await ctl('land', { token, host });
      expect([code, lines[0]]).toEqual([1, expect.stringContaining('does not take this token')]);
    }
    expect(facade.calls).toEqual([]);
    expect(facade.lines).toEqual([
      expect.stringMatching(/^warning: control port: somebody at [\d.]+ does not prove the key of a token/),
    ]);
  });

  it('callers with a token have half of the house at most', async () => {
    await open('0.0.0.0', 4);
    const idle = await Promise.all(['token-of-vera', 'token-of-olga'].map(idleOverTls));
    // Those that say nothing give way to one that asks; nobody from afar takes the other half.
    expect((await ctl('status', { token: 'token-of-vera', host })).code).toBe(0);
    expect((await ctl('land', { token: 'token-of-local' })).code).toBe(0);
    for (const stream of idle) stream.destroy();
  });

  it('a good token in plain frames opens nothing', async () => {
    await open('0.0.0.0');
    expect(await exchange({ action: 'land', token: 'token-of-local' }, host)).toBe('');
    expect(facade.calls).toEqual([]);
    expect(facade.lines).toEqual([expect.stringContaining('speaks without TLS')]);
  });

  it('callers who prove nothing give way to each other, and never to this machine', async () => {
    await open('0.0.0.0');
    const strangers = Array.from({ length: 100 }, () => connect(control.port, host));
    for (const socket of strangers) socket.on('error', () => undefined);
    await Promise.all(strangers.map((socket) => once(socket, 'connect')));
    expect((await ctl('land', { token: 'token-of-local' })).code).toBe(0);
    expect((await ctl('land', { token: 'token-of-local', host })).code).toBe(0);
    for (const socket of strangers) socket.resume();
    await until(() => strangers.filter(({ destroyed }) => !destroyed).length <= 32, 2_000, 'strangers left');
    for (const socket of strangers) socket.destroy();
  });
});
