import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type ControlPort,
  type ControlPortOptions,
  startControlPort,
} from '../../../../server/gateways/control/adapters/control-port.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { droneView, FakeFacade } from './support/fake-facade.js';
import { gatekeeperOf } from './support/gatekeeper-of.js';
import { frame, RawPeer } from './support/raw-peer.js';

const token = 'the-token-of-this-server-and-no-other';
const gatekeeper = gatekeeperOf(token);
const badData = '65\n{"code":1,"body":{"error":"Something wrong with your data None"}}';
const noToken = '43\n{"code":2,"body":{"error":"No auth token"}}';
const badToken = '44\n{"code":3,"body":{"error":"Bad auth token"}}';
const noAction = '36\n{"code":1,"body":"No action found!"}';

let facade: FakeFacade;
let clock: FakeClock;
let control: ControlPort;

async function open(changes: Partial<ControlPortOptions> = {}): Promise<void> {
  control = await startControlPort({
    facade,
    clock,
    host: '127.0.0.1',
    port: 0,
    gatekeeper,
    version: '0.1.0',
    ...changes,
  });
}

/** Sends the bytes on a connection of their own, closes that side or not, and gives all that comes back. */
async function exchange(bytes: string | Uint8Array, isClosing = false): Promise<string> {
  const peer = await RawPeer.connect(control.port);
  if (isClosing) peer.socket.end(bytes);
  else peer.send(bytes);
  const answer = await peer.all();
  peer.socket.destroy();
  return answer;
}

beforeEach(async () => {
  facade = new FakeFacade('drone-1', 'drone-2');
  clock = new FakeClock();
  await open();
});

afterEach(() => control.close());

describe('the first frame', () => {
  it('of a good request is answered in these bytes, and the connection is closed', async () => {
    const request =
      '92\n{"action":"land","body":{"ids":["drone-2"]},"token":"the-token-of-this-server-and-no-other"}';
    expect(await exchange(request)).toBe(
      '67\n{"code":0,"body":{"land":{"results":[{"id":"drone-2","ok":true}]}}}',
    );
    expect(facade.calls).toEqual([{ action: 'land', ids: ['drone-2'] }]);
  });

  it.each([
    ['a line feed first', '\n'],
    ['length 0', '0\n'],
    ['bad JSON', frame('{"action":')],
    ['an empty object', frame('{}')],
    ['an empty list', frame('[]')],
    ['zero', frame('0')],
    ['null', frame('null')],
    ['false', frame('false')],
    ['an empty text', frame('""')],
    ['a length that is no number', `x\n{"action":"land","token":"${token}"}`],
    ['a list', frame([{ action: 'land', token }])],
    ['a number', frame('5')],
    ['bytes that are no UTF-8', Buffer.concat([Buffer.from('3\n"'), Buffer.from([0xff]), Buffer.from('"')])],
    ['a token that is a number', frame({ action: 'land', token: 5 })],
    ['a token that is a list', frame({ action: 'land', token: [token] })],
    ['a token with a NUL', frame({ action: 'land', token: `${token}\0` })],
    ['an action that is a number', frame({ action: 5, token })],
    ['a length with a sign', `+${frame({ action: 'land', token })}`],
    ['a length with a blank', ` ${frame({ action: 'land', token })}`],
    ['a length with an underscore', `1_0\n${'x'.repeat(10)}`],
    ['a negative length', '-1\n{"action":"land"'],
    ['a length beyond all limits', '99999999\n'],
    ['a web request', 'POST /land HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ])('that is %s gets code 1 and the reference’s words, and nothing runs', async (_what, bytes) => {
    expect(await exchange(bytes)).toBe(badData);
    expect(facade.calls).toEqual([]);
  });

  it.each([
    ['nothing', ''],
    ['half a length', '1'],
    ['a length alone', '100\n'],
    ['half a frame', frame({ action: 'land', token }).slice(0, -1)],
  ])('that ends after %s gets code 1, and nothing runs', async (_what, bytes) => {
    expect(await exchange(bytes, true)).toBe(badData);
    expect(facade.calls).toEqual([]);
  });

  it.each([{ action: 'land' }, { action: 'land', token: '' }, { action: 'land', token: null }])(
    'without a token gets code 2 (%j)',
    async (request) => {
      expect(await exchange(frame(request))).toBe(noToken);
      expect(facade.calls).toEqual([]);
    },
  );

  it.each([`${token}x`, token.slice(1), token.toUpperCase(), 'x', 'x'.repeat(100_000)])(
    'with a wrong token gets code 3, and nothing runs',
    async (wrong) => {
      expect(await exchange(frame({ action: 'land', token: wrong }))).toBe(badToken);
      expect(facade.calls).toEqual([]);
    },
  );

  it.each([{ token }, { token, action: '' }, { token, action: null }])(
    'without an action gets code 1 and a plain text (%j)',
    async (request) => {
      expect(await exchange(frame(request))).toBe(noAction);
    },
  );

  it('may have a carriage return behind its length', async () => {
    const request = frame({ action: 'stop', token }).replace('\n', '\r\n');
    expect(await exchange(request)).toContain('"code":0');
  });

  it('may come in pieces of one byte', async () => {
    const peer = await RawPeer.connect(control.port);
    peer.socket.setNoDelay(true);
    for (const byte of Buffer.from(frame({ action: 'stop', body: {}, token }))) {
      peer.send(Uint8Array.of(byte));
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    expect(await peer.next()).toMatchObject({ code: 0 });
    peer.socket.destroy();
  });

  it('may be followed by a closed side, and is answered still, however long that takes', async () => {
    facade.end = async (id) => {
      for (let turn = 0; turn < 50; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
      return { id, ok: true };
    };
    expect(await exchange(frame({ action: 'stop', token }), true)).toContain('"code":0');
  });

  it('is the only one: a second frame behind it is never run', async () => {
    const land = frame({ action: 'land', token });
    const disarm = frame({ action: 'disarm', body: { all: true }, token });
    const answer = await exchange(land + disarm);
    expect(answer.match(/"code"/g)).toHaveLength(1);
    expect(await exchange(frame({ action: 'land', token: 'wrong' }) + disarm)).toBe(badToken);
    expect(await exchange(`x\n${disarm}`)).toBe(badData);
    expect(facade.calls.map(({ action }) => action)).toEqual(['land']);
  });
});

describe('a wrong token', () => {
  it('is told in the log, once in a while', async () => {
    for (let call = 0; call < 3; call++) await exchange(frame({ action: 'land', token: 'wrong' }));
    expect(facade.lines).toEqual(['warning: control port: somebody called with a wrong token']);
    await clock.advance(60_000);
    await exchange(frame({ action: 'land', token: 'wrong' }));
    expect(facade.lines).toHaveLength(2);
  });
});

describe('a peer that takes its time', () => {
  it('is cut off when its request is not there after 10 s, however it trickles', async () => {
    const silent = await RawPeer.connect(control.port);
    const slow = await RawPeer.connect(control.port);
    await until(() => clock.pending === 2);
    for (const byte of '100\n{"acti') {
      slow.send(byte);
      await clock.advance(999);
    }
    await clock.advance(10);
    const answer = '61\n{"code":1,"body":{"error":"no complete request within 10 s"}}';
    expect(await slow.all()).toBe(answer);
    expect(await silent.all()).toBe(answer);
    silent.socket.destroy();
    slow.socket.destroy();
  });

  it('is not cut off while its command takes long', async () => {
    let finish: () => void = () => undefined;
    facade.end = (id) =>
      new Promise((resolve) => {
        finish = () => resolve({ id, ok: true });
      });
    const peer = await RawPeer.connect(control.port);
    peer.send(frame({ action: 'upload', body: { ids: ['drone-1'] }, token }));
    await until(() => facade.calls.length === 1);
    await clock.advance(600_000);
    finish();
    expect(await peer.next()).toEqual({
      code: 0,
      body: { upload: { results: [{ id: 'drone-1', ok: true }] } },
    });
    peer.socket.destroy();
  });

  it('is cut off when it has its answer and does not close', async () => {
    const peer = await RawPeer.connect(control.port);
    peer.send(frame({ action: 'status', token }));
    await peer.all();
    await until(() => clock.pending === 1);
    await clock.advance(2000);
    expect(clock.pending).toBe(0);
    await until(() => {
      if (!peer.socket.destroyed) peer.send('x');
      return peer.socket.destroyed;
    });
  });

  it('does not keep its answer from arriving by sending on', async () => {
    const peer = await RawPeer.connect(control.port);
    const noise = 'x'.repeat(100_000);
    for (let round = 0; round < 20; round++) peer.send(noise);
    expect(await peer.all()).toBe(badData);
    peer.socket.destroy();
  });
});

describe('many connections', () => {
  it('are served up to the limit; beyond it the oldest that commands nothing gives way to one that may', async () => {
    await control.close();
    await open({ maxConnections: 3 });
    const idle = await Promise.all([1, 2, 3].map(() => RawPeer.connect(control.port)));
    await until(() => clock.pending === 3);
    expect(await exchange(frame({ action: 'stop', token }))).toContain('"code":0');
    expect(await idle[0]?.all()).toBe('50\n{"code":1,"body":{"error":"too many connections"}}');
    for (const peer of idle) peer.socket.destroy();
    await until(() => clock.pending === 0);
  });

  it('that read telemetry leave room for commands', async () => {
    await control.close();
    await open({ maxConnections: 4 });
    const readers = await Promise.all([1, 2].map(() => RawPeer.connect(control.port)));
    for (const reader of readers) {
      reader.send(frame({ action: 'telemetry', token }));
      expect(await reader.next()).toEqual({ code: 0, body: { telemetry: 'ok' } });
    }
    expect(await exchange(frame({ action: 'telemetry', token }))).toContain('too many readers of events');
    expect(await exchange(frame({ action: 'land', token }))).toContain('"code":0');
    for (const reader of readers) reader.socket.destroy();
  });

  it('are cut when the port closes, and nobody can connect any more', async () => {
    const peer = await RawPeer.connect(control.port);
    await until(() => clock.pending === 1);
    await control.close();
    expect(await peer.all()).toBe('');
    expect(clock.pending).toBe(0);
    const late = connect(control.port, '127.0.0.1');
    await expect(once(late, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await open();
  });

  it('can not be had on a port that another program has', async () => {
    await expect(
      startControlPort({ facade, clock, host: '127.0.0.1', port: control.port, gatekeeper, version: '0' }),
    ).rejects.toMatchObject({ code: 'port_in_use' });
  });
});

describe('an action that fails', () => {
  it('gets an error frame, and the connection is closed', async () => {
    facade.end = () => Promise.reject(new Error('the fleet is on fire'));
    expect(await exchange(frame({ action: 'land', token }))).toBe(
      '50\n{"code":1,"body":{"error":"the fleet is on fire"}}',
    );
  });

  it('does so as well when it throws at once, or its answer has no JSON', async () => {
    facade.snapshot = () => {
      throw new Error('no snapshot');
    };
    expect(await exchange(frame({ action: 'list', token }))).toContain('{"error":"no snapshot"}');
    facade = new FakeFacade();
    await control.close();
    await open();
    facade.drones = [droneView('drone-1', { latencyMs: 5n as unknown as number })];
    expect(await exchange(frame({ action: 'list', token }))).toContain('"code":1');
  });

  it('harms no other connection', async () => {
    facade.end = () => Promise.reject(new Error('the fleet is on fire'));
    const [bad, good] = await Promise.all([
      exchange(frame({ action: 'land', token })),
      exchange(frame({ action: 'status', token })),
    ]);
    expect([bad.includes('"code":1'), good.includes('"code":0')]).toEqual([true, true]);
  });

  it('whose caller has left runs to its end all the same', async () => {
    let isDone = false;
    facade.end = async (id) => {
      await new Promise<void>((resolve) => setImmediate(resolve));
      isDone = true;
      return { id, ok: true };
    };
    const peer = await RawPeer.connect(control.port);
    peer.send(frame({ action: 'land', token }));
    await until(() => facade.calls.length === 1);
    peer.socket.resetAndDestroy();
    await until(() => isDone);
    expect(await exchange(frame({ action: 'status', token }))).toContain('"code":0');
  });
});

/** Lets the event loop turn until it is so; the test's own time limit ends a hopeless wait. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise<void>((resolve) => setImmediate(resolve));
}
