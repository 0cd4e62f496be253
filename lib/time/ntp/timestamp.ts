/** The number formats of NTP as times and durations. Knows no packet and no clock. */

/**
 * An NTP timestamp: seconds since 1900 modulo 2^32 in the upper half, fraction of a second in the lower; 0n: unknown.
 * Source: RFC 5905, section 6.
 */
export type NtpStamp = bigint;

/** Source: RFC 5905, section 6, figure 4: 1 January 1970 in era 0. */
const from1900To1970S = 2_208_988_800;

const eraS = 2 ** 32;

/** The stamp of a finite time, ms since 1970 UTC, in whichever era; never the 0n that means "unknown". */
export function stampOfUtcMs(utcMs: number): NtpStamp {
  const seconds = Math.floor(utcMs / 1000);
  const fraction = Math.round(((utcMs - seconds * 1000) / 1000) * 2 ** 32);
  const stamp = BigInt.asUintN(64, (BigInt(seconds + from1900To1970S) << 32n) + BigInt(fraction));
  return stamp === 0n ? 1n : stamp;
}

/**
 * ms since 1970 UTC, to the 0.25 µs that a number of this size has; undefined for the unknown time.
 * A stamp has no era. The first bit says it: set for 1968 to 2036, clear for 2036 to 2104, so that neither a machine
 * that woke up in 1970 nor the year 2036 is misread. Source: RFC 4330, section 3.
 */
export function utcMsOfStamp(stamp: NtpStamp): number | undefined {
  if (stamp === 0n) return undefined;
  const seconds = Number(stamp >> 32n);
  const sinceEra0S = seconds >= eraS / 2 ? seconds : seconds + eraS;
  return (sinceEra0S - from1900To1970S) * 1000 + (Number(stamp & 0xffff_ffffn) * 1000) / 2 ** 32;
}

/** The 32 bits (16 of them fraction) of a duration ≥ 0; rounded up, for it states an error; what is too long is cut. */
export function shortOfS(durationS: number): number {
  return Math.min(0xffff_ffff, Math.max(0, Math.ceil(durationS * 65_536)));
}

/** The duration, s, of the 32 bits of the short format. */
export function sOfShort(short: number): number {
  return short / 65_536;
}
