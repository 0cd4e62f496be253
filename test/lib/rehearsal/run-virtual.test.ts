import { readFile } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { runVirtual } from '../../../lib/rehearsal/adapters/run-virtual.js';
import { VirtualClock } from '../../../lib/rehearsal/virtual-clock.js';

const sleep = (clock: VirtualClock, forMs: number) =>
  new Promise<void>((resolve) => clock.after(forMs, resolve));

describe('driving a virtual clock', () => {
  it('lets promises and streams do all that one timer set off before the next', async () => {
    const clock = new VirtualClock();
    const done: string[] = [];
    const stream = new PassThrough();
    stream.on('data', (chunk: Buffer) => done.push(`${chunk} at ${clock.monotonicMs()}`));
    const work = async () => {
      await sleep(clock, 10);
      for (let i = 0; i < 500; i += 1) await Promise.resolve();
      await new Promise<void>((resolve) => process.nextTick(() => queueMicrotask(resolve)));
      done.push(`promise at ${clock.monotonicMs()}`);
      stream.write('bytes');
    };
    void work();
    clock.after(10.001, () => done.push('next timer'));
    const end = await runVirtual({ clock, isDone: () => false, untilMs: 1000 });
    expect(done).toEqual(['promise at 10', 'bytes at 10', 'next timer']);
    expect(end).toEqual({ why: 'silent', outside: [] });
  });

  it('ends when it is done, and when it is late, with the clock where it was', async () => {
    const clock = new VirtualClock();
    let beats = 0;
    const beat = () => {
      beats += 1;
      clock.after(100, beat);
    };
    beat();
    const done = await runVirtual({ clock, isDone: () => beats === 5, untilMs: 10_000 });
    expect([done.why, clock.monotonicMs()]).toEqual(['done', 400]);
    const late = await runVirtual({ clock, isDone: () => false, untilMs: 1000 });
    expect([late.why, clock.monotonicMs()]).toEqual(['late', 1000]);
  });

  it('says that a file was read, for whose end no seed can speak', async () => {
    const clock = new VirtualClock();
    let isRead = false;
    clock.after(
      5,
      () =>
        void readFile(new URL(import.meta.url)).then(() => {
          isRead = true;
        }),
    );
    const beat = () => void clock.after(1, beat);
    beat();
    const end = await runVirtual({ clock, isDone: () => isRead, untilMs: 1e9 });
    expect(end.outside).toContain('FSReqPromise');
  });

  it('says that a real timer was awaited', async () => {
    const clock = new VirtualClock();
    let isOver = false;
    // More than those of the test's own surroundings that may end meanwhile.
    clock.after(5, () => {
      for (let i = 0; i < 20; i += 1)
        setTimeout(() => {
          isOver = true;
        }, 1);
    });
    const beat = () => void clock.after(1, beat);
    beat();
    const end = await runVirtual({ clock, isDone: () => isOver, untilMs: 1e9 });
    expect(end.outside).toContain('Timeout');
  });

  it('gives what a timer throws to whoever drives it', async () => {
    const clock = new VirtualClock();
    clock.after(5, () => {
      throw new Error('broken');
    });
    await expect(runVirtual({ clock, isDone: () => false, untilMs: 1000 })).rejects.toThrow('broken');
  });
});
