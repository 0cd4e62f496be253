import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shortOfS, sOfShort, stampOfUtcMs, utcMsOfStamp } from '../../../../lib/time/ntp/timestamp.js';

describe('an NTP timestamp', () => {
  // Source: RFC 5905, figure 4.
  it.each([
    ['1970-01-01T00:00:00Z', 2_208_988_800n],
    ['2000-01-01T00:00:00Z', 3_155_673_600n],
    ['2036-02-07T06:28:15Z', 0xffff_ffffn],
    ['2036-02-08T00:00:00Z', 63_104n],
  ])('of %s is %i s, in whichever era, and is read as that again', (text, seconds) => {
    const utcMs = Date.parse(text);
    expect(stampOfUtcMs(utcMs)).toBe(seconds << 32n);
    expect(utcMsOfStamp(seconds << 32n)).toBe(utcMs);
  });

  it('has the fraction of the second in its lower half', () => {
    expect(stampOfUtcMs(946_684_800_500)).toBe(0xbc17_c200_8000_0000n);
    expect(stampOfUtcMs(946_684_800_031.25)).toBe(0xbc17_c200_0800_0000n);
    expect(utcMsOfStamp(0xbc17_c200_4000_0000n)).toBe(946_684_800_250);
  });

  it('is never the unknown one for a known time, not even when the era begins', () => {
    const eraBeginsMs = Date.parse('2036-02-07T06:28:16Z');
    expect(stampOfUtcMs(eraBeginsMs)).toBe(1n);
    expect(utcMsOfStamp(1n)).toBe(eraBeginsMs);
    expect(utcMsOfStamp(0n)).toBeUndefined();
  });

  it('carries a fraction that is rounded up to a whole second', () => {
    const justBeforeMs = 999.999_999_95;
    expect(stampOfUtcMs(justBeforeMs)).toBe(2_208_988_801n << 32n);
  });

  it('keeps any time from 1970 to 2100 to half a microsecond', () => {
    const times = fc.double({ min: 0, max: Date.parse('2100-01-01T00:00:00Z'), noNaN: true });
    fc.assert(
      fc.property(times, (utcMs) => {
        const back = utcMsOfStamp(stampOfUtcMs(utcMs));
        expect(Math.abs((back ?? 0) - utcMs)).toBeLessThan(0.0005);
      }),
    );
  });
});

describe('a duration in the short format', () => {
  it('has 16 bits of seconds and 16 of their fraction', () => {
    expect(shortOfS(0.5)).toBe(0x8000);
    expect(shortOfS(3)).toBe(0x3_0000);
    expect(sOfShort(0x1_4000)).toBe(1.25);
  });

  it('is rounded up, and cut where it ends', () => {
    expect(shortOfS(1e-9)).toBe(1);
    expect(shortOfS(0)).toBe(0);
    expect(shortOfS(-1)).toBe(0);
    expect(shortOfS(1e9)).toBe(0xffff_ffff);
  });
});
