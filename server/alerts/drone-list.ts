/** Names of drones in a sentence. Knows only text. */
import { compareNatural } from '../fleet/natural-order.js';

const shown = 5;

/** `drone-1, drone-2 and 7 more`, in natural order; `nobody` for none. */
export function droneList(ids: readonly string[]): string {
  if (ids.length === 0) return 'nobody';
  const sorted = [...ids].sort(compareNatural);
  if (sorted.length <= shown + 1) return sorted.join(', ');
  return `${sorted.slice(0, shown).join(', ')} and ${sorted.length - shown} more`;
}
