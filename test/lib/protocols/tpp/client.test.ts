import { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { RequestTimeoutError } from '../../../../lib/errors.js';
import { encodeTppFrame, TppClient, TppRemoteError } from '../../../../lib/protocols/tpp/index.js';
import { FakeClock } from '../../../support/fake-clock.js';

/** A server's end in the hands of a test: what was sent is kept, answers are pushed by hand. */
class Wire extends Duplex {
  readonly sent: Buffer[] = [];

  override _read(): void {
    // Everything is pushed by `say`.
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.sent.push(chunk);
    done();
  }

  say(value: unknown): void {
    this.push(encodeTppFrame(value));
  }
}

const list = { action: 'list', body: {}, token: 'secret' };

function setUp(signal?: AbortSignal) {
  const wire = new Wire();
  const clock = new FakeClock();
  const client = new TppClient(wire, { clock, timeoutMs: 5000, ...(signal && { signal }) });
  return { wire, clock, client };
}

describe('a TPP client', () => {
  it('sends one request and gives what the answer holds for the action', async () => {
    const { wire, client, clock } = setUp();
    const answer = client.request(list);
    wire.say({ code: 0, body: { list: [1, 2] } });
    expect(await answer).toEqual([1, 2]);
    expect(Buffer.concat(wire.sent).toString()).toBe('44\n{"action":"list","body":{},"token":"secret"}');
    expect(wire.destroyed).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it.each([
    [{ code: 3, body: { error: 'Bad auth token' } }, 3, 'Bad auth token'],
    [{ code: 1, body: 'No action found!' }, 1, 'No action found!'],
    [{ code: 7, body: null }, 7, 'the server gave no reason'],
  ])('throws what the server refuses: %j', async (response, responseCode, message) => {
    const { wire, client } = setUp();
    const answer = client.request(list);
    wire.say(response);
    await expect(answer).rejects.toBeInstanceOf(TppRemoteError);
    await expect(answer).rejects.toMatchObject({ responseCode, message, code: `tpp_${responseCode}` });
  });

  it.each([
    ['another action', { code: 0, body: { status: 1 } }],
    ['a plain text', { code: 0, body: 'fine' }],
    ['no response', [1]],
  ])('throws when the answer is %s', async (_what, response) => {
    const { wire, client } = setUp();
    const answer = client.request(list);
    wire.say(response);
    await expect(answer).rejects.toMatchObject({ code: 'corrupt_frame' });
  });

  it('throws when the server leaves without an answer, or in the middle of one', async () => {
    const silent = setUp();
    const noAnswer = silent.client.request(list);
    silent.wire.push(null);
    await expect(noAnswer).rejects.toMatchObject({ code: 'disconnected' });
    const cut = setUp();
    const halfAnswer = cut.client.request(list);
    cut.wire.push('20\n{"code');
    cut.wire.push(null);
    await expect(halfAnswer).rejects.toMatchObject({ code: 'corrupt_frame' });
  });

  it('throws when the connection breaks', async () => {
    const { wire, client } = setUp();
    const answer = client.request(list);
    wire.destroy(new Error('read ECONNRESET'));
    await expect(answer).rejects.toMatchObject({
      code: 'disconnected',
      message: 'the connection broke: read ECONNRESET',
    });
  });

  it('waits for an answer no longer than it was told', async () => {
    const { client, clock } = setUp();
    const answer = client.request(list);
    const failure = expect(answer).rejects.toBeInstanceOf(RequestTimeoutError);
    await clock.advance(5000);
    await failure;
  });

  it('gives up when it is told to, before and while it waits', async () => {
    const abort = new AbortController();
    const { client } = setUp(abort.signal);
    const answer = client.request(list);
    abort.abort();
    await expect(answer).rejects.toMatchObject({ code: 'cancelled' });
    const late = setUp(abort.signal);
    await expect(late.client.request(list)).rejects.toMatchObject({ code: 'cancelled' });
    expect(late.wire.sent).toEqual([]);
  });

  it('gives what is pushed behind the acknowledgement until the stream ends, for as long as that takes', async () => {
    const { wire, client, clock } = setUp();
    const pushes = client.subscribe({ ...list, action: 'telemetry' });
    const first = pushes.next();
    wire.say({ code: 0, body: { telemetry: 'ok' } });
    wire.say({ code: 0, body: { id: 'drone-1' } });
    expect(await first).toEqual({ done: false, value: { id: 'drone-1' } });
    await clock.advance(3_600_000);
    wire.say({ code: 0, body: { id: 'drone-2' } });
    wire.push(null);
    expect(await pushes.next()).toEqual({ done: false, value: { id: 'drone-2' } });
    expect(await pushes.next()).toEqual({ done: true, value: undefined });
  });

  it('throws when a stream is not acknowledged', async () => {
    const { wire, client } = setUp();
    const first = client.subscribe({ ...list, action: 'telemetry' }).next();
    wire.push(null);
    await expect(first).rejects.toMatchObject({ code: 'disconnected' });
  });

  it('closes the connection when its caller leaves the stream', async () => {
    const { wire, client } = setUp();
    wire.say({ code: 0, body: { telemetry: 'ok' } });
    wire.say({ code: 0, body: { id: 'drone-1' } });
    for await (const _push of client.subscribe({ ...list, action: 'telemetry' })) break;
    expect(wire.destroyed).toBe(true);
  });
});
