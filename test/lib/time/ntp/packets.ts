/** Packets for tests, as bytes written by hand. */

/** The bytes of hexadecimal text; blanks are for the eye. */
export function hex(text: string): Uint8Array {
  const digits = text.replace(/\s/g, '');
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) =>
    Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16),
  );
}

/** Version 4, mode 3, poll 2^6 s, precision 2^-23 s, nothing known, transmit stamp 01 23 45 67 89 ab cd ef. */
export const request = hex(`
  23 00 06 e9  00000000 00000000 00000000
  00000000 00000000  00000000 00000000  00000000 00000000  01234567 89abcdef
`);

/**
 * The answer to `request` of a server that is alone: received 2000-01-01T00:00:00 UTC, sent half a second later.
 * Source of bc17c200: RFC 5905, figure 4, 1 January 2000 = 3,155,673,600 s.
 */
export const answer = hex(`
  24 08 06 ec  00000000 00000001 4c4f434c
  bc17c200 80000000  01234567 89abcdef  bc17c200 00000000  bc17c200 80000000
`);

export const nonce = 0x0123_4567_89ab_cdefn;
export const year2000Ms = 946_684_800_000;

/** A copy of the bytes with some of them replaced. */
export function changed(bytes: Uint8Array, at: number, ...by: readonly number[]): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy.set(by, at);
  return copy;
}
