/** The order in which people count: drone-2 before drone-10. Knows texts alone. */

export function naturalOrder(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true }) || (a < b ? -1 : a > b ? 1 : 0);
}
