/** A typed line with its cursor. Knows nothing of what it is for. */
import type { Key } from '../key-parser.js';
import type { Field } from './state.js';

/** Longer lines nobody types. */
const maxLength = 2000;

/** The field with the cursor behind `text`. */
export function fieldOf(text: string): Field {
  return { before: text, after: '' };
}

export function fieldText({ before, after }: Field): string {
  return before + after;
}

/** What a key makes of the field; keys that mean nothing here change nothing. */
export function editField(field: Field, key: Key): Field {
  const { before, after } = field;
  const left = [...before].at(-1) ?? '';
  const right = [...after][0] ?? '';
  const shorter = before.slice(0, before.length - left.length);
  switch (key) {
    case 'backspace':
      return { before: shorter, after };
    case 'delete':
      return { before, after: after.slice(right.length) };
    case 'left':
      return { before: shorter, after: left + after };
    case 'right':
      return { before: before + right, after: after.slice(right.length) };
    case 'home':
      return { before: '', after: before + after };
    case 'end':
      return { before: before + after, after: '' };
    case 'ctrl-u':
      return { before: '', after };
    default:
      return [...key].length === 1 && before.length + after.length < maxLength
        ? { before: before + key, after }
        : field;
  }
}
