import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ClockSample, delayOf, faultOf, offsetOf } from '../../../../lib/time/filter/clock-sample.js';

/** Sent at 100, 30 ms there, 2 ms held, 10 ms back; the server's clock is 5000 ahead. */
const sample: ClockSample = { sentMs: 100, serverReceivedMs: 5130, serverSentMs: 5132, receivedMs: 142 };

describe('one exchange of stamps', () => {
  it('gives the offset off by half of how unequal the ways were, and the time on the way without the holding', () => {
    expect(offsetOf(sample)).toBe(5010);
    expect(delayOf(sample)).toBe(40);
  });

  it('gives the offset exactly when both ways were equally fast', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -5000, max: 5000 }),
        fc.integer({ min: 0, max: 500 }),
        fc.integer({ min: 0, max: 50 }),
        (offset, way, held) => {
          const serverReceivedMs = way + offset;
          const equal = { sentMs: 0, serverReceivedMs, serverSentMs: serverReceivedMs + held };
          const exchange = { ...equal, receivedMs: 2 * way + held };
          return offsetOf(exchange) === offset && delayOf(exchange) === 2 * way;
        },
      ),
    );
  });

  it('is refused with a reason when a stamp is no number, or time ran backwards on either side', () => {
    expect(faultOf(sample, 0.01)).toBeUndefined();
    for (const key of ['sentMs', 'receivedMs', 'serverReceivedMs', 'serverSentMs'] as const)
      for (const bad of [Number.NaN, Number.POSITIVE_INFINITY])
        expect(faultOf({ ...sample, [key]: bad }, 0.01)).toContain('not a number');
    expect(faultOf({ ...sample, receivedMs: 99 }, 0.01)).toContain('before the request was sent');
    expect(faultOf({ ...sample, serverSentMs: 5129 }, 0.01)).toContain('before it was asked');
    expect(faultOf({ ...sample, serverSentMs: 5180 }, 0.01)).toContain('negative (-8.000 ms)');
  });

  it('may be off by as much as its stamps are coarse', () => {
    const held = { sentMs: 100, serverReceivedMs: 5130, serverSentMs: 5130.4, receivedMs: 100 };
    expect(faultOf(held, 1)).toBeUndefined();
    expect(faultOf(held, 0.1)).toContain('negative');
  });
});
