/** How many drones have to hold a start for it to take place. Pure: a setting and a count. */

/** `all`, a number of drones (`40`), or a share of those that were chosen (`90%`). */
export const quorumPattern = /^(all|[1-9]\d{0,4}|(100|[1-9]\d?)%)$/;

export const quorumExpected = 'all, a number of drones such as 40, or a share such as 90%';

/** How many of `count` drones are enough: never more than all of them, never none. `quorum`: as `quorumPattern`. */
export function leastHolding(quorum: string, count: number): number {
  if (quorum === 'all') return count;
  const least = quorum.endsWith('%')
    ? Math.ceil((Number(quorum.slice(0, -1)) * count) / 100)
    : Number(quorum);
  return Math.max(1, Math.min(count, least));
}
