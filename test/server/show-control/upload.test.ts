import { Duplex } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConnectionManager, Endpoint } from '../../../lib/messaging/index.js';
import { SystemClock } from '../../../lib/time/adapters/system-clock.js';
import { pushFile } from '../../../server/show-control/upload.js';
import { contentOf, FileRig, sha256Of } from '../../lib/messaging/files/file-rig.js';
import { FakeClock } from '../../support/fake-clock.js';

it('a file to a drone that stopped reading ends with a result, and with the link that it blocks', async () => {
  const clock = new FakeClock();
  const connection = new ConnectionManager({ endpoint: new Endpoint(), clock, firstFrameTimeoutMs: 1e9 });
  connection.connect(new Duplex({ read: () => undefined, write: () => undefined }));
  const file = { filepath: 'animation.csv', content: new Uint8Array(100_000) };
  const result = pushFile(connection, file, { clock });
  await clock.advance(39_000);
  expect(connection.isConnected).toBe(true);
  await clock.advance(3_000);
  expect(connection.isConnected).toBe(false);
  expect(await result).toMatchObject({ ok: false, code: 'unreachable' });
});

it('a file that was called off before its turn is not sent to an old drone either', async () => {
  const clock = new FakeClock();
  const connection = new ConnectionManager({ endpoint: new Endpoint(), clock, firstFrameTimeoutMs: 1e9 });
  let bytes = 0;
  const write = (chunk: Buffer, _encoding: string, done: () => void) => {
    bytes += chunk.length;
    done();
  };
  connection.connect(new Duplex({ read: () => undefined, write }));
  const file = { filepath: 'animation.csv', content: new Uint8Array(100_000) };
  const result = pushFile(connection, file, { clock, signal: AbortSignal.abort() });
  await clock.advance(2_000);
  expect(await result).toMatchObject({ ok: false, code: 'called_off' });
  expect(bytes).toBeLessThan(10_000);
  connection.close();
});

describe('a file to a drone that takes chunks', () => {
  let rig: FileRig;
  beforeEach(async () => {
    rig = await FileRig.open();
  });
  afterEach(() => rig.close());

  const content = contentOf('part', 100_000);
  const file = { filepath: 'show.part', content, sha256: sha256Of(content) };
  const push = (changes = {}, options = {}) =>
    pushFile(rig.sender.connection, { ...file, ...changes }, { clock: new SystemClock(), ...options });

  it('is confirmed when it lies there, told of on the way, and not sent twice', async () => {
    const told: number[] = [];
    expect(await push({}, { onProgress: (sentBytes: number) => told.push(sentBytes) })).toEqual({ ok: true });
    expect(told.at(-1)).toBe(content.length);
    expect((await rig.read('show.part')).equals(content)).toBe(true);
    expect(await push()).toMatchObject({ ok: true, code: 'unchanged' });
  });

  it('that fails says why, and what to do', async () => {
    expect(await push({ filepath: 'gone/show.part' })).toEqual({
      ok: false,
      code: 'ENOENT',
      message: 'gone/show.part can not be stored: the folder is gone (ENOENT)',
    });
    rig.proxy.cutAfterBytes = rig.proxy.passedBytes + 50_000;
    const { code, message } = await push();
    expect(code).toBe('unreachable');
    expect(message).toContain('what has arrived is kept: upload again to go on');
    expect(await push({}, { signal: AbortSignal.abort() })).toMatchObject({ ok: false });
  });

  it('twice at the same time goes once; the other is told that it is busy', async () => {
    const outcomes = await Promise.all([push(), push()]);
    expect(outcomes).toEqual([
      { ok: true },
      { ok: false, code: 'busy', message: 'show.part is being sent already' },
    ]);
    expect((await rig.read('show.part')).equals(content)).toBe(true);
  });

  it('is called off when its sender wishes', async () => {
    const outcome = await push({}, { signal: AbortSignal.abort() });
    expect(outcome).toMatchObject({ ok: false, code: 'called_off' });
    expect(await rig.names()).toEqual([]);
  });

  it('with a wrong digest never takes its place', async () => {
    expect(await push({ sha256: sha256Of(Buffer.from('another')) })).toMatchObject({
      ok: false,
      code: 'digest_differs',
    });
    expect(await rig.names()).toEqual([]);
  });
});
