/** Values of answers as texts and tables for people. Pure; knows no action. */
import { printable } from '../../printable.js';
import type { TppJson } from './codec.js';
import { isTppObject } from './messages.js';

/** A member of an object, or of a list; null when there is none. */
export function at(value: TppJson, key: string | number): TppJson {
  if (Array.isArray(value)) return value[Number(key)] ?? null;
  return isTppObject(value) && Object.hasOwn(value, key) ? (value[key] ?? null) : null;
}

export function shown(value: TppJson): string {
  if (value === null || value === '') return '-';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Columns as wide as their widest cell, two blanks between, none at the end. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const clean = rows.map((row) => row.map(printable));
  const widths: number[] = [];
  for (const row of clean) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
  }
  return clean.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
