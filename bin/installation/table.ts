/** A table of drones in a file: a header of known columns, a row a drone; errors name row and column. Pure. */
import { type CsvError, parse } from 'csv-parse/sync';
import { UsageError } from '../../lib/errors.js';

/** Cells that are empty are left out. */
export type TableRow = {
  /** Line of the file at which the row ends, from 1. */
  readonly line: number;
  readonly cells: { readonly [column: string]: string };
};

export type TableForm = {
  /** For messages. */
  readonly fileName: string;
  readonly columns: readonly string[];
  readonly required: readonly string[];
};

/** @throws UsageError naming the file, and the line and column where there is one. */
export function parseTable(text: string, form: TableForm): TableRow[] {
  const { fileName, required } = form;
  const [header, ...rows] = readCells(text, fileName);
  if (!header) throw new UsageError(`${fileName} is empty: its first row names the columns, e.g. id,ssid`);
  const names = header.cells.map((name) => name.toLowerCase());
  expectHeader(names, form);
  if (rows.length === 0) throw new UsageError(`${fileName} names no drone: one row each below the header`);
  return rows.map(({ cells, line }) => {
    if (cells.length > names.length)
      throw new UsageError(
        `${fileName}, line ${line}: ${cells.length} cells for ${names.length} columns; put a cell with a comma in "quotes"`,
      );
    const pairs = names.map((name, index) => [name, cells[index] ?? ''] as const);
    const filled = Object.fromEntries(pairs.filter(([, cell]) => cell !== ''));
    const missing = required.find((name) => filled[name] === undefined);
    if (missing !== undefined) throw rowFault({ fileName, line, column: missing }, 'is empty, and is needed');
    return { line, cells: filled };
  });
}

export type Place = { readonly fileName: string; readonly line: number; readonly column: string };

export function rowFault({ fileName, line, column }: Place, what: string): UsageError {
  return new UsageError(`${fileName}, line ${line}, column ${column}: ${what}`);
}

function expectHeader(names: readonly string[], { fileName, columns, required }: TableForm): void {
  const unknown = names.find((name) => !columns.includes(name));
  if (unknown !== undefined)
    throw new UsageError(`${fileName}: there is no column "${unknown}"; known are ${columns.join(', ')}`);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new UsageError(`${fileName}: the column ${twice} is there twice`);
  const missing = required.find((name) => !names.includes(name));
  if (missing !== undefined) throw new UsageError(`${fileName}: the column ${missing} is missing`);
}

/** Excel's own first line, which says what separates cells. */
const separatorLine = /^\uFEFF?sep=.\r?\n/i;

/** Excel writes what the country of its computer separates by; no name of a column has one of these in it. */
function delimiterOf(text: string): string {
  const header =
    text
      .replace(separatorLine, '')
      .split(/\r?\n/)
      .find((line) => line.trim() !== '') ?? '';
  return [',', ';', '\t'].find((one) => header.includes(one)) ?? ',';
}

const csvFaults: { readonly [code: string]: string } = {
  CSV_QUOTE_NOT_CLOSED: 'a quote is not closed',
  INVALID_OPENING_QUOTE:
    'a quote stands inside a cell: put the whole cell in "quotes", and each quote in it twice',
  CSV_INVALID_CLOSING_QUOTE: 'something stands behind a closing quote: write each quote inside a cell twice',
};

/** The error of the parser may repeat a cell, and a cell may be a secret: only its code and line are told. */
function readCells(text: string, fileName: string): { readonly cells: string[]; readonly line: number }[] {
  try {
    const found = parse(text.replace(separatorLine, '\n'), {
      bom: true,
      delimiter: delimiterOf(text),
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
      info: true,
    });
    return (found as unknown as { record: string[]; info: { lines: number } }[])
      .filter(({ record }) => record.some((cell) => cell !== ''))
      .map(({ record, info }) => ({ cells: record, line: info.lines }));
  } catch (error) {
    const { code, lines } = error as Partial<CsvError>;
    if (code === undefined) throw error;
    throw new UsageError(
      `${fileName}${typeof lines === 'number' ? `, line ${lines}` : ''}: is no CSV (${csvFaults[code] ?? code})`,
    );
  }
}
