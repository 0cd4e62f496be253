import fc from 'fast-check';
import { expect, it } from 'vitest';
import { IncomingTransfer } from '../../../../lib/messaging/files/incoming-transfer.js';
import { OutgoingTransfer } from '../../../../lib/messaging/files/outgoing-transfer.js';

const chunk = fc.record({
  offset: fc.oneof(fc.integer({ min: -5, max: 60_000 }), fc.constant(Number.NaN), fc.constant(0.5)),
  bytes: fc.integer({ min: 0, max: 20_000 }),
  /** Follows the one before, whatever its offset says. */
  isNext: fc.boolean(),
});

it('of any sequence of chunks those are let in that follow each other up to the size, and no other', () => {
  const property = (
    size: number,
    resumed: number,
    chunks: readonly (typeof chunk extends fc.Arbitrary<infer T> ? T : never)[],
  ) => {
    const start = Math.min(size, resumed);
    const transfer = new IncomingTransfer(size, start);
    let end = start;
    for (const { offset: said, bytes, isNext } of chunks) {
      const offset = isNext ? end : said;
      const isRight = offset === end && bytes > 0 && bytes <= 16_384 && end + bytes <= size;
      let isTaken = true;
      try {
        transfer.accept(offset, bytes);
      } catch (error) {
        expect(error).toMatchObject({ code: 'bad_chunk' });
        isTaken = false;
      }
      expect(isTaken).toBe(isRight);
      if (isTaken) {
        end += bytes;
        transfer.stored(bytes);
      }
      expect(transfer.storedBytes).toBe(end);
      expect(transfer.isComplete).toBe(end === size);
    }
  };
  fc.assert(fc.property(fc.nat(60_000), fc.nat(60_000), fc.array(chunk, { maxLength: 12 }), property));
});

it('whatever is acknowledged, in whatever order, a file is sent once from where it begins, and never counted twice', () => {
  const step = fc.oneof(
    fc.record({ send: fc.integer({ min: 1, max: 16_384 }) }),
    fc.record({
      ack: fc.oneof(fc.integer({ min: -10, max: 110_000 }), fc.constant(Number.NaN), fc.constant('7')),
    }),
  );
  fc.assert(
    fc.property(
      fc.nat(100_000),
      fc.nat(100_000),
      fc.array(step, { maxLength: 40 }),
      (size, resumed, steps) => {
        const start = Math.min(size, resumed);
        const transfer = new OutgoingTransfer(size, start);
        let sent = start;
        let acked = start;
        for (const each of steps) {
          if ('send' in each) {
            const piece = transfer.next(each.send);
            expect(piece).toEqual(
              sent === size ? undefined : { offset: sent, bytes: Math.min(each.send, size - sent) },
            );
            sent += piece?.bytes ?? 0;
          } else {
            const isPossible = typeof each.ack === 'number' && each.ack >= acked && each.ack <= sent;
            expect(transfer.acknowledge(each.ack)).toBe(isPossible ? Number(each.ack) - acked : undefined);
            if (isPossible) acked = Number(each.ack);
          }
          expect(transfer.ackedBytes).toBe(acked);
          expect(transfer.isComplete).toBe(acked === size);
        }
      },
    ),
  );
});
