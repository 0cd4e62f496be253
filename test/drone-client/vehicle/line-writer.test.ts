import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { type Line, LineWriter } from '../../../drone-client/vehicle/adapters/line-writer.js';
import { FakeClock } from '../../support/fake-clock.js';

/** A line that notes what is written and when, and takes it when it is told to. */
class NotedLine implements Line {
  readonly written: { readonly atMs: number; readonly text: string }[] = [];
  readonly #clock: FakeClock;
  settle: { resolve: () => void; reject: (error: Error) => void } | undefined;
  isSlow = false;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  write(bytes: Uint8Array): Promise<void> {
    if (this.settle) throw new Error('a second write at a time');
    this.written.push({ atMs: this.#clock.monotonicMs(), text: Buffer.from(bytes).toString() });
    if (!this.isSlow) return Promise.resolve();
    return new Promise<void>((resolve, reject) => {
      this.settle = { resolve, reject };
    }).finally(() => {
      this.settle = undefined;
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function rig(bytesPerS: number) {
  const clock = new FakeClock();
  const line = new NotedLine(clock);
  const broken: string[] = [];
  let dropped = 0;
  const halfBytes = (bytesPerS * 50) / 1000;
  const writer = new LineWriter({
    line,
    clock,
    limits: { maxQueuedBytes: halfBytes, pace: { bytesPerS, maxOnLineBytes: halfBytes } },
    onBroken: (reason) => broken.push(reason),
    onDropped: () => {
      dropped += 1;
    },
  });
  return { clock, line, writer, broken, drops: () => dropped };
}

const frame = (text: string) => Buffer.from(text.padEnd(48, '.'));

describe('a writer to a line', () => {
  it('brings the newest frame onto a slow line within 50 ms, whatever was sent before', async () => {
    // 57600 baud carry 120 frames of 48 bytes a second: this sends 400.
    const { clock, line, writer, drops } = rig(5760);
    for (let count = 0; count < 400; count += 1) {
      writer.send(frame(`<${count}>`));
      await clock.advance(2.5);
    }
    const lastMs = clock.monotonicMs();
    await clock.advance(1000);
    expect(line.written.at(-1)?.text).toContain('<399>');
    expect((line.written.at(-1)?.atMs ?? 999) - lastMs).toBeLessThanOrEqual(50);
    const bytes = line.written.reduce((sum, { text }) => sum + text.length, 0);
    // A second of the line, and what may be on it and wait for it in the end: 50 ms each.
    expect(bytes).toBeLessThanOrEqual(5760 * 1.1 + 48);
    expect(bytes).toBeGreaterThan(5760 * 0.9);
    expect(drops()).toBeGreaterThan(200);
    for (const { text } of line.written) expect(text.length % 48).toBe(0);
  });

  it('writes one at a time, and what waited goes out together', async () => {
    const { clock, line, writer } = rig(92_160);
    line.isSlow = true;
    for (const text of ['a', 'b', 'c']) writer.send(frame(text));
    expect(line.written).toHaveLength(1);
    line.settle?.resolve();
    await clock.advance(0);
    expect(line.written.map(({ text }) => text.length)).toEqual([48, 96]);
  });

  it('says once that a line is broken, by a failed write or by one that lasts a second', async () => {
    const failed = rig(92_160);
    failed.line.isSlow = true;
    failed.writer.send(frame('a'));
    failed.line.settle?.reject(new Error('gone'));
    await failed.clock.advance(2000);
    failed.writer.send(frame('b'));
    expect(failed.broken).toEqual(['gone']);
    expect(failed.line.written).toHaveLength(1);

    const stuck = rig(92_160);
    stuck.line.isSlow = true;
    stuck.writer.send(frame('a'));
    await stuck.clock.advance(999);
    expect(stuck.broken).toEqual([]);
    await stuck.clock.advance(1);
    expect(stuck.broken).toEqual(['took no bytes for 1 s: the other end does not read']);
    stuck.line.settle?.reject(new Error('canceled'));
    await stuck.clock.advance(2000);
    expect(stuck.broken).toHaveLength(1);
  });

  it('leaves no timer behind when it is stopped, and writes nothing more', async () => {
    const { clock, line, writer, broken } = rig(5760);
    for (let count = 0; count < 12; count += 1) writer.send(frame(`${count}`));
    await clock.advance(0);
    const before = line.written.length;
    writer.stop();
    expect(clock.pending).toBe(0);
    await clock.advance(2000);
    expect(line.written).toHaveLength(before);
    expect(broken).toEqual([]);
  });
});
