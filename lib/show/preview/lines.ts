/** Lines of coloured text, and their bytes for a terminal. Knows columns and codes; no show. */
import { printable } from '../../printable.js';
import type { Rgb } from '../model.js';

export type PreviewSpan = {
  readonly text: string;
  readonly color?: Rgb;
  /** Behind the text. */
  readonly ground?: Rgb;
  readonly isBold?: boolean;
};

/** One line of the screen, left to right. */
export type PreviewLine = readonly PreviewSpan[];

export type ScreenSize = { readonly columns: number; readonly rows: number };

/** `colors`: 0 (none), 256, or 24-bit. */
export type PreviewAbility = { readonly colors: 0 | 256 | 'true'; readonly isUnicode: boolean };

const wide =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1FAFF}\u{20000}-\u{3FFFD}]/u;

function widthOf(sign: string): number {
  if (/\p{M}/u.test(sign)) return 0;
  return wide.test(sign) ? 2 : 1;
}

/** The line cut or filled to exactly `columns`, without anything that could move the cursor. */
export function fitLine(line: PreviewLine, columns: number): PreviewLine {
  let left = Math.max(0, columns);
  const fitted: PreviewSpan[] = [];
  for (const span of line) {
    let text = '';
    for (const sign of printable(span.text)) {
      const width = widthOf(sign);
      if (width > left) break;
      text += sign;
      left -= width;
    }
    if (text !== '') fitted.push({ ...span, text });
  }
  return left > 0 ? [...fitted, { text: ' '.repeat(left) }] : fitted;
}

/** `left` and `right` at the two ends of a line; the end of `left` gives way. */
export function spread(left: PreviewLine, right: string, columns: number): PreviewLine {
  const room = columns - [...right].length;
  return room < 8 ? fitLine(left, columns) : [...fitLine(left, room), { text: right }];
}

const asciiSigns: ReadonlyMap<string, string> = new Map([
  ...['▀', '▄', '█'].map((sign) => [sign, '*'] as const),
  ...['─', '━', '–', '−'].map((sign) => [sign, '-'] as const),
  ...([
    ['·', '.'],
    ['┃', '|'],
    ['│', '|'],
    ['▶', '>'],
    ['→', '>'],
    ['←', '<'],
    ['↑', '^'],
    ['…', '~'],
    ['±', '+'],
  ] as const),
]);

/** The line with colour codes; they end with it. */
export function encodePreviewLine(line: PreviewLine, { colors, isUnicode }: PreviewAbility): string {
  const spans = line.map(({ text, color, ground, isBold }) => {
    const codes = ['0', ...(isBold ? ['1'] : [])];
    if (color && colors !== 0) codes.push(`38;${colorCode(color, colors)}`);
    if (ground && colors !== 0) codes.push(`48;${colorCode(ground, colors)}`);
    const seen = ground && colors === 0 ? text.replaceAll('▀', '█') : text;
    return `\u001b[${codes.join(';')}m${isUnicode ? seen : toAscii(seen)}`;
  });
  return `${spans.join('')}\u001b[0m`;
}

function colorCode({ red, green, blue }: Rgb, colors: 256 | 'true'): string {
  if (colors === 'true') return `2;${red};${green};${blue}`;
  return `5;${paletteIndex({ red, green, blue })}`;
}

/** The nearest of xterm's 6 × 6 × 6 colours, or of its 24 greys. */
export function paletteIndex({ red, green, blue }: Rgb): number {
  if (Math.max(red, green, blue) - Math.min(red, green, blue) < 12)
    return 232 + Math.max(0, Math.min(23, Math.round((red - 8) / 10)));
  const level = (value: number) =>
    value < 48 ? 0 : value < 115 ? 1 : Math.min(5, Math.round((value - 55) / 40));
  return 16 + 36 * level(red) + 6 * level(green) + level(blue);
}

function toAscii(text: string): string {
  return [...text].map((sign) => (sign <= '~' ? sign : (asciiSigns.get(sign) ?? '?'))).join('');
}
