/** Foreign text on a screen of fixed columns. */
import { describe, expect, it } from 'vitest';
import { cleanText, displayWidth, fitText, takeWidth, wrapText } from '../../../server/panel/text.js';

describe('text on the screen', () => {
  it.each([
    ['plain', 'plain'],
    ['größer čeština Москва Ελλάδα', 'größer čeština Москва Ελλάδα'],
    ['東京 ドローン 서울', '東京 ドローン 서울'],
    ['a\u001b[31mred\u001b[0m', 'ared'],
    ['\u001b]0;title\u0007x\u001b]8;;u\u001b\\y', 'xy'],
    ['\u001b', ''],
    ['\u001b[', ''],
    ['\u001b[12;', ''],
    ['\u001bPsome\u001b\\z', 'z'],
    ['\u001b\u001b[Hx', 'x'],
    ['a\r\n\tb\u0000\u0008\u007f\u009b', 'a  b'],
    ['\u202egnp\u200b e\u0301 😀', '?gnp? e? ?'],
    ['✓ ● │', '? ? ?'],
  ])('%j is shown as %j', (text, clean) => {
    expect(cleanText(text)).toBe(clean);
    expect(cleanText(clean)).toBe(clean);
  });

  it('counts wide letters as two columns and never cuts one in half', () => {
    expect([displayWidth('東京'), displayWidth('ab'), displayWidth('한글!'), displayWidth('')]).toEqual([
      4, 2, 5, 0,
    ]);
    expect(takeWidth('東京', 3)).toBe('東');
    expect(fitText('東京都', 4)).toBe('東… ');
    expect(fitText('東京', 4)).toBe('東京');
    expect([fitText('ab', 4, 'right'), fitText('abcdef', 4), fitText('abc', 1)]).toEqual([
      '  ab',
      'abc…',
      '…',
    ]);
  });

  it('breaks lines at spaces, and cuts a word that is longer than a line', () => {
    expect(wrapText('one two three', 8)).toEqual(['one two', 'three']);
    expect(wrapText('a abcdefghij b', 5)).toEqual(['a', 'abcd…', 'b']);
    expect(wrapText('', 5)).toEqual(['']);
  });
});
