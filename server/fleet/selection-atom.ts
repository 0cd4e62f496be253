/** What a choice of drones is made of, and what one word of it means. Knows no drone, no group and no order of words. */
import { type StateName, stateNamed } from './selection-words.js';

/**
 * A choice of drones that was read, not yet looked up in a fleet. `text` is as it was written; numbers are their digits
 * without leading zeros, for a name may end in more of them than a number holds.
 */
export type Selection =
  | { readonly kind: 'union' | 'both'; readonly of: readonly Selection[] }
  | { readonly kind: 'not'; readonly of: Selection }
  | { readonly kind: 'all' | 'none' | 'selected' }
  | { readonly kind: 'state'; readonly state: StateName }
  | { readonly kind: 'numbers'; readonly text: string; readonly from: string; readonly to: string }
  | { readonly kind: 'glob'; readonly text: string }
  /** `id`: a drone and nothing else; `group`: a group and nothing else; `name`: a drone, or else a group. */
  | { readonly kind: 'id' | 'group' | 'name'; readonly text: string };

/** A text of one word; undefined for one that names nothing. */
export function atomOf(word: string): Selection | undefined {
  const lower = word.toLowerCase();
  if (lower === 'all' || lower === 'none' || lower === 'selected') return { kind: lower };
  const known = atomOfWords(word);
  if (known) return known;
  if (/^\d+$/.test(word)) return numbers(word, word, word);
  if (word.startsWith('@')) return word.length > 1 ? { kind: 'group', text: word.slice(1) } : undefined;
  if (lower.startsWith('id:')) return word.length > 3 ? { kind: 'id', text: word.slice(3) } : undefined;
  return { kind: /[*?]/.test(word) ? 'glob' : 'name', text: word };
}

/** What may have spaces in it: a state, or a range. */
export function atomOfWords(text: string): Selection | undefined {
  const state = stateNamed(text);
  if (state !== undefined) return { kind: 'state', state };
  const opposite = /^not[\s-]?(.+)$/i.exec(text)?.[1];
  const notState = opposite === undefined ? undefined : stateNamed(opposite);
  if (notState !== undefined) return { kind: 'not', of: { kind: 'state', state: notState } };
  const [, from, to] = /^(\d+)\s*-\s*(\d+)$/.exec(text) ?? [];
  return from === undefined || to === undefined ? undefined : numbers(`${from}-${to}`, from, to);
}

function numbers(text: string, one: string, other: string): Selection {
  const [from, to] = [withoutZeros(one), withoutZeros(other)];
  return compareDigits(from, to) <= 0
    ? { kind: 'numbers', text, from, to }
    : { kind: 'numbers', text, from: to, to: from };
}

/** The digits of a number as they are compared: 007 is 7. */
export function withoutZeros(digits: string): string {
  return digits.replace(/^0+(?=\d)/, '');
}

/** Negative when the number `a` is the smaller one; both without leading zeros. */
export function compareDigits(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
