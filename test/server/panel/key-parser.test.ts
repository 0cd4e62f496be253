/** Bytes of a terminal as keys, in whatever pieces they come. */
import { describe, expect, it } from 'vitest';
import { KeyParser } from '../../../server/panel/key-parser.js';

const bytes = (text: string) => new TextEncoder().encode(text);

function keysOf(...chunks: string[]): string[] {
  const parser = new KeyParser();
  return [...chunks.flatMap((chunk) => parser.push(bytes(chunk))), ...parser.flush()];
}

describe('the key parser', () => {
  it.each([
    ['\u001b[A', 'up'],
    ['\u001bOB', 'down'],
    ['\u001b[5~', 'pageup'],
    ['\u001b[6;5~', 'pagedown'],
    ['\u001b[1;2A', 'up'],
    ['\u001b[H', 'home'],
    ['\u001b[4~', 'end'],
    ['\u001b[3~', 'delete'],
    ['\r', 'enter'],
    ['\u007f', 'backspace'],
    ['\u0018', 'ctrl-x'],
    // Terminals that send control keys as sequences, because a program before this one asked for it, or always.
    ['\u001b[120;5u', 'ctrl-x'],
    ['\u001b[120:88;5:1u', 'ctrl-x'],
    ['\u001b[88;6u', 'ctrl-x'],
    ['\u001b[120;69u', 'ctrl-x'],
    ['\u001b[27;5;120~', 'ctrl-x'],
    ['\u001b[99;5u', 'ctrl-c'],
    ['\u001b[27u', 'escape'],
    ['\u001b[13;1u', 'enter'],
    ['\u0003', 'ctrl-c'],
    ['\u001b', 'escape'],
    ['?', '?'],
    ['ы', 'foreign'],
  ])('reads %j as %s, also byte by byte', (text, key) => {
    expect(keysOf(text)).toEqual([key]);
    const parser = new KeyParser();
    expect([
      ...[...bytes(text)].flatMap((byte) => parser.push(Uint8Array.of(byte))),
      ...parser.flush(),
    ]).toEqual([key]);
  });

  it('hears Ctrl-X after any byte of any sequence, in one piece or in two', () => {
    for (const before of [
      '\u001b',
      '\u001b\u001b',
      '\u001b[',
      '\u001b[1;',
      '\u001b[[',
      '\u001bO',
      '\u001b[M',
      '\u001b[<0;1;1',
      'ы',
      '\u001b[200~',
    ])
      for (let cut = 0; cut <= before.length; cut++) {
        expect(keysOf(before.slice(0, cut), `${before.slice(cut)}\u0018`)).toContain('ctrl-x');
        expect(keysOf(`${before.slice(0, cut)}\u0018${before.slice(cut)}`)).toContain('ctrl-x');
      }
    for (let lead = 0x80; lead <= 0xff; lead++)
      expect(new KeyParser().push(Uint8Array.of(lead, 0x18))).toContain('ctrl-x');
  });

  it('takes the release of a key, and what no control key is, for nothing', () => {
    for (const text of [
      '\u001b[120;5:3u',
      '\u001b[27;2;120~',
      '\u001b[1078;5u',
      '\u001b[u',
      '\u001b[99999;9u',
    ])
      expect([text, keysOf(text)]).toEqual([text, []]);
  });

  it('takes Esc and the key that follows it at once as two keys', () => {
    expect(keysOf('\u001bu')).toEqual(['escape', 'u']);
    expect(keysOf('\u001b\u001b[A')).toEqual(['escape', 'up']);
  });

  it('gives nothing for keys without a name, unfinished sequences and endless ones', () => {
    expect(keysOf('\u001b[15~', '\u001b[[A', '\u001bOP', '\u001b[<64;10;10M')).toEqual([]);
    expect(keysOf('\u001b[12')).toEqual([]);
    expect(keysOf(`\u001b[${'1'.repeat(32)}`, 'a')).toEqual(['a']);
  });

  it('reads any bytes without throwing', () => {
    const parser = new KeyParser();
    for (let first = 0; first < 256; first++)
      for (let second = 0; second < 256; second += 7)
        expect(Array.isArray(parser.push(Uint8Array.of(0x1b, first, second)))).toBe(true);
  });
});
