import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ShowError } from '../../../lib/errors.js';
import { expandLightBytecode, lightBytecodeNotes } from '../../../lib/show/light-bytecode.js';
import { trackColorAt } from '../../../lib/show/lights.js';

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(/[^0-9a-f]/gi, ''), 'hex'));

/** "red green blue" of a program at each of the times. */
function colors(program: string, ...timesS: number[]): string[] {
  const track = expandLightBytecode(hex(program), Math.max(...timesS));
  return timesS.map((tS) => {
    const { red, green, blue } = trackColorAt(track, tS);
    return `${red} ${green} ${blue}`;
  });
}

function refusal(program: string, untilS = 10): string {
  try {
    expandLightBytecode(hex(program), untilS);
  } catch (error) {
    if (error instanceof ShowError) return error.message;
    throw error;
  }
  return 'ran';
}

const black = '0 0 0';
const white = '255 255 255';

describe('a light program', () => {
  it('shows red, fades to blue by 2 s, and to black from 8 s to 9 s', () => {
    const program = '04 FF 00 00 00 | 08 00 00 FF 64 | 02 AC 02 | 0A 32 | 00';
    expect(Buffer.from(hex(program)).toString('base64')).toBe('BP8AAAAIAAD/ZAKsAgoyAA==');
    expect(colors(program, 0, 0.5, 1, 2, 5, 8, 8.5, 9, 100)).toEqual([
      '255 0 0',
      '191 0 64',
      '128 0 128',
      '0 0 255',
      '0 0 255',
      '0 0 255',
      '0 0 128',
      black,
      black,
    ]);
    expect([...expandLightBytecode(hex(program), 100).timesS]).toEqual([0, 2, 8, 9]);
  });

  it('is black before its first command', () => {
    expect(colors('02 32 07 00', -1, 0, 0.99, 1)).toEqual([black, black, black, white]);
    expect(colors('', 0, 5)).toEqual([black, black]);
  });

  it.each([
    ['04 0A 14 1E 32', '10 20 30', '10 20 30'],
    ['05 64 32', '100 100 100', '100 100 100'],
    ['06 32', black, black],
    ['07 32', white, white],
    ['08 0A 14 1E 32', '5 10 15', '10 20 30'],
    ['09 64 32', '50 50 50', '100 100 100'],
    ['0A 32', black, black],
    ['0B 32', '128 128 128', white],
    ['01 07 32', white, white],
    ['14 FF 15 7F 07 32', white, white],
  ])('does %s: %s after half a second, %s after one', (program, half, one) => {
    expect(colors(program, 0.5, 1, 60)).toEqual([half, one, one]);
  });

  it('shows what is asked for without a duration at that very moment, the last of it', () => {
    expect(colors('07 00 | 04 01 02 03 00 | 02 05 | 06 00', 0, 0.099, 0.1)).toEqual([
      '1 2 3',
      '1 2 3',
      black,
    ]);
    expect(colors('07 00', 0)).toEqual([white]);
  });

  it('is one span as long as nothing changes, and another for the least change', () => {
    const timesOf = (program: string) => [...expandLightBytecode(hex(program), 10).timesS];
    expect(timesOf('07 01 | 02 05 | 07 05 | 0B 05 | 06 05 00')).toEqual([0, 0.32]);
    expect(timesOf('04 05 05 05 05 | 04 06 05 05 05 | 04 06 07 05 05 | 04 06 07 08 05')).toEqual([
      0, 0.1, 0.2, 0.3,
    ]);
    expect(timesOf('09 64 05 | 05 64 05')).toEqual([0, 0.1]);
  });

  it('fades from the colour that it has', () => {
    expect(colors('05 64 32 | 0B 00 | 0A 32', 0.5, 1, 1.5, 2)).toEqual([
      '100 100 100',
      white,
      '128 128 128',
      black,
    ]);
  });

  it('waits for a frame of its clock, and not when that is past', () => {
    expect(colors('07 19 | 03 32 | 06 19 | 03 0A | 07 00', 0.9, 1, 1.49, 1.5)).toEqual([
      white,
      black,
      black,
      white,
    ]);
    expect(colors('02 32 | 0E | 03 32 | 07 00', 1.99, 2)).toEqual([black, white]);
  });

  it('repeats a loop as often as it says, loops in loops too', () => {
    // White and black for 20 ms each, twice; then grey.
    expect(colors('0C 02 07 01 06 01 0D 05 09 00', 0, 0.02, 0.04, 0.06, 0.08)).toEqual([
      white,
      black,
      white,
      black,
      '9 9 9',
    ]);
    expect(colors('0C 02 0C 03 02 01 0D 0D 07 00', 0.119, 0.12)).toEqual([black, white]);
  });

  it('repeats a loop of 0 for ever, as far as it is asked for', () => {
    expect(colors('0C 00 07 01 06 01 0D', 0, 1, 1.02, 3600, 3600.02)).toEqual([
      white,
      white,
      black,
      white,
      black,
    ]);
  });

  it('jumps to an address and forgets its loops there', () => {
    // 0: white 1 s; 2: jump to 6; 4: black (left out); 6: grey.
    expect(colors('07 32 12 06 06 00 05 09 32', 0.5, 1)).toEqual([white, '9 9 9']);
    expect(refusal('0C 02 12 04 02 01 0D')).toBe('light program, byte 6: a loop ends that did not begin');
    expect(refusal('02 05 12 04')).toBe('ran');
    expect(refusal('02 05 12 05')).toBe(
      'light program, byte 2: it jumps to 5, beyond the end of the program',
    );
  });

  it('keeps its colour where a radio control should give it, and says so', () => {
    const program = '07 00 | 10 00 01 02 32 | 11 00 01 02 32 | 13 00 | 13 30 00 | 06 00';
    expect(colors(program, 0.5, 1.99, 2)).toEqual([white, white, black]);
    expect(lightBytecodeNotes(hex(program))).toEqual([
      'colours from a radio control are not read: the colour before them stays',
      'jumps triggered by a radio control are not made',
    ]);
    expect(lightBytecodeNotes(hex('14 81 00'))).toEqual([
      'pyrotechnics switched by a light program are not fired',
    ]);
    expect(lightBytecodeNotes(hex('07 14 00'))).toEqual([]);
    // Behind an end lies nothing, unless a jump may lead there.
    expect(lightBytecodeNotes(hex('00 14 00'))).toEqual([]);
    expect(lightBytecodeNotes(hex('12 03 00 14 00'))).toHaveLength(1);
  });

  it('takes numbers of up to four bytes, the lowest bits first', () => {
    expect(colors('02 80 80 80 01 07 00', 41943.03, 41943.04)).toEqual([black, white]);
    expect(refusal('02 80 80 80 80 01')).toBe('light program, byte 0: a number is longer than 4 bytes');
  });
});

describe('a light program that is wrong', () => {
  it('is refused with the place of the command', () => {
    expect(refusal('07 01 0F')).toBe('light program, byte 2: command 0x0f is unknown');
    expect(refusal('07 01 FF')).toBe('light program, byte 2: command 0xff is unknown');
    expect(refusal('01 04 FF 00')).toBe('light program, byte 1: the program is cut off within this command');
    expect(refusal('01 02 80')).toBe('light program, byte 1: the program is cut off within this command');
    expect(refusal('0D')).toBe('light program, byte 0: a loop ends that did not begin');
  });

  it('is not looked at behind its end', () => {
    expect(refusal('07 01 00 FF FF')).toBe('ran');
  });

  it('is stopped where it runs without time passing, or for too long', () => {
    const startMs = performance.now();
    expect(refusal('12 00')).toBe('light program, byte 0: more than 10000 commands without time passing');
    expect(refusal('0C 00 07 00 0D')).toContain('without time passing');
    expect(refusal('0C 00 02 01 0D', 1e9)).toContain('more than 2000000 commands, ');
    expect(performance.now() - startMs).toBeLessThan(2000);
  });

  it('never raises anything but an error with a place', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        lightBytecodeNotes(bytes);
        expect(refusal(Buffer.from(bytes).toString('hex'), 5)).toMatch(/^ran$|^light program, byte \d+: /);
      }),
      { numRuns: 200 },
    );
  });
});
