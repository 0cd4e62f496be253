import { describe, expect, it } from 'vitest';
import { Inlet, retryAfterMs } from '../../../server/gateways/inlet.js';
import { FakeClock } from '../../support/fake-clock.js';

function world(waits: (message: number) => number = () => 0) {
  const clock = new FakeClock();
  const taken: number[] = [];
  const told: string[] = [];
  const inlet = new Inlet<number>({
    clock,
    take: (message) => {
      const waitMs = waits(message);
      if (waitMs === 0) taken.push(message);
      return waitMs;
    },
    pause: () => told.push('pause'),
    resume: () => told.push('resume'),
  });
  return { clock, inlet, taken, told };
}

describe('what comes in of one connection', () => {
  it('is taken in its order while there is no limit in the way', () => {
    const { inlet, taken, told } = world();
    inlet.push([1, 2]);
    inlet.push([3]);
    expect([taken, told, inlet.waiting]).toEqual([[1, 2, 3], [], 0]);
  });

  it('waits, unread, for as long as it is too much, and nothing of it is lost or turned round', async () => {
    let isFull = true;
    const { clock, inlet, taken, told } = world((message) => (message === 2 && isFull ? 50 : 0));
    inlet.push([1, 2, 3]);
    inlet.push([4]);
    expect([taken, told, inlet.waiting]).toEqual([[1], ['pause'], 3]);
    await clock.advance(49);
    expect(taken).toEqual([1]);
    isFull = false;
    await clock.advance(1);
    expect([taken, told, inlet.waiting]).toEqual([[1, 2, 3, 4], ['pause', 'resume'], 0]);
  });

  it('goes on waiting when it is still too much', async () => {
    let left = 2;
    const { clock, inlet, taken, told } = world(() => (left-- > 0 ? 10 : 0));
    inlet.push([1]);
    await clock.advance(10);
    expect([taken, told.includes('resume')]).toEqual([[], false]);
    await clock.advance(10);
    expect([taken, told.at(-1)]).toEqual([[1], 'resume']);
  });

  it('is taken to the end, in its time, when nothing more comes', async () => {
    let isFull = true;
    const { clock, inlet, taken, told } = world((message) => (message === 2 && isFull ? 50 : 0));
    inlet.push([1, 2, 3]);
    inlet.finish(() => told.push(`end after ${taken.length}`));
    isFull = false;
    await clock.advance(50);
    expect([taken, told]).toEqual([
      [1, 2, 3],
      ['pause', 'end after 3', 'resume'],
    ]);
    inlet.finish(() => told.push('at once'));
    expect(told.at(-1)).toBe('at once');
  });

  it('takes nothing more once it is closed, not from within either', async () => {
    const { clock, inlet, taken } = world((message) => {
      if (message === 2) inlet.close();
      return message === 1 ? 0 : 5;
    });
    inlet.push([1, 2, 3]);
    await clock.advance(100);
    inlet.push([4]);
    expect([taken, inlet.waiting, clock.pending]).toEqual([[1], 0, 0]);
  });

  it('reads of a denial how long to wait, and of every other outcome nothing', () => {
    const tooFast = { denied: { code: 'too_fast', reason: 'wait', retryAfterMs: 30 } } as const;
    expect(retryAfterMs(tooFast)).toBe(30);
    expect(retryAfterMs({ denied: { code: 'denied', reason: 'no' } })).toBe(0);
    expect(retryAfterMs({})).toBe(0);
    expect(retryAfterMs(undefined)).toBe(0);
  });
});
