/** In what steps an update goes through a fleet: how many drones at a time. Pure. */
import { RefusedError } from '../../lib/errors.js';

const maxStages = 20;

/** How many drones each stage has, from a text such as `1,10,all`; the last one, all that are left, is infinite. @throws RefusedError */
export function readStages(text: string): readonly number[] {
  const words = text.split(',').map((word) => word.trim().toLowerCase());
  const counts = words.slice(0, -1).map((word) => (/^[1-9]\d{0,3}$/.test(word) ? Number(word) : undefined));
  const isFit = words.at(-1) === 'all' && words.length <= maxStages && !counts.includes(undefined);
  if (!isFit)
    throw new RefusedError(
      'bad_argument',
      `stages: numbers of drones with commas between, and all at the end, as 1,10,all, not "${text}"`,
    );
  return [...counts.flatMap((count) => count ?? []), Number.POSITIVE_INFINITY];
}
