import { mkdir, readdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BulkBudget, type Kwargs, MessageManager } from '../../../../lib/messaging/index.js';
import { SystemClock } from '../../../../lib/time/adapters/system-clock.js';
import { until } from '../connection/pair.js';
import { fileFrame } from '../support.js';
import { contentOf, FileRig, sha256Of } from './file-rig.js';

let rig: FileRig;
beforeEach(async () => {
  rig = await FileRig.open();
});
afterEach(() => rig.close());

const old = contentOf('old', 50_000);
const fresh = contentOf('new', 300_000);

const send = (name: string, content: Uint8Array) => rig.sender.connection.sendFile(name, content);

/** Asks the receiver as a sender would, with whatever arguments. */
const ask = (name: string, kwargs: Kwargs) => rig.sender.connection.getResponse(name, { kwargs });

const offer = (content: Uint8Array, changes: Kwargs = {}): Kwargs => ({
  ...{ filepath: 'f', size: content.length, sha256: sha256Of(content), transfer: 'mine' },
  ...changes,
});

describe('a file in chunks', () => {
  it.each([0, 1, 16_384, 16_385, 1_000_003])(
    'of %i bytes arrives as it was sent, and is confirmed',
    async (bytes) => {
      const content = contentOf('any', bytes);
      const sent = await send('f', content);
      expect(sent).toEqual({ bytes, sha256: sha256Of(content), resumedFromBytes: 0, isUnchanged: false });
      expect((await rig.read('f')).equals(content)).toBe(true);
      expect(await rig.names()).toEqual(['f']);
    },
  );

  it('that lies there already is not sent again', async () => {
    await send('f', fresh);
    const { passedBytes } = rig.proxy;
    expect(await send('f', fresh)).toMatchObject({ isUnchanged: true });
    expect(rig.proxy.passedBytes - passedBytes).toBeLessThan(1000);
  });

  it('tells how far it is, up to its size', async () => {
    const seen: number[] = [];
    const onProgress = (sentBytes: number) => seen.push(sentBytes);
    await rig.sender.connection.sendFile('f', fresh, { onProgress });
    expect(seen.at(-1)).toBe(fresh.length);
    expect([...seen].sort((a, b) => a - b)).toEqual(seen);
  });

  it('is put together in memory for a receiver that only takes whole files', async () => {
    const files: [string, string][] = [];
    rig.sender.endpoint.fileCallback((_connection, path, content) => {
      files.push([path, sha256Of(content)]);
    });
    rig.sender.connection.markIdentified();
    await rig.receiver.connection.sendFile('from/the/drone', fresh);
    expect(files).toEqual([['from/the/drone', sha256Of(fresh)]]);
  });

  it('is refused by a receiver that takes none', async () => {
    rig.sender.connection.markIdentified();
    await expect(rig.receiver.connection.sendFile('f', fresh)).rejects.toMatchObject({
      code: 'not_supported',
    });
  });

  it('can be called off; what came is kept, and gone on with', async () => {
    const abort = new AbortController();
    rig.proxy.bytesPerMs = 2000;
    const onProgress = (sentBytes: number) => sentBytes > 100_000 && abort.abort();
    const sent = rig.sender.connection.sendFile('f', fresh, { signal: abort.signal, onProgress });
    await expect(sent).rejects.toMatchObject({ code: 'cancelled' });
    rig.proxy.bytesPerMs = undefined;
    await until(() => rig.receiver.connection.isConnected);
    expect(await rig.names()).toEqual(['PARTIAL']);
    const again = await rig.sender.connection.sendFile('f', fresh, { resume: true });
    expect(again?.resumedFromBytes).toBeGreaterThan(90_000);
    expect(again?.resumedFromBytes).toBeLessThan(fresh.length);
    expect((await rig.read('f')).equals(fresh)).toBe(true);
  });

  it('is answered to a peer that asks for it, in chunks', async () => {
    rig.sender.endpoint.requestCallback('filetransfer', () => fresh);
    rig.receiver.endpoint.requestCallback('filetransfer', () => fresh);
    const largest = { bytes: 0 };
    const decoder = new MessageManager();
    rig.proxy.tap = (bytes) => {
      decoder.push(bytes);
      for (let message = decoder.next(); message; message = decoder.next())
        if ('content' in message) largest.bytes = Math.max(largest.bytes, message.content.length);
      return bytes;
    };
    expect(sha256Of(await rig.receiver.connection.getFile('f'))).toBe(sha256Of(fresh));
    expect(largest.bytes).toBeGreaterThan(0);
    expect(largest.bytes).toBeLessThanOrEqual(16_384);
    rig.sender.connection.markIdentified();
    expect(sha256Of(await rig.sender.connection.getFile('f'))).toBe(sha256Of(fresh));
  });
});

describe('a link that is cut', () => {
  it('ten times at any byte, in the end has carried the file, each time from where it was', async () => {
    const content = contentOf('large', 2_000_000);
    const sent = rig.sender.connection.sendFile('f', content, { resume: true });
    for (let cut = 1; cut <= 10; cut += 1) {
      rig.proxy.cutAfterBytes = rig.proxy.passedBytes + 100_001 + cut * 977;
      await until(() => !rig.sender.connection.isConnected);
      rig.proxy.cutAfterBytes = undefined;
      await rig.connect();
    }
    const { resumedFromBytes } = (await sent) ?? {};
    expect(resumedFromBytes).toBeGreaterThan(0);
    expect((await rig.read('f')).equals(content)).toBe(true);
    // Nothing was sent twice but what was in flight when the link was cut.
    expect(rig.proxy.passedBytes).toBeLessThan(1.6 * content.length);
    expect(await rig.names()).toEqual(['f']);
  });

  it('fails the sender that does not resume, and leaves the old file', async () => {
    await send('f', old);
    rig.proxy.cutAfterBytes = rig.proxy.passedBytes + 150_000;
    await expect(send('f', fresh)).rejects.toMatchObject({ code: 'disconnected' });
    expect((await rig.read('f')).equals(old)).toBe(true);
    rig.proxy.cutAfterBytes = undefined;
    await rig.connect();
    const again = await rig.sender.connection.sendFile('f', fresh, { resume: true });
    expect(again?.resumedFromBytes).toBeGreaterThan(0);
  });

  it('and does not come back ends the wait of the sender', async () => {
    rig.proxy.cutAfterBytes = rig.proxy.passedBytes + 150_000;
    const sent = rig.sender.connection.sendFile('f', fresh, { resume: true, resumeTimeoutMs: 30 });
    await expect(sent).rejects.toMatchObject({
      code: 'disconnected',
      message: expect.stringContaining('30 ms'),
    });
  });
});

describe('a link that is lost while a file is opened', () => {
  it('leaves nothing open: it can be sent over the next one', async () => {
    let suspended = 0;
    let open: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    rig.receiver.endpoint.fileStore({
      async open() {
        await opened;
        const suspend = async () => {
          suspended += 1;
        };
        return {
          offset: 0,
          isDone: false,
          append: async () => undefined,
          finish: async () => undefined,
          suspend,
        };
      },
    });
    const sent = send('f', fresh);
    await new Promise((resolve) => setTimeout(resolve, 5));
    rig.proxy.cut();
    await expect(sent).rejects.toMatchObject({ code: 'disconnected' });
    await until(() => !rig.receiver.connection.isConnected);
    open();
    await until(() => suspended === 1);
  });

  it('lets a sender that was started anew count its transfers from the beginning', async () => {
    await ask('file_open', offer(old));
    rig.proxy.cut();
    await until(() => !rig.receiver.connection.isConnected && !rig.sender.connection.isConnected);
    await rig.connect();
    await expect(ask('file_open', offer(old))).resolves.toEqual({ offset: 0, done: false });
  });
});

describe('content that is not what was offered', () => {
  it('never reaches its place: the old file stays, and nothing is kept', async () => {
    await send('f', old);
    rig.proxy.tap = spoil(fresh.subarray(100_000, 100_008));
    await expect(send('f', fresh)).rejects.toMatchObject({ code: 'digest_differs' });
    expect((await rig.read('f')).equals(old)).toBe(true);
    expect(await rig.names()).toEqual(['f']);
  });

  it('in what was kept of an earlier attempt costs one more attempt, from the beginning', async () => {
    await writeFile(join(rig.folder, `.f.${sha256Of(fresh)}.partial`), Buffer.alloc(120_000, 'x'));
    const sent = await send('f', fresh);
    expect(sent).toMatchObject({ resumedFromBytes: 0 });
    expect(rig.proxy.passedBytes).toBeGreaterThan(fresh.length + 150_000);
    expect((await rig.read('f')).equals(fresh)).toBe(true);
  });

  it('is thrown away when it is longer than the file', async () => {
    await writeFile(join(rig.folder, `.f.${sha256Of(fresh)}.partial`), Buffer.alloc(fresh.length + 1));
    await send('f', fresh);
    expect((await rig.read('f')).equals(fresh)).toBe(true);
  });
});

describe('what a sender must not do', () => {
  it.each<[string, Kwargs]>([
    ['a negative size', { size: -1 }],
    ['a size that is no number', { size: Number.NaN }],
    ['half a byte', { size: 0.5 }],
    ['no size', { size: null }],
    ['a digest that is none', { sha256: 'abc' }],
    ['a digest that is a path', { sha256: `../${'a'.repeat(61)}` }],
    ['a path that is none', { filepath: 7 }],
    ['a transfer without a name', { transfer: '' }],
    ['a transfer with a number', { transfer: 5 }],
  ])('%s is refused', async (_what, changes) => {
    await expect(ask('file_open', offer(fresh, changes))).rejects.toMatchObject({ code: 'bad_argument' });
    expect(await rig.names()).toEqual([]);
  });

  it('more than the largest file, from a stranger more than a stranger may, is refused', async () => {
    await expect(ask('file_open', offer(fresh, { size: 64 * 1024 * 1024 + 1 }))).rejects.toMatchObject({
      code: 'too_large',
    });
    rig.sender.endpoint.fileCallback(() => undefined);
    await expect(rig.receiver.connection.sendFile('f', fresh)).rejects.toMatchObject({ code: 'too_large' });
  });

  it.each<[string, readonly [offset: unknown, bytes: number][], string]>([
    ['a gap', [[1, 10]], 'bad_chunk'],
    [
      'an overlap',
      [
        [0, 10],
        [9, 10],
      ],
      'bad_chunk',
    ],
    [
      'a repetition',
      [
        [0, 10],
        [0, 10],
      ],
      'bad_chunk',
    ],
    ['more than the size', [[0, 101]], 'bad_chunk'],
    ['an offset below zero', [[-1, 10]], 'bad_chunk'],
    ['an offset that is no number', [[Number.NaN, 10]], 'bad_chunk'],
    ['nothing', [[0, 0]], 'bad_chunk'],
    ['a chunk that is too large', [[0, 16_385]], 'bad_chunk'],
  ])('%s ends the transfer, and nothing else', async (_what, chunks, code) => {
    const size = chunks.some(([, bytes]) => bytes > 10_000) ? 20_000 : 100;
    const aborts: unknown[] = [];
    const answers: string[] = [];
    const { network } = rig;
    const [raw, far] = await network.sockets();
    const drone = network.side({ endpoint: rig.receiver.endpoint });
    drone.connection.connect(far);
    drone.connection.markIdentified();
    const decoder = new MessageManager();
    raw.on('data', (bytes: Buffer) => {
      decoder.push(bytes);
      for (let message = decoder.next(); message; message = decoder.next())
        if (message.type === 'action' && message.action === 'file_abort') aborts.push(message.kwargs.code);
        else if (message.type === 'response') answers.push(message.id);
    });
    const kwargs = offer(Buffer.alloc(size));
    raw.write(MessageManager.createRequest('file_open', '1', { kwargs }));
    await until(() => answers.includes('1'));
    for (const [offset, bytes] of chunks) {
      const text = Number.isNaN(offset) ? 'NaN' : JSON.stringify(offset);
      raw.write(chunkOf('mine', text, Buffer.alloc(bytes)));
    }
    await until(() => aborts.length > 0);
    expect(aborts).toEqual([code]);
    raw.write(chunkOf('mine', '0', Buffer.alloc(1)));
    raw.write(MessageManager.createRequest('file_close', '2', { kwargs: { transfer: 'mine' } }));
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(drone.connection.isConnected).toBe(true);
    expect(await rig.names()).toEqual(['PARTIAL']);
    raw.destroy();
  });

  it('a chunk of a transfer that nobody opened is answered once, and dropped', async () => {
    const [raw, far] = await rig.network.sockets();
    const drone = rig.network.side({ endpoint: rig.receiver.endpoint });
    drone.connection.connect(far);
    let heard = '';
    raw.on('data', (bytes: Buffer) => {
      heard += bytes.toString('latin1');
    });
    for (const offset of ['0', '10', '20']) raw.write(chunkOf('nobody', offset, Buffer.alloc(10)));
    raw.write(fileFrame({ action: 'filechunk', transfer: 5, offset: 0 }, Buffer.alloc(10)));
    await until(() => drone.warnings().length === 2);
    await until(() => heard.includes('unknown_transfer'));
    expect(heard.split('unknown_transfer')).toHaveLength(2);
    expect(drone.connection.isConnected).toBe(true);
    raw.destroy();
  });

  it('two transfers to one destination: the second is refused', async () => {
    await ask('file_open', offer(fresh));
    await expect(ask('file_open', offer(old, { transfer: 'second' }))).rejects.toMatchObject({
      code: 'busy',
    });
    await expect(ask('file_open', offer(old, { filepath: 'g' }))).rejects.toMatchObject({
      code: 'bad_argument',
    });
  });

  it('an end before the end is refused', async () => {
    await ask('file_open', offer(fresh));
    await expect(ask('file_close', { transfer: 'mine' })).rejects.toMatchObject({ code: 'incomplete' });
    await expect(ask('file_close', { transfer: 'mine' })).rejects.toMatchObject({ code: 'unknown_transfer' });
    await expect(ask('file_close', {})).rejects.toMatchObject({ code: 'bad_argument' });
  });
});

describe('unfinished files', () => {
  it('are kept up to a number and an age', async () => {
    const nowS = Date.now() / 1000;
    for (const [name, ageS] of [
      ['a', 10],
      ['b', 20],
      ['c', 30],
      ['d', 40],
      ['e', 8 * 24 * 3600],
    ] as const) {
      const path = join(rig.folder, `.${name}.partial`);
      await writeFile(path, 'x');
      await utimes(path, nowS - ageS, nowS - ageS);
    }
    await send('f', old);
    expect((await readdir(rig.folder)).sort()).toEqual(['.a.partial', '.b.partial', '.c.partial', 'f']);
  });

  it('are not followed where somebody put a link', async () => {
    await mkdir(join(rig.folder, 'elsewhere'));
    await symlink(join(rig.folder, 'elsewhere/x'), join(rig.folder, `.f.${sha256Of(fresh)}.partial`));
    await expect(send('f', fresh)).rejects.toMatchObject({ code: 'ELOOP' });
    expect(await readdir(join(rig.folder, 'elsewhere'))).toEqual([]);
  });

  it('in a folder that is gone are an error with a reason, and no file', async () => {
    await expect(send('gone/f', fresh)).rejects.toMatchObject({
      code: 'ENOENT',
      message: 'gone/f can not be stored: the folder is gone (ENOENT)',
    });
  });
});

describe('what is urgent', () => {
  it('overtakes a file that is on its way: little is before it on the wire', async () => {
    await rig.close();
    rig = await FileRig.open({ bulkBudget: new BulkBudget({ clock: new SystemClock() }) });
    rig.proxy.bytesPerMs = 8000;
    const content = contentOf('large', 5_000_000);
    const sent = rig.sender.connection.sendFile('f', content);
    await until(() => rig.proxy.passedBytes > 2_000_000);
    let landAt: number | undefined;
    rig.proxy.tap = (bytes) => {
      if (bytes.includes('"land"')) landAt ??= rig.proxy.passedBytes;
      return bytes;
    };
    const beforeBytes = rig.proxy.passedBytes;
    rig.receiver.endpoint.requestCallback('land', () => true);
    await rig.sender.connection.getResponse('land', { lane: 'emergency' });
    // 100 ms of 8 MB/s, and what the measurement may be off.
    expect((landAt ?? Number.NaN) - beforeBytes).toBeLessThan(1_300_000);
    await sent;
    expect((await rig.read('f')).equals(content)).toBe(true);
  });
});

/** A chunk's frame with any offset at all. */
function chunkOf(transfer: string, offset: string, content: Buffer): Buffer {
  const mark = 1_234_567;
  const frame = fileFrame({ action: 'filechunk', transfer, offset: mark }, content);
  const length = frame.readUInt16BE(0);
  const header = frame
    .subarray(2, 2 + length)
    .toString()
    .replace(String(mark), offset);
  const head = Buffer.alloc(2);
  head.writeUInt16BE(header.length);
  return Buffer.concat([head, Buffer.from(header), content]);
}

/** Changes one byte of a part of the content, once. */
function spoil(part: Uint8Array): (bytes: Buffer) => Buffer {
  let isSpoilt = false;
  return (bytes) => {
    const at = isSpoilt ? -1 : bytes.indexOf(part);
    if (at < 0) return bytes;
    isSpoilt = true;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    return bytes;
  };
}
