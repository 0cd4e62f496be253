/** The control port, one connection an input: without a good token in its first frame nothing is ever done. Knows no socket. */
import { Buffer } from 'node:buffer';
import { Duplex } from 'node:stream';
import { CorruptFrameError } from '../../lib/errors.js';
import { encodeTppFrame, TppDecoder, type TppJson } from '../../lib/protocols/tpp/codec.js';
import type { Access } from '../../lib/security/access/access.js';
import { Gatekeeper } from '../../lib/security/access/gatekeeper.js';
import { type Role, roles } from '../../lib/security/access/role.js';
import { tokenKeys } from '../../lib/security/access/token.js';
import { ControlSession } from '../../server/gateways/control/control-session.js';
import { FakeFacade } from '../server/gateways/control/support/fake-facade.js';
import { FakeClock } from '../support/fake-clock.js';
import { attempt, expectSame, expectThat, type FuzzTarget, inPieces, randomOf } from './target.js';

const token = 'the-token-of-this-server-and-no-other';
const wrong = 'another-token-that-is-quite-as-long!!';
const tokens: Readonly<Record<Role, string>> = { admin: token, operator: `o${token}`, viewer: `v${token}` };

const access: Access = new Map(
  roles.map((role) => {
    const entry = { role, token: tokenKeys(tokens[role]), password: undefined, expiresUtcMs: undefined };
    return [role, entry] as const;
  }),
);
const gatekeeper = new Gatekeeper({
  access: () => access,
  ...{ utcMs: () => 0, monotonicMs: () => 0, decoy: Buffer.alloc(80, 3) },
  compareBcrypt: () => Promise.resolve([]),
});

/** What an operator must not do. Source: the roles of the control port. */
const adminsOnly = ['kill', 'calibrate_gyro', 'calibrate_level', 'reboot_fcu'];

const bodies: readonly TppJson[] = [
  { action: 'land', body: { ids: ['drone-2'] }, token },
  { action: 'start', body: { all: true, delay: 10.5 }, token },
  { action: 'authorize', body: { ids: ['drone-1'], scope: 'live', minutes: 5, override: 'wind' }, token },
  { action: 'assign', body: { all: true, by: 'regexp' }, token },
  { action: 'telemetry', token },
  { action: 'stream', body: { event_types: ['log', 'phase', 'drone'], ids: ['drone-1'] }, token },
  { action: 'stream', body: { event_types: ['log'] }, token: tokens.viewer },
  { action: 'status', body: null, token },
  { action: 'kill', body: { all: true }, token: wrong },
  { action: 'kill', body: { all: true }, token: tokens.operator },
  { action: 'pause', body: { all: true }, token: tokens.operator },
  { action: 'land', body: { all: true }, token: tokens.viewer },
  { action: 'stop', token: { name: 'admin', password: 'guess' } },
  { action: 'disarm', body: { all: true } },
];
const frames = bodies.map((body) => encodeTppFrame(body));

export const control: FuzzTarget = {
  name: 'control',
  share: 500,
  corpus: [...frames, Buffer.concat([frames[8] ?? [], frames[0] ?? []].map((bytes) => Buffer.from(bytes)))],
  words: [
    ...['"action":"disarm"', '"all":true', '"ids":[', '"token":', `"token":"${token}"`, token, wrong, '\r'],
    ...[
      `"token":"${tokens.viewer}"`,
      `"token":"${tokens.operator}"`,
      '"token":{"name":"admin","password":"x"}',
    ],
    ...['"token":true', '"token":{}', '"delay":86401', '"minutes":0', '"by":"places"', '"code":0', '0x10\n'],
  ],
  mend: mendFrame,
  run: (bytes) => {
    const facade = new FakeFacade('drone-1', 'drone-2');
    const stream = new Wire();
    new ControlSession({
      ...{ stream, requestTimeoutMs: 10_000, clock: new FakeClock(), address: '10.0.0.7' },
      gatekeeper: {
        callerOf: (text) => gatekeeper.callerOf(text),
        holds: (caller) => gatekeeper.holds(caller),
        checkToken: (text, address) => gatekeeper.checkToken(text, address),
        // Hashing a password takes too long to be done here; no made one is right.
        checkPassword: () => Promise.resolve({ kind: 'wrong' }),
      },
      context: { facade, version: '0.1.0' },
      mayStream: () => true,
      onBadToken: () => undefined,
    });
    for (const piece of inPieces(bytes, randomOf(bytes))) {
      stream.emit('data', piece);
      piece.fill(0x39);
    }
    checkCalls(facade, bytes);
    for (const answer of answersIn(stream.written)) expectThat(isAnswer(answer), 'an answer that is none');
    stream.destroy();
    return facade.calls.length > 0 ? 'accepted' : 'refused';
  },
};

/** A connection of which only the bytes matter. */
class Wire extends Duplex {
  readonly written: Uint8Array[] = [];

  override _read(): void {
    this.pause();
  }

  override _write(chunk: Uint8Array, _encoding: string, done: () => void): void {
    this.written.push(chunk);
    done();
  }
}

/** What has run was asked for in the first frame, by somebody with the token, and ran once. */
function checkCalls({ calls }: FakeFacade, bytes: Uint8Array): void {
  if (calls.length === 0) return;
  expectThat(calls.length === 1, 'one connection ran two actions');
  const first = firstFrame(bytes);
  const role = roles.find((each) => tokens[each] === first?.token);
  expectThat(first !== undefined && role !== undefined, 'an action ran without a good token');
  const { ids, delay = 10 } = Object(first.body ?? {}) as { ids?: unknown; delay?: unknown };
  const [call] = calls;
  const needsAdmin = adminsOnly.includes(String(call?.action)) || 'override' in Object(first.body ?? {});
  expectThat(role === 'admin' || (role === 'operator' && !needsAdmin), `a ${role} ran ${call?.action}`);
  if (ids !== undefined && ids !== null) expectSame(call?.ids, [...new Set(ids as string[])], 'other drones');
  if (call?.action === 'start') expectSame(call.options, { delayS: delay ?? 10 }, 'another delay');
}

/** The object of the first frame, read by a length in digits and the platform's own JSON. */
function firstFrame(bytes: Uint8Array): { readonly [key: string]: unknown } | undefined {
  const text = Buffer.from(bytes).toString('latin1');
  const [prefix = '', digits = ''] = /^([0-9]{1,7})\r?\n/.exec(text) ?? [];
  const body = bytes.subarray(prefix.length, prefix.length + Number(digits));
  const read = attempt((): unknown => JSON.parse(Buffer.from(body).toString('utf8')), SyntaxError);
  return typeof read.value === 'object' && read.value !== null ? { ...read.value } : undefined;
}

function answersIn(written: readonly Uint8Array[]): TppJson[] {
  const decoder = new TppDecoder();
  for (const chunk of written) decoder.push(chunk);
  const values: TppJson[] = [];
  for (let frame = decoder.next(); frame; frame = decoder.next()) values.push(frame.value);
  decoder.end();
  return values;
}

function isAnswer(value: TppJson): boolean {
  return typeof value === 'object' && value !== null && 'code' in value && Number.isInteger(value.code);
}

/** The decoder of both sides: values do not depend on the cuts, and nothing but a frame's length is held back. */
export const tpp: FuzzTarget = {
  name: 'tpp',
  share: 500,
  corpus: [...frames, Buffer.concat(frames.slice(0, 3))],
  words: ['\r', '00000', '1048577\n', '+', '_'],
  mend: mendFrame,
  run: (bytes) => {
    const random = randomOf(bytes);
    const maxBodyBytes = random.next() < 0.5 ? 90 : 1024 * 1024;
    const cut = decode(inPieces(bytes, random), maxBodyBytes);
    expectSame(cut, decode([bytes], maxBodyBytes), 'another reading when cut');
    const isFramed = /^[0-9]{1,7}\r?\n/.test(Buffer.from(bytes.subarray(0, 9)).toString('latin1'));
    expectThat(cut.values.length === 0 || isFramed, 'a value without a proper length');
    for (const value of cut.values) {
      expectThat(encodeTppFrame(value).length <= 7 * maxBodyBytes, 'a value over the cap');
      expectSame(
        decode([encodeTppFrame(value)], 2 ** 24).values,
        [finite(value)],
        'another value when written again',
      );
    }
    return cut.values.length > 0 ? 'accepted' : 'refused';
  },
};

function decode(pieces: readonly Uint8Array[], maxBodyBytes: number) {
  const decoder = new TppDecoder({ maxBodyBytes });
  const values: TppJson[] = [];
  for (const piece of pieces) {
    decoder.push(piece);
    for (;;) {
      const got = attempt(() => decoder.next(), CorruptFrameError);
      if (got.error) return { values, isCorrupt: true };
      if (!got.value) break;
      values.push(got.value.value);
    }
    expectThat(decoder.pendingBytes <= maxBodyBytes + 9, 'more is held back than one frame');
  }
  return { values, isCorrupt: false };
}

/** As JSON has it: numbers beyond all bounds are null. */
function finite(value: TppJson): TppJson {
  return JSON.parse(JSON.stringify(value)) as TppJson;
}

/** Sets the length of the first frame to all that follows. */
function mendFrame(bytes: Uint8Array): Uint8Array {
  const end = bytes.indexOf(0x0a) + 1;
  return Buffer.concat([Buffer.from(`${bytes.length - end}\n`), bytes.subarray(end)]);
}
