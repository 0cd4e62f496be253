/**
 * Names of sessions (`NNNNNN-YYYYMMDDTHHMMSSZ`, a running number that alone gives the order) and of their parts
 * (`journal-0001.jsonl`). Pure: knows no disk.
 */
import type { StreamName } from './record.js';

export type SessionName = { readonly number: number; readonly utcMs: number };

const sessionPattern = /^(\d{6,9})-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;
const partPattern = /^(journal|telemetry)-(\d{4,9})\.jsonl$/;

/** The last ms that four digits of a year can say. */
const lastUtcMs = Date.UTC(9999, 11, 31, 23, 59, 59);

/** An absurd time becomes the nearest that can be written. */
export function formatSessionName({ number, utcMs }: SessionName): string {
  const writableMs = Math.min(lastUtcMs, Math.max(0, Number.isFinite(utcMs) ? utcMs : 0));
  const time = new Date(writableMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
  return `${String(number).padStart(6, '0')}-${time}Z`;
}

/** Undefined for everything that is no name of a session, paths of any kind included. */
export function parseSessionName(name: string): SessionName | undefined {
  const [, number, ...time] = sessionPattern.exec(name) ?? [];
  if (number === undefined) return undefined;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = time.map(Number);
  return { number: Number(number), utcMs: Date.UTC(year, month - 1, day, hour, minute, second) };
}

export type PartName = { readonly stream: StreamName; readonly part: number };

/** `part` counts from 1. */
export function formatPartName({ stream, part }: PartName): string {
  return `${stream}-${String(part).padStart(4, '0')}.jsonl`;
}

export function parsePartName(name: string): PartName | undefined {
  const [, stream, part] = partPattern.exec(name) ?? [];
  if (stream !== 'journal' && stream !== 'telemetry') return undefined;
  return { stream, part: Number(part) };
}
