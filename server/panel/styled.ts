/** Lines of styled text, the panel's only output. Knows columns and roles; no terminal, no escape codes. */
import type { Rgb } from '../../lib/show/model.js';
import { displayWidth, onlyPrintable, takeWidth } from './text.js';

/** What a text means; whoever paints chooses the colour. `alarm` must be seen first, `stale` is old. */
export type Role = 'text' | 'muted' | 'good' | 'bad' | 'missing' | 'stale' | 'accent' | 'alarm';

/** Text in one style. */
export type Span = {
  readonly text: string;
  readonly role: Role;
  readonly isBold?: boolean;
  readonly isInverse?: boolean;
  /** Overrides the role's colour: the swatch of a drone's light. */
  readonly color?: Rgb;
};

/** One line of the screen, left to right. */
export type StyledLine = readonly Span[];

export function span(text: string, role: Role = 'text'): Span {
  return { text, role };
}

export function bold(text: string, role: Role = 'text'): Span {
  return { text, role, isBold: true };
}

/** Columns that a line takes. */
export function lineWidth(line: StyledLine): number {
  return line.reduce((sum, { text }) => sum + displayWidth(text), 0);
}

/**
 * The line cut or filled to exactly `columns`, with every character that could move the cursor removed: whatever is
 * painted passes through here.
 */
export function fitLine(line: StyledLine, columns: number): StyledLine {
  const fitted: Span[] = [];
  let left = Math.max(0, columns);
  for (const part of line) {
    const text = takeWidth(onlyPrintable(part.text), left);
    if (text === '') continue;
    fitted.push(text === part.text ? part : { ...part, text });
    left -= displayWidth(text);
  }
  if (left > 0) fitted.push(span(' '.repeat(left)));
  return fitted;
}

/** `left` and `right` at the two ends of a line; when both do not fit, the end of `left` gives way. */
export function spread(left: StyledLine, right: StyledLine, columns: number): StyledLine {
  const rightColumns = lineWidth(right);
  if (rightColumns + 8 > columns) return fitLine(left, columns);
  return [...fitLine(left, columns - rightColumns), ...right];
}

/** A rule over the whole width with a title in it. */
export function rule(title: readonly Span[], columns: number): StyledLine {
  const used = lineWidth(title) + 4;
  return [span('── ', 'muted'), ...title, span(` ${'─'.repeat(Math.max(0, columns - used))}`, 'muted')];
}

/** What somebody sees: the text of a line without its style. */
export function plainText(line: StyledLine): string {
  return line.map(({ text }) => text).join('');
}
