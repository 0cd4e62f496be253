/** What the clients of older servers say and get, byte by byte, over real sockets: in the clear and in TLS. */
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type ControlPort,
  startControlPort,
} from '../../../../server/gateways/control/adapters/control-port.js';
import { testCertificate } from '../../../support/certificate.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { FakeFacade } from './support/fake-facade.js';
import { gatekeeperOf, gatekeeperOver } from './support/gatekeeper-of.js';
import { frame, RawPeer } from './support/raw-peer.js';

const token = 'the-token-of-this-server-and-no-other';
const tls = await testCertificate();
const badData = '65\n{"code":1,"body":{"error":"Something wrong with your data None"}}';

let facade: FakeFacade;
let clock: FakeClock;
let control: ControlPort;

beforeEach(async () => {
  facade = new FakeFacade('drone-1', 'drone-2');
  clock = new FakeClock();
  control = await startControlPort({
    ...{ facade, clock, tls, host: '127.0.0.1', port: 0, version: '0.1.0' },
    gatekeeper: gatekeeperOf(token),
  });
});

afterEach(() => control.close());

const ways: readonly [string, () => Promise<RawPeer>][] = [
  ['in the clear', () => RawPeer.connect(control.port)],
  ['in TLS', () => RawPeer.connectTls(control.port, tls.cert)],
];

describe.each(ways)('a client of the reference, %s,', (_way, connect) => {
  async function exchange(bytes: string | Uint8Array, isClosing = false): Promise<string> {
    const peer = await connect();
    if (isClosing) peer.socket.end(bytes);
    else peer.send(bytes);
    const answer = await peer.all();
    peer.socket.destroy();
    return answer;
  }

  it('gets an answer under its action, and the connection is closed', async () => {
    // Blanks behind commas and colons, keys of its own, all but ASCII escaped: as Python's json writes it.
    const request =
      '147\n{"action": "land", "body": {"select": "drone-2"}, ' +
      '"token": "the-token-of-this-server-and-no-other", "user_id": "5c3f", "note": "d\\u00e9j\\u00e0 vu"}';
    expect(await exchange(request)).toBe(
      '67\n{"code":0,"body":{"land":{"results":[{"id":"drone-2","ok":true}]}}}',
    );
    expect(facade.calls).toEqual([{ action: 'land', ids: ['drone-2'] }]);
  });

  it('may write its length with zeros before it and a carriage return behind it', async () => {
    const text = JSON.stringify({ action: 'groups', body: {}, token });
    expect(await exchange(`000${text.length}\r\n${text}`)).toBe('31\n{"code":0,"body":{"groups":[]}}');
  });

  it('is told in bytes, not in letters, how long an answer is', async () => {
    facade.end = (id) => ({ id, ok: false, code: 'no', message: 'größer' });
    expect(await exchange(frame({ action: 'land', body: { ids: ['drone-1'] }, token }))).toBe(
      '101\n{"code":0,"body":{"land":{"results":[{"id":"drone-1","ok":false,"code":"no","message":"größer"}]}}}',
    );
  });

  it('is told that an action is unknown, and that a name is refused, under the code of its kind', async () => {
    expect(await exchange(frame({ action: 'list_builders', token }))).toMatch(
      /^\d+\n\{"code":1,"body":\{"error":"unknown action \\"list_builders\\"; known are /,
    );
    expect(await exchange(frame({ action: 'land', body: { ids: ['ghost', 5] }, token }))).toBe(
      '69\n{"code":1,"body":{"error":"ids must be a list of drone ids (texts)"}}',
    );
  });

  it.each([
    ['a number in words', `twelve\n{"action":"land","token":"${token}"}`],
    ['blanks behind its length', frame({ action: 'land', token }).replace('\n', ' \n')],
    ['a plus before its length', `+${frame({ action: 'land', token })}`],
    ['an underscore in its length', frame({ action: 'land', token }).replace(/^(\d)/, '$1_')],
    ['a negative length', `-5\n${frame({ action: 'land', token })}`],
    ['a list', frame([{ action: 'land', body: {}, token }])],
    ['a number', frame('5')],
    ['half a letter', Buffer.concat([Buffer.from('5\n{"a'), Buffer.from([0xc3]), Buffer.from('}')])],
    ['a token that is a number', frame({ action: 'land', body: {}, token: 5 })],
    ['a token with a NUL', frame({ action: 'land', body: {}, token: `${token}\0` })],
    ['a list for its action', frame({ action: ['land'], body: {}, token })],
  ])('that sends %s is refused, and no handler runs', async (_what, bytes) => {
    expect(await exchange(bytes)).toBe(badData);
    expect(facade.calls).toEqual([]);
  });

  it('that leaves in the middle of its request is refused, and the next is served', async () => {
    const half = frame({ action: 'land', body: {}, token }).slice(0, -9);
    expect(await exchange(half, true)).toBe(badData);
    expect(await exchange(frame({ action: 'groups', token }))).toContain('"code":0');
    expect(facade.calls).toEqual([]);
  });

  it('has one request: what it sends behind it is dropped, with a good token or none', async () => {
    const kill = frame({ action: 'kill', body: { all: true }, token });
    const answers = await exchange(frame({ action: 'land', token }) + kill + frame({ action: 'kill' }));
    expect(answers.match(/"code"/g)).toHaveLength(1);
    expect(await exchange(frame({ action: 'land' }) + kill)).toBe(
      '43\n{"code":2,"body":{"error":"No auth token"}}',
    );
    expect(facade.calls.map(({ action }) => action)).toEqual(['land']);
  });

  it('gets the text of what went wrong in a handler, and the connection is closed', async () => {
    facade.end = () => Promise.reject(new Error('the fleet is on fire'));
    expect(await exchange(frame({ action: 'land', token }))).toBe(
      '50\n{"code":1,"body":{"error":"the fleet is on fire"}}',
    );
  });

  it('that says nothing is told so, and is not kept', async () => {
    const peer = await connect();
    // What came before another whole exchange has been looked at, the end of a handshake too.
    await exchange(frame({ action: 'groups', token }));
    await clock.advance(10_000);
    expect(await peer.all()).toBe('61\n{"code":1,"body":{"error":"no complete request within 10 s"}}');
    peer.socket.destroy();
  });

  it('is told that a stream has begun before anything comes in it, and leaves it by closing', async () => {
    facade.receive('drone-1', { armed: false });
    const peer = await connect();
    peer.send(frame({ action: 'stream', body: { event_types: ['telemetry'] }, token }));
    const begin =
      '33\n{"code":0,"body":{"stream":"ok"}}' +
      '87\n{"code":0,"body":{"event_type":"telemetry","id":"drone-1","telemetry":{"armed":false}}}';
    expect(await peer.bytes(begin.length)).toBe(begin);
    expect(facade.listeners).toBe(1);
    peer.socket.end();
    await once(peer.socket, 'close');
    await until(() => facade.listeners === 0);
  });
});

describe('a server for which nobody has a token', () => {
  it('refuses every token: none is as good as another', async () => {
    await control.close();
    control = await startControlPort({
      ...{ facade, clock, host: '127.0.0.1', port: 0, version: '0' },
      gatekeeper: gatekeeperOver(new Map()),
    });
    for (const tried of ['x', 'undefined', 'null', token]) {
      const peer = await RawPeer.connect(control.port);
      expect(await peer.send(frame({ action: 'land', body: {}, token: tried })).all()).toBe(
        '44\n{"code":3,"body":{"error":"Bad auth token"}}',
      );
      peer.socket.destroy();
    }
    expect(facade.calls).toEqual([]);
  });
});

/** Lets the event loop turn until it is so; the test's own time limit ends a hopeless wait. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise<void>((resolve) => setImmediate(resolve));
}
