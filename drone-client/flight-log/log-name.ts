/**
 * Names of flight logs: `NNNN-YYYYMMDDTHHMMSSZ.mcap`, a running number and the time of the first entry by the drone's
 * clock. The number alone gives the order, for a clock may be wrong at each boot. Pure: knows no disk.
 */

export type LogName = { readonly number: number; readonly utcMs: number };

const namePattern = /^(\d{4,8})-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z\.mcap$/;

/** The last ms that four digits of a year can say. */
const lastUtcMs = Date.UTC(9999, 11, 31, 23, 59, 59);

/** The name of log `number` whose first entry is of `utcMs`; an absurd time becomes the nearest that can be written. */
export function formatLogName({ number, utcMs }: LogName): string {
  const writableMs = Math.min(lastUtcMs, Math.max(0, Number.isFinite(utcMs) ? utcMs : 0));
  const time = new Date(writableMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
  return `${String(number).padStart(4, '0')}-${time}Z.mcap`;
}

/** What a name says; undefined for everything that is no name of a flight log, paths of any kind included. */
export function parseLogName(name: string): LogName | undefined {
  const [, number, ...time] = namePattern.exec(name) ?? [];
  if (number === undefined) return undefined;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = time.map(Number);
  return { number: Number(number), utcMs: Date.UTC(year, month - 1, day, hour, minute, second) };
}
