import { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import {
  encodeWevisMessage,
  readWevisDefinitions,
  type WaitOptions,
  WevisClient,
  type WevisClientOptions,
  WevisDecoder,
  type WevisFields,
  wevisProof,
} from '../../../../lib/protocols/wevis/index.js';
import { FakeClock } from '../../../support/fake-clock.js';

const definitions = readWevisDefinitions('Say s=str\nCount n=int');
const salt = '5a'.repeat(64);

/** A server's end in the hands of a test: what was sent can be read, anything can be said. */
class Wire extends Duplex {
  readonly #sent = new WevisDecoder(definitions);
  isStuck = false;

  override _read(): void {
    // Everything is pushed by `say`.
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#sent.push(chunk);
    if (!this.isStuck) done();
  }

  say(name: string, fields?: WevisFields): void {
    this.push(encodeWevisMessage(definitions.named(name), fields));
  }

  sent(): [string, WevisFields][] {
    const messages: [string, WevisFields][] = [];
    for (let message = this.#sent.next(); message; message = this.#sent.next())
      messages.push([message.name, message.fields]);
    return messages;
  }
}

type Given = Partial<WevisClientOptions> & WaitOptions;

function startLogin(given: Given = {}) {
  const wire = new Wire();
  const clock = new FakeClock();
  const login = WevisClient.login(wire, { user: 'ann', password: 'secret', definitions, clock, ...given });
  return { wire, clock, login };
}

async function logIn(given?: Given) {
  const { wire, clock, login } = startLogin(given);
  wire.say('_welcome', { salt });
  wire.say('_loginAccept');
  const client = await login;
  wire.sent();
  return { wire, clock, client };
}

/** Closes the client, and the server's end as it does. */
async function closeBoth(client: WevisClient, wire: Wire): Promise<void> {
  const closing = client.close();
  wire.push(null);
  await closing;
}

describe('a text that a server of the reference has cut', () => {
  /** `reason` or `s` in UTF-8, as many bytes as it has characters. */
  const cut = (id: number, text: string) => {
    const frame = Buffer.alloc(12 + text.length);
    frame.writeUInt32LE(8 + text.length, 0);
    frame.writeUInt32LE(id, 4);
    frame.writeUInt32LE(text.length, 8);
    frame.set(Buffer.from(text).subarray(0, text.length), 12);
    return frame;
  };

  it('says what it was cut off: a refusal is one, a message is had', async () => {
    const { wire, login } = startLogin();
    wire.say('_welcome', { salt });
    wire.push(cut(5, 'N\u00f6 n\u00f6.'));
    await expect(login).rejects.toMatchObject({ code: 'login_rejected', reason: 'N\u00f6 n\ufffd' });
    const { wire: other, client } = await logIn();
    other.push(cut(7, 'h\u00e9'));
    expect((await client.receive('Say')).fields).toEqual({ s: 'h\ufffd' });
    await closeBoth(client, other);
  });

  it('ends a client that wants none', async () => {
    const { wire, client } = await logIn({ cutTexts: 'refuse' });
    wire.push(cut(7, 'h\u00e9'));
    expect(await client.closed).toMatchObject({ code: 'corrupt_frame' });
  });
});

describe('the login of a wevis client', () => {
  it('answers the welcome with the proof of the password', async () => {
    const { wire, clock, login } = startLogin({ version: '1.0' });
    wire.say('_welcome', { salt });
    await clock.advance(0);
    const password = wevisProof('secret', salt);
    expect(wire.sent()).toEqual([['_login', { username: 'ann', password, version: '1.0' }]]);
    wire.say('_loginAccept');
    expect(await login).toBeInstanceOf(WevisClient);
    await closeBoth(await login, wire);
    expect(clock.pending).toBe(0);
  });

  it('takes any text for a salt', async () => {
    const { wire, clock, login } = startLogin();
    wire.say('_welcome', { salt: 's\u00e4lt' });
    await clock.advance(0);
    expect(wire.sent()).toMatchObject([['_login', { password: wevisProof('secret', 's\u00e4lt') }]]);
    wire.say('_loginAccept');
    await login;
  });

  it('says which definitions it has, unless told otherwise', async () => {
    const { wire, clock, login } = startLogin();
    wire.say('_welcome', { salt });
    await clock.advance(0);
    expect(wire.sent()).toMatchObject([['_login', { version: `schema:${definitions.fingerprint}` }]]);
    wire.destroy();
    await expect(login).rejects.toMatchObject({ code: 'disconnected' });
  });

  it('throws the reason when it is refused, though the server leaves at once', async () => {
    const { wire, login, clock } = startLogin();
    wire.say('_welcome', { salt });
    await clock.advance(0);
    wire.say('_loginReject', { reason: 'Invalid credentials.' });
    wire.push(null);
    await expect(login).rejects.toMatchObject({
      code: 'login_rejected',
      reason: 'Invalid credentials.',
      message: 'the server refused the login: Invalid credentials.',
    });
    expect(wire.destroyed).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it.each([
    ['a welcome', false],
    ['an answer', true],
  ])('waits 5 s for %s', async (_what, isWelcome) => {
    const { wire, clock, login } = startLogin();
    if (isWelcome) wire.say('_welcome', { salt });
    const failure = expect(login).rejects.toMatchObject({ code: 'timeout', method: 'login', afterMs: 5000 });
    await clock.advance(4999);
    expect(wire.destroyed).toBe(false);
    await clock.advance(1);
    await failure;
    expect(wire.destroyed).toBe(true);
  });

  it('is given up when that is wished, before and during', async () => {
    const abort = new AbortController();
    const { wire, login } = startLogin({ signal: abort.signal });
    abort.abort();
    await expect(login).rejects.toMatchObject({ code: 'cancelled' });
    const late = startLogin({ signal: abort.signal });
    await expect(late.login).rejects.toMatchObject({ code: 'cancelled' });
    expect([wire.destroyed, late.wire.destroyed, late.wire.sent()]).toEqual([true, true, []]);
  });

  it.each([
    ['garbage', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), 'corrupt_frame'],
    ['half a message', Uint8Array.of(4, 0, 0), 'corrupt_frame'],
    ['nothing', new Uint8Array(), 'disconnected'],
  ])('throws when the server says %s and leaves', async (_what, bytes, code) => {
    const { wire, login } = startLogin();
    wire.push(bytes);
    wire.push(null);
    await expect(login).rejects.toMatchObject({ code });
  });

  it('throws for a name that can not be sent', async () => {
    const { wire, login } = startLogin({ user: '\ud800' });
    wire.say('_welcome', { salt });
    await expect(login).rejects.toMatchObject({ code: 'bad_message' });
    expect(wire.destroyed).toBe(true);
  });
});

describe('a wevis client', () => {
  it('receives by name, in order, what came before and what comes', async () => {
    const { wire, client, clock } = await logIn();
    wire.say('Count', { n: 1 });
    wire.say('Say', { s: 'a' });
    wire.say('Count', { n: 2 });
    await clock.advance(0);
    expect((await client.receive('Say')).fields).toEqual({ s: 'a' });
    expect((await client.receive(['Say', 'Count'])).fields).toEqual({ n: 1 });
    expect((await client.receive('Count')).fields).toEqual({ n: 2 });
    const [first, second] = [client.receive('Count'), client.receive('Count')];
    wire.say('Count', { n: 3 });
    wire.say('Count', { n: 4 });
    expect([(await first).fields, (await second).fields]).toEqual([{ n: 3 }, { n: 4 }]);
  });

  it('waits no longer than it was told, and loses nothing by that', async () => {
    const { wire, client, clock } = await logIn();
    const failure = expect(client.receive('Count', { timeoutMs: 100 })).rejects.toMatchObject({
      code: 'timeout',
      message: 'no answer to "receive Count" within 100 ms',
    });
    await clock.advance(100);
    await failure;
    const abort = new AbortController();
    const cancelled = client.receive('Count', { signal: abort.signal });
    abort.abort();
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
    await expect(client.receive('Count', { signal: abort.signal })).rejects.toMatchObject({
      code: 'cancelled',
    });
    wire.say('Count', { n: 1 });
    expect((await client.receive('Count', { timeoutMs: 100 })).fields).toEqual({ n: 1 });
    expect(clock.pending).toBe(1); // the watch on the server's silence
  });

  it('waits for no message that does not exist', async () => {
    const { client } = await logIn();
    await expect(client.receive('Shout')).rejects.toThrow(
      /no message is called "Shout"; known are Say, Count/,
    );
    expect(() => client.on('Shout', () => undefined)).toThrow(/no message is called "Shout"/);
  });

  it('calls back for each message of a name, those that wait already first, until told to stop', async () => {
    const { wire, client, clock } = await logIn();
    const counted: unknown[] = [];
    wire.say('Count', { n: 1 });
    await clock.advance(0);
    const stop = client.on('Count', ({ fields }) => counted.push(fields.n));
    await clock.advance(0);
    wire.say('Count', { n: 2 });
    await clock.advance(0);
    stop();
    wire.say('Count', { n: 3 });
    await clock.advance(0);
    expect(counted).toEqual([1, 2]);
    expect((await client.receive('Count')).fields).toEqual({ n: 3 });
  });

  it('gives a message to callbacks and to who waits for it, and then keeps it no longer', async () => {
    const { wire, client, clock } = await logIn();
    const counted: unknown[] = [];
    client.on('Count', ({ fields }) => counted.push(fields.n));
    const received = client.receive('Count');
    wire.say('Count', { n: 1 });
    wire.say('Count', { n: 2 });
    expect((await received).fields).toEqual({ n: 1 });
    await clock.advance(0);
    expect(counted).toEqual([1, 2]);
    const failure = expect(client.receive('Count', { timeoutMs: 1 })).rejects.toMatchObject({
      code: 'timeout',
    });
    await clock.advance(1);
    await failure;
  });

  it('ends the connection when a callback throws, or tells whoever wants to know', async () => {
    const error = new Error('my mistake');
    const strict = await logIn();
    strict.client.on('Count', () => {
      throw error;
    });
    strict.wire.say('Count', { n: 1 });
    expect(await strict.client.closed).toMatchObject({
      code: 'callback_failed',
      message: 'the callback of Count threw: my mistake',
      cause: error,
    });
    const errors: unknown[] = [];
    const told = await logIn({ onError: (caught) => errors.push(caught) });
    told.client.on('Count', () => {
      throw error;
    });
    told.wire.say('Count', { n: 1 });
    told.wire.say('Say', { s: 'on' });
    await told.client.receive('Say');
    expect(errors).toEqual([error]);
  });

  it('keeps so many messages that nobody asks for, drops the oldest, and counts them', async () => {
    const { wire, client } = await logIn({ inbox: { maxMessages: 2, maxBytes: 1000 } });
    for (const n of [1, 2, 3, 4]) wire.say('Count', { n });
    wire.say('Say', { s: 'last' });
    await client.receive('Say');
    expect(client.dropped).toBe(3);
    expect((await client.receive('Count')).fields).toEqual({ n: 4 });
    const bytes = await logIn({ inbox: { maxMessages: 100, maxBytes: 50 } });
    for (const s of ['x'.repeat(32), 'y'.repeat(32)]) bytes.wire.say('Say', { s });
    bytes.wire.say('Count', { n: 1 });
    await bytes.client.receive('Count');
    expect((await bytes.client.receive('Say')).fields).toEqual({ s: 'y'.repeat(32) });
    expect(bytes.client.dropped).toBe(1);
  });

  it('sends what fits, and nothing of what does not', async () => {
    const { wire, client, clock } = await logIn();
    expect(() => client.send('Count', { n: 0.5 })).toThrow('Count.n does not fit');
    expect(() => client.send('Shout')).toThrow('no message is called "Shout"');
    expect(() => client.send('_login')).toThrow('"_login" is the protocol\'s own');
    client.send('Count', { n: 5 });
    await clock.advance(0);
    expect(wire.sent()).toEqual([['Count', { n: 5 }]]);
  });

  it('does not pile up messages for a server that does not read', async () => {
    const { wire, client } = await logIn();
    wire.isStuck = true;
    const s = 'x'.repeat(1_000_000);
    for (let count = 0; count < 4; count++) client.send('Say', { s });
    expect(() => client.send('Say', { s })).toThrow(expect.objectContaining({ code: 'queue_full' }));
  });

  it('answers the pings of the server', async () => {
    const { wire, client, clock } = await logIn();
    const pinged = client.receive('_ping');
    wire.say('_ping');
    wire.say('_ping');
    await pinged;
    await clock.advance(0);
    expect(wire.sent()).toEqual([
      ['_pong', {}],
      ['_pong', {}],
    ]);
  });

  it('measures the time of a ping there and back; a late answer is not taken for the next one', async () => {
    const { wire, client, clock } = await logIn();
    const first = client.ping();
    const second = client.ping({ timeoutMs: 100_000 });
    await clock.advance(0);
    expect(wire.sent()).toEqual([
      ['_ping', {}],
      ['_ping', {}],
    ]);
    const failure = expect(first).rejects.toMatchObject({ code: 'timeout', method: 'ping', afterMs: 5000 });
    await clock.advance(5000);
    await failure;
    wire.say('_pong');
    await clock.advance(10);
    wire.say('_pong');
    expect(await second).toBe(5010);
    await closeBoth(client, wire);
    expect(clock.pending).toBe(0);
  });

  it('stops asking a server that answers no pings', async () => {
    const { client, clock } = await logIn();
    const pings = Array.from({ length: 17 }, () => client.ping({ timeoutMs: 10 }));
    const failures = Promise.allSettled(pings);
    await clock.advance(10);
    const codes = (await failures).map((result) =>
      result.status === 'rejected' ? result.reason.code : 'answered',
    );
    expect(codes).toEqual([...new Array(16).fill('timeout'), 'queue_full']);
  });

  it('ends with an error for everybody who waits when the server leaves; what came can still be had', async () => {
    const { wire, client, clock } = await logIn();
    const waiting = [client.receive('Count'), client.ping()];
    wire.say('Say', { s: 'bye' });
    await clock.advance(0);
    wire.push(null);
    for (const promise of waiting)
      await expect(promise).rejects.toMatchObject({
        code: 'disconnected',
        message: 'the server closed the connection',
      });
    expect((await client.receive('Say')).fields).toEqual({ s: 'bye' });
    await expect(client.receive('Say')).rejects.toMatchObject({ code: 'disconnected' });
    expect(() => client.send('Count', { n: 1 })).toThrow('the server closed the connection');
    await expect(client.ping()).rejects.toThrow('the server closed the connection');
    expect(await client.closed).toMatchObject({ message: 'the server closed the connection' });
    expect(clock.pending).toBe(0);
  });

  it.each([
    [
      'an unknown message',
      Uint8Array.of(4, 0, 0, 0, 99, 0, 0, 0),
      'corrupt_frame',
      'no message has the id 99',
    ],
    [
      'too large a message',
      Uint8Array.of(1, 0, 16, 0),
      'corrupt_frame',
      'a message of 1048577 bytes is over 1048576',
    ],
    ['an error', new Error('read ECONNRESET'), 'disconnected', 'the connection broke: read ECONNRESET'],
  ])('ends when there comes %s', async (_what, thing, code, message) => {
    const { wire, client } = await logIn();
    const received = client.receive('Count');
    if (thing instanceof Error) wire.destroy(thing);
    else wire.push(thing);
    await expect(received).rejects.toMatchObject({ code, message });
    expect(wire.destroyed).toBe(true);
  });

  it('takes a server for lost that is silent for 30 s, pings included', async () => {
    const { wire, client, clock } = await logIn();
    await clock.advance(20_000);
    wire.say('_ping');
    await clock.advance(29_999);
    expect(wire.destroyed).toBe(false);
    await clock.advance(1);
    expect(await client.closed).toMatchObject({ message: 'the server was silent for 30000 ms' });
    expect(wire.destroyed).toBe(true);
  });

  it('hears nothing any more once it was closed, by its own callback in the middle of much as well', async () => {
    const { wire, client, clock } = await logIn();
    const counted: unknown[] = [];
    client.on('Count', ({ fields }) => {
      counted.push(fields.n);
      void client.close();
    });
    const count = (n: number) => encodeWevisMessage(definitions.named('Count'), { n });
    wire.push(Buffer.concat([count(1), count(2)]));
    await clock.advance(0);
    wire.push(count(3));
    await clock.advance(0);
    expect(counted).toEqual([1]);
  });

  it('closes though the server does not, after a second', async () => {
    const { wire, client, clock } = await logIn();
    const waiting = expect(client.receive('Count')).rejects.toThrow('this client was closed');
    let isClosed = false;
    const closing = client.close().then(() => {
      isClosed = true;
    });
    await waiting;
    await clock.advance(999);
    expect([isClosed, wire.writableEnded]).toEqual([false, true]);
    await clock.advance(1);
    await closing;
    await client.close();
  });
});
