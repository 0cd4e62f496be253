/** Reads tables of numbers with a row of names: text in, columns out. Knows no show. */
import { ShowError } from '../../errors.js';
import type { CsvFile } from './csv-files.js';
import { decodeLines } from './text-file.js';

/** Which columns a format has, by the names that `nameOf` makes of the cells of the first row. */
export type TableColumns = {
  readonly nameOf: (cell: string) => string;
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** Columns that are known and not needed. */
  readonly ignored: readonly string[];
};

/** `path` and the line of each row are for messages. `unknown`: columns (as the file spells them) that were left out. */
export type NumberTable = {
  readonly path: string;
  readonly columns: ReadonlyMap<string, Float64Array>;
  readonly lines: Int32Array;
  readonly unknown: readonly string[];
};

/**
 * Columns are found by name; empty lines are skipped.
 * @throws ShowError naming file and line: a column that is missing or there twice, a row of another length, a cell
 * that is no finite number, no row at all.
 */
export function readNumberTable({ path, bytes }: CsvFile, expected: TableColumns): NumberTable {
  const texts = decodeLines(bytes, path).split(/\r\n|\n|\r/);
  const [first, ...lines] = texts.map((_, index) => index).filter((index) => texts[index]?.trim() !== '');
  if (first === undefined) throw new ShowError(`${path}: the file is empty`);
  const header = (texts[first] ?? '').split(',').map(unquote);
  const places = findColumns(header, expected, `${path}, line ${first + 1}`);
  if (lines.length === 0) throw new ShowError(`${path}: there are no rows after the names of the columns`);
  const columns = new Map([...places.keys()].map((name) => [name, new Float64Array(lines.length)]));
  for (const [row, line] of lines.entries()) {
    const cells = (texts[line] ?? '').split(',');
    const where = `${path}, line ${line + 1}`;
    if (cells.length !== header.length)
      throw new ShowError(
        `${where}: expected ${header.length} cells as in the first row, found ${cells.length}`,
      );
    for (const [name, column] of columns)
      column[row] = readDecimal(cells[places.get(name) ?? -1] ?? '', name, where);
  }
  const known = new Set([...expected.required, ...expected.optional, ...expected.ignored]);
  return {
    path,
    columns,
    lines: Int32Array.from(lines, (line) => line + 1),
    unknown: header.filter((cell) => !known.has(expected.nameOf(cell))),
  };
}

/** The columns of these names, when the file has them all; undefined when it has none of them. @throws ShowError else. */
export function columnsOf(table: NumberTable, names: readonly string[]): Float64Array[] | undefined {
  const found = names.map((name) => table.columns.get(name)).filter((column) => column !== undefined);
  if (found.length === 0) return undefined;
  if (found.length === names.length) return found;
  const missing = names.filter((name) => !table.columns.has(name));
  throw new ShowError(
    `${table.path}, line 1: column ${missing.join(', ')} is missing, expected all of ${names.join(', ')} or none`,
  );
}

/**
 * A column as times, s (`unitS`: seconds of one).
 * @throws ShowError naming the line of a time below zero, or not after the one before it.
 */
export function readTimes(table: NumberTable, name: string, unitS: number): Float64Array {
  const values = table.columns.get(name) ?? new Float64Array();
  let before = Number.NEGATIVE_INFINITY;
  for (const [row, value] of values.entries()) {
    const where = `${table.path}, line ${table.lines[row]}: ${name} ${value}`;
    if (value < 0) throw new ShowError(`${where} is negative, a show begins at 0`);
    if (value <= before) throw new ShowError(`${where} does not come after ${before} in the row before`);
    before = value;
  }
  return values.map((value) => roundToMicroseconds(value * unitS));
}

/** Takes away what binary fractions add to a decimal time. */
export function roundToMicroseconds(tS: number): number {
  return Math.round(tS * 1e6) / 1e6;
}

function unquote(cell: string): string {
  return cell.trim().replace(/^"(.*)"$/, '$1');
}

/** Index of each column that is read. */
function findColumns(cells: readonly string[], expected: TableColumns, where: string): Map<string, number> {
  const names = cells.map(expected.nameOf);
  const places = new Map<string, number>();
  for (const name of [...expected.required, ...expected.optional]) {
    const index = names.indexOf(name);
    if (index !== names.lastIndexOf(name))
      throw new ShowError(`${where}: column "${cells[index]}" is there twice`);
    if (index >= 0) places.set(name, index);
  }
  const missing = expected.required.filter((name) => !places.has(name));
  if (missing.length === 0) return places;
  throw new ShowError(
    `${where}: column ${missing.join(', ')} is missing, found: ${cells.join(', ').slice(0, 200)}`,
  );
}

function readDecimal(text: string, name: string, where: string): number {
  const cell = text.trim();
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(cell) ? Number(cell) : Number.NaN;
  if (Number.isFinite(value)) return value;
  throw new ShowError(`${where}: ${name} "${cell.slice(0, 40)}" is wrong, expected a number`);
}
