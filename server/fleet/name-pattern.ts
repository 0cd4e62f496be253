/** Names by the number at their end, and by a pattern. Knows only text. */
import { withoutZeros } from './selection-atom.js';

/** Names by the number that they end in. */
export function byNumber(ids: readonly string[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const id of ids) {
    const digits = /\d+$/.exec(id)?.[0];
    if (digits === undefined) continue;
    const number = withoutZeros(digits);
    const same = found.get(number);
    if (same) same.push(id);
    else found.set(number, [id]);
  }
  return found;
}

/** Whether a name fits a pattern of `*` and `?`; at most as many steps as the product of both lengths. */
export function fits(name: string, pattern: string): boolean {
  let [at, inPattern] = [0, 0];
  /** Where the last star stands, and how far the name was when it was met. */
  let [star, starAt] = [-1, 0];
  while (at < name.length) {
    const sign = pattern[inPattern];
    if (sign === '*') {
      star = inPattern++;
      starAt = at;
    } else if (sign === '?' || sign === name[at]) {
      inPattern++;
      at++;
    } else if (star >= 0) {
      inPattern = star + 1;
      at = ++starAt;
    } else return false;
  }
  while (pattern[inPattern] === '*') inPattern++;
  return inPattern === pattern.length;
}
