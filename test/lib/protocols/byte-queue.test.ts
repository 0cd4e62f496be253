import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteQueue } from '../../../lib/protocols/byte-queue.js';

describe('a byte queue', () => {
  it('gives back what came in the order it came, however it is pushed, taken and dropped', () => {
    const step = fc.oneof(
      fc.record({ push: fc.uint8Array({ maxLength: 700 }) }),
      fc.record({ take: fc.nat(900) }),
      fc.record({ drop: fc.nat(300) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const queue = new ByteQueue();
        let expected = Buffer.alloc(0);
        for (const each of steps) {
          if ('push' in each) {
            queue.push(each.push);
            expected = Buffer.concat([expected, each.push]);
          } else if ('take' in each) {
            expect(Buffer.from(queue.take(each.take))).toEqual(expected.subarray(0, each.take));
            expected = expected.subarray(each.take);
          } else {
            queue.drop(each.drop);
            expected = expected.subarray(each.drop);
          }
          expect(queue.length).toBe(expected.length);
          expect(Buffer.compare(queue.held, expected)).toBe(0);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('keeps neither the bytes it was given nor those it gave', () => {
    const queue = new ByteQueue();
    const given = Uint8Array.of(1, 2, 3, 4);
    queue.push(given);
    given.fill(9);
    const taken = queue.take(2);
    queue.push(Uint8Array.of(5).fill(7));
    for (let count = 0; count < 300; count++) queue.push(Uint8Array.of(8));
    expect([...taken]).toEqual([1, 2]);
    expect([...queue.take(3)]).toEqual([3, 4, 7]);
  });

  it('moves bytes seldom: a megabyte in small pieces is a matter of moments', () => {
    const queue = new ByteQueue();
    const piece = new Uint8Array(64);
    const startedMs = performance.now();
    for (let count = 0; count < 2 ** 14; count++) queue.push(piece);
    for (let count = 0; count < 2 ** 14; count++) {
      queue.drop(64);
      queue.push(piece);
    }
    expect(queue.length).toBe(2 ** 20);
    expect(performance.now() - startedMs).toBeLessThan(1000);
  });
});
