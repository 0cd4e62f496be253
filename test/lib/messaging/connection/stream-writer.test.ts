import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { type Lane, OutgoingLanes } from '../../../../lib/messaging/connection/outgoing-lanes.js';
import { StreamWriter } from '../../../../lib/messaging/connection/stream-writer.js';

/** A link that takes one write at a time, when it is told to. */
class SlowLink extends Writable {
  readonly taken: Buffer[] = [];
  #done: (() => void) | undefined;

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.taken.push(chunk);
    this.#done = done;
  }

  async takeNext(): Promise<void> {
    const done = this.#done;
    this.#done = undefined;
    done?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function setUp() {
  const link = new SlowLink();
  const lanes = new OutgoingLanes();
  const writer = new StreamWriter(link, lanes);
  const add = (lane: Lane, letter: string, bytes: number) =>
    lanes.add({ head: Buffer.alloc(bytes, letter), lane });
  return { link, lanes, writer, add };
}

describe('the writer', () => {
  it('puts no more than about 64 KiB into the stream, so that what is urgent later comes next', async () => {
    const { link, lanes, writer, add } = setUp();
    for (let n = 0; n < 40; n++) add('control', 'c', 10_000);
    writer.flush();
    expect(link.writableLength).toBe(70_000);
    expect(lanes.urgentBytes).toBe(330_000);
    add('emergency', 'e', 5);
    writer.wake();
    await link.takeNext();
    expect(link.taken[1]?.subarray(0, 6).toString()).toBe('eeeeec');
  });

  it('lets nothing into the middle of a frame, and the most urgent out right behind it', async () => {
    const { link, lanes, writer, add } = setUp();
    const settled: (Error | undefined)[] = [];
    const body = Buffer.alloc(1_000_000, 'b');
    lanes.add({ head: Buffer.from('h'), body, lane: 'bulk', onSettled: (error) => settled.push(error) });
    add('bulk', 'f', 3);
    writer.flush();
    add('emergency', 'e', 3);
    writer.wake();
    for (let n = 0; n < 20; n++) await link.takeNext();
    const all = Buffer.concat(link.taken).toString();
    expect(all).toBe(`h${body}eeefff`);
    expect(link.taken.length).toBeGreaterThan(3);
    expect(settled).toEqual([undefined]);
  });

  it('writes a body from where it lies', () => {
    const { link, lanes, writer } = setUp();
    const body = Buffer.alloc(100_000, 'b');
    lanes.add({ head: Buffer.from('h'), body, lane: 'bulk' });
    writer.flush();
    void link.takeNext();
    expect(link.taken[1]?.buffer).toBe(body.buffer);
  });

  it('gives back the frame that it was cut in, and writes no more', async () => {
    const { link, lanes, writer, add } = setUp();
    const frame = { head: Buffer.from('h'), body: Buffer.alloc(1_000_000), lane: 'bulk' } as const;
    lanes.add(frame);
    writer.flush();
    expect(writer.stop()).toBe(frame);
    add('emergency', 'e', 3);
    writer.wake();
    await link.takeNext();
    expect(lanes.urgentBytes).toBe(3);
  });

  it('tells a frame that its bytes were never taken', async () => {
    const { link, lanes, writer } = setUp();
    const settled: (Error | undefined)[] = [];
    const onSettled = (error?: Error) => settled.push(error);
    link.on('error', () => undefined);
    lanes.add({ head: Buffer.from('h'), lane: 'control', onSettled });
    writer.flush();
    lanes.add({ head: Buffer.from('i'), lane: 'control', onSettled });
    writer.flush();
    link.destroy(new Error('cable cut'));
    await new Promise((resolve) => setImmediate(resolve));
    writer.abandon();
    writer.abandon();
    expect(settled).toMatchObject([{ code: 'disconnected' }, { code: 'disconnected' }]);
  });
});
