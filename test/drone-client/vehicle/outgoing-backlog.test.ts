import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OutgoingBacklog } from '../../../drone-client/vehicle/adapters/outgoing-backlog.js';

const text = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString();
const frame = (name: string, length = 10) => Buffer.alloc(length, name);

describe('the backlog of a line', () => {
  it('gives out what was put in, whole and in order, and nothing twice', () => {
    const backlog = new OutgoingBacklog({ maxQueuedBytes: 100 });
    for (const name of ['ab', 'cd', 'ef']) expect(backlog.push(Buffer.from(name))).toBe(0);
    expect(text(backlog.take(0))).toBe('abcdef');
    expect(backlog.take(0)).toBeUndefined();
    expect(backlog.waitMs(0)).toBeUndefined();
  });

  it('keeps a copy: the bytes are borrowed', () => {
    const backlog = new OutgoingBacklog({ maxQueuedBytes: 100 });
    const borrowed = Buffer.from('mine');
    backlog.push(borrowed);
    borrowed.fill('x');
    expect(text(backlog.take(0))).toBe('mine');
  });

  it('lets whole old frames go for a new one, and says how many', () => {
    const backlog = new OutgoingBacklog({ maxQueuedBytes: 30 });
    for (const name of ['a', 'b', 'c']) expect(backlog.push(frame(name))).toBe(0);
    expect(backlog.push(frame('d', 11))).toBe(2);
    expect(text(backlog.take(0))).toBe('c'.repeat(10) + 'd'.repeat(11));
  });

  it('keeps one frame even if it is longer than all that may wait', () => {
    const backlog = new OutgoingBacklog({ maxQueuedBytes: 5 });
    backlog.push(frame('a'));
    expect(backlog.push(frame('b'))).toBe(1);
    expect(text(backlog.take(0))).toBe('b'.repeat(10));
  });

  it('puts no more on a slow line than it carries in its time', () => {
    const backlog = new OutgoingBacklog({
      maxQueuedBytes: 100,
      pace: { bytesPerS: 1000, maxOnLineBytes: 20 },
    });
    for (const name of ['a', 'b', 'c', 'd']) backlog.push(frame(name));
    expect(text(backlog.take(0))).toBe('a'.repeat(10) + 'b'.repeat(10));
    expect(backlog.waitMs(0)).toBe(10);
    expect(backlog.take(9)).toBeUndefined();
    expect(text(backlog.take(10))).toBe('c'.repeat(10));
    expect(backlog.waitMs(10)).toBe(10);
    expect(text(backlog.take(1000))).toBe('d'.repeat(10));
  });

  it('puts a frame longer than the line’s share on it when it is empty', () => {
    const backlog = new OutgoingBacklog({
      maxQueuedBytes: 100,
      pace: { bytesPerS: 1000, maxOnLineBytes: 5 },
    });
    for (const name of ['a', 'b']) backlog.push(frame(name));
    expect(text(backlog.take(0))).toBe('a'.repeat(10));
    expect(backlog.waitMs(0)).toBe(10);
    expect(text(backlog.take(10))).toBe('b'.repeat(10));
  });

  it('never lets the newest frame stand behind more than its limits, and always gives it out in the end', () => {
    const maxFrameBytes = 60;
    const pace = { bytesPerS: 5760, maxOnLineBytes: 288 };
    const steps = fc.array(
      fc.record({ bytes: fc.integer({ min: 8, max: maxFrameBytes }), gapMs: fc.nat(8) }),
      { minLength: 1, maxLength: 200 },
    );
    fc.assert(
      fc.property(steps, (frames) => {
        const backlog = new OutgoingBacklog({ maxQueuedBytes: 288, pace });
        let nowMs = 0;
        let onLineUntilMs = 0;
        const take = () => {
          const taken = backlog.take(nowMs);
          if (!taken) return;
          onLineUntilMs = Math.max(onLineUntilMs, nowMs) + (taken.length / pace.bytesPerS) * 1000;
          // 288 bytes are 50 ms of this line.
          expect(onLineUntilMs - nowMs).toBeLessThanOrEqual(50.2);
        };
        for (const [index, { bytes, gapMs }] of frames.entries()) {
          nowMs += gapMs;
          backlog.push(Buffer.alloc(bytes, index));
          take();
        }
        const lastMs = nowMs;
        for (let waitMs = backlog.waitMs(nowMs); waitMs !== undefined; waitMs = backlog.waitMs(nowMs)) {
          expect(waitMs).toBeGreaterThan(0);
          nowMs += waitMs;
          take();
        }
        expect(onLineUntilMs - lastMs).toBeLessThanOrEqual(112);
      }),
    );
  });
});
