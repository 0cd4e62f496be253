/** Order of names as people read them: `drone-2` before `drone-10`. Knows only text. */

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** Negative when `a` comes first; equal names in another spelling keep a fixed order. */
export function compareNatural(a: string, b: string): number {
  return collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}
