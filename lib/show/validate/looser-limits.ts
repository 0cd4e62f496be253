/** Which limits of a show's own file ask for less than ours do. Pure; checks no show. */
import { defaultLimits, type ShowLimits } from './limits.js';

/** Limits of which a smaller number is the looser one; of all others a larger number is. */
const leastOnes: ReadonlySet<string> = new Set([
  'minDistanceM',
  'minPadDistanceM',
  'minAudienceDistanceM',
  'minEscapeDistanceM',
  'groundClearanceM',
]);

/** One text for each, `minDistanceM 0.5 instead of 1.5`; what only says how drones fly is no limit. */
export function looserLimits(limits: Partial<ShowLimits>): string[] {
  return Object.entries(defaultLimits).flatMap(([name, usual]) => {
    const own: unknown = limits[name as keyof ShowLimits];
    if (typeof own !== 'number' || typeof usual !== 'number') return [];
    const isLooser = leastOnes.has(name) ? own < usual : name.startsWith('max') && own > usual;
    return isLooser ? [`${name} ${own} instead of ${usual}`] : [];
  });
}
