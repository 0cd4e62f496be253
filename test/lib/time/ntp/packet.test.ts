import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeNtp, encodeNtp, idOfWord, wordOfId } from '../../../../lib/time/ntp/packet.js';
import { hex } from './packets.js';

// Each field has bytes of its own: leap 2, version 3, mode 5, stratum 7, poll -3, precision -20, and so on.
const bytes = hex(`
  9d 07 fd ec  0001 8000  0000 4000  47505300
  11111111 22222222  33333333 44444444  55555555 66666666  77777777 88888888
`);
const packet = {
  leap: 2,
  version: 3,
  mode: 5,
  stratum: 7,
  pollLog2S: -3,
  precisionLog2S: -20,
  rootDelayS: 1.5,
  rootDispersionS: 0.25,
  referenceId: 0x47_50_53_00,
  reference: 0x1111_1111_2222_2222n,
  origin: 0x3333_3333_4444_4444n,
  receive: 0x5555_5555_6666_6666n,
  transmit: 0x7777_7777_8888_8888n,
};

describe('an NTP packet', () => {
  it('has each field at its place', () => {
    expect(encodeNtp(packet)).toEqual(bytes);
    expect(decodeNtp(bytes)).toEqual(packet);
  });

  it('is read from within a larger, dirty buffer', () => {
    const slab = new Uint8Array(100).fill(0xff);
    slab.set(bytes, 13);
    expect(decodeNtp(slab.subarray(13, 61))).toEqual(packet);
  });

  it.each([
    ['a crypto-NAK', 4],
    ['a MAC', 20],
    ['an extension field and a MAC', 52],
  ])('may be followed by %s, which is not looked at', (_, length) => {
    const longer = new Uint8Array(48 + length).fill(0xab);
    longer.set(bytes);
    expect(decodeNtp(longer)).toEqual(packet);
  });

  it.each([0, 1, 47, 49, 50, 51, 69])('does not have %i bytes', (length) => {
    expect(decodeNtp(new Uint8Array(length))).toBeUndefined();
  });

  it('is what it was after it was written and read again, whatever its bytes', () => {
    const any48 = fc.uint8Array({ minLength: 48, maxLength: 48 });
    fc.assert(
      fc.property(any48, (some) => {
        const read = decodeNtp(some);
        expect(read && encodeNtp(read)).toEqual(some);
      }),
    );
  });
});

describe('a reference id', () => {
  it('is a word of up to four letters', () => {
    expect(idOfWord('LOCL')).toBe(0x4c_4f_43_4c);
    expect(idOfWord('GPS')).toBe(0x47_50_53_00);
    expect(wordOfId(0x52_41_54_45)).toBe('RATE');
    expect(wordOfId(0x47_50_53_00)).toBe('GPS');
  });

  it('is readable whatever its bytes: it may have been made to move the cursor', () => {
    expect(wordOfId(0x1b_5b_32_4a)).toBe('??2J');
    expect(wordOfId(0)).toBe('');
  });
});
