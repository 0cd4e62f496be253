/** Styled lines as text with colour codes (SGR), for any number of colours down to none. Knows no terminal's ways. */
import type { Role, Span, StyledLine } from './styled.js';

/** What a screen can show. `colors`: 0 (none), 8, 16, 256 or more. */
export type Ability = { readonly colors: number; readonly isUnicode: boolean };

const roleCodes: Readonly<Record<Role, string>> = {
  text: '',
  muted: '',
  good: '32',
  bad: '31',
  missing: '33',
  stale: '35',
  accent: '36',
  alarm: '37;41',
};

/** A grey that is legible on dark and on light; only where there is such a colour. */
const grey = '38;5;244';

/** The panel's signs on a screen without Unicode; each as wide as what it stands for. */
const asciiSigns: ReadonlyMap<string, string> = new Map([
  ['─', '-'],
  ['│', '|'],
  ['●', '*'],
  ['✓', '+'],
  ['✗', '!'],
  ['…', '~'],
  ['█', '#'],
  ['·', '.'],
  ['▲', '^'],
  ['▼', 'v'],
]);

/** The line with colour codes and nothing else that is not printable. */
export function encodeLine(line: StyledLine, ability: Ability): string {
  return `${line.map((part) => encodeSpan(part, ability)).join('')}\u001b[0m`;
}

function encodeSpan(part: Span, ability: Ability): string {
  const text = ability.isUnicode ? part.text : toAscii(part.text);
  return `\u001b[${['0', ...codesOf(part, ability.colors)].join(';')}m${text}`;
}

function codesOf({ role, isBold, isInverse, color }: Span, colors: number): string[] {
  const codes: string[] = [];
  if (isBold) codes.push('1');
  if (isInverse || (role === 'alarm' && colors === 0)) codes.push('7');
  if (colors === 0) return codes;
  if (color) codes.push(`38;2;${Math.round(color.red)};${Math.round(color.green)};${Math.round(color.blue)}`);
  else if (role === 'muted') codes.push(...(colors >= 256 ? [grey] : []));
  else if (roleCodes[role] !== '') codes.push(roleCodes[role]);
  return codes;
}

/** The text with every sign and letter that is not ASCII replaced, as wide as before where it was one column wide. */
function toAscii(text: string): string {
  let ascii = '';
  for (const character of text) ascii += character <= '~' ? character : (asciiSigns.get(character) ?? '?');
  return ascii;
}
