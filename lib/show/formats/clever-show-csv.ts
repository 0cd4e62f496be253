/** Reads and writes the clever-show animation file: text in, animation out. Knows no file system and no drone. */
import { type CsvError, parse } from 'csv-parse/sync';
import { errorText, ShowError } from '../../errors.js';
import type { Animation, AnimationFrame } from '../model.js';

/** The id of an animation whose file names none. */
export const noAnimationId = 'No animation id';

/** Shorter frames are refused: the file's clock would outrun what a drone can play. */
const minFrameDelayS = 0.01;

/** What cells with commas are put between. */
const quote = '|';

const columns = 'number, x, y, z, yaw, red, green, blue';

/**
 * Parses one drone's file. `frameDelayS` lasts until the file sets its own; `fileName` is for messages alone.
 * @throws ShowError naming file and line, for the first row that is wrong, and for a file without frames.
 */
export function parseCleverShowCsv(
  text: string,
  fileName: string,
  options: { readonly frameDelayS: number },
): Animation {
  const rows = readRows(text, fileName);
  const first = rows[0];
  if (!first) throw new ShowError(`${fileName}: the file is empty`);
  const hasId = first.cells.length === 1;
  let durationS = options.frameDelayS;
  const frames: AnimationFrame[] = [];
  for (const row of hasId ? rows.slice(1) : rows) {
    const where = `${fileName}, line ${row.line}`;
    if (row.cells.length === 2) durationS = readDelay(row.cells, where);
    else frames.push({ ...readFrame(row.cells, where), durationS });
  }
  if (frames.length === 0) throw new ShowError(`${fileName}: the file has no frames`);
  return { id: hasId ? (first.cells[0] ?? noAnimationId) : noAnimationId, frames };
}

/** Writes an animation with an id row, and a delay row wherever the frame delay changes (0.1 s needs none). */
export function toCleverShowCsv(animation: Animation): string {
  const lines = animation.id === noAnimationId ? [] : [quoteCell(animation.id)];
  let delayS = 0.1;
  for (const [number, frame] of animation.frames.entries()) {
    if (frame.durationS !== delayS) lines.push(`delay,${frame.durationS}`);
    delayS = frame.durationS;
    const { x, y, z } = frame.positionM;
    const { red, green, blue } = frame.color;
    lines.push([number, ...[x, y, z, frame.yawRad].map(formatNumber), red, green, blue].join(','));
  }
  return `${lines.join('\n')}\n`;
}

type Row = { readonly cells: readonly string[]; readonly line: number };

/** Rows that are not empty, cells trimmed, with the line of the file at which each ends. */
function readRows(text: string, fileName: string): Row[] {
  if (!text.includes(quote)) return readPlainRows(text);
  try {
    const records: unknown[] = parse(text, {
      delimiter: ',',
      quote,
      escape: quote,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      relax_quotes: true,
      bom: true,
      info: true,
    });
    return (records as { record: string[]; info: { lines: number } }[])
      .map(({ record, info }) => ({ cells: record.map((cell) => cell.trim()), line: info.lines }))
      .filter(({ cells }) => cells.length > 1 || cells[0] !== '');
  } catch (error) {
    const line = isCsvError(error) ? `, line ${error.lines}` : '';
    throw new ShowError(`${fileName}${line}: ${errorText(error)}`, { cause: error });
  }
}

/** The same for a file without quotes, as nearly all are: many times as fast as the parser, for files of megabytes. */
function readPlainRows(text: string): Row[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .map((line, index) => ({ cells: line.split(',').map((cell) => cell.trim()), line: index + 1 }))
    .filter(({ cells }) => cells.length > 1 || cells[0] !== '');
}

function isCsvError(error: unknown): error is CsvError & { lines: number } {
  return error instanceof Error && 'lines' in error && typeof error.lines === 'number';
}

function readDelay(cells: readonly string[], where: string): number {
  const delayS = readNumber(cells[1]);
  if (delayS >= minFrameDelayS && Number.isFinite(delayS)) return delayS;
  throw new ShowError(
    `${where}: frame delay "${cells[1]}" is wrong, expected seconds, at least ${minFrameDelayS}`,
  );
}

function readFrame(cells: readonly string[], where: string): Omit<AnimationFrame, 'durationS'> {
  if (cells.length !== 8)
    throw new ShowError(`${where}: expected 8 cells (${columns}), found ${cells.length}`);
  readInteger(cells[0], 'number', where);
  const positionM = {
    x: readMetres(cells[1], 'x', where),
    y: readMetres(cells[2], 'y', where),
    z: readMetres(cells[3], 'z', where),
  };
  const color = {
    red: readColor(cells[5], 'red', where),
    green: readColor(cells[6], 'green', where),
    blue: readColor(cells[7], 'blue', where),
  };
  return { positionM, yawRad: readYaw(cells[4], where), color };
}

function readMetres(cell: string | undefined, name: string, where: string): number {
  const value = readNumber(cell);
  if (Number.isFinite(value)) return value;
  throw new ShowError(`${where}: ${name} "${cell}" is wrong, expected a number of metres`);
}

/** rad; the word `nan` keeps the heading. */
function readYaw(cell: string | undefined, where: string): number {
  const value = readNumber(cell);
  if (Number.isFinite(value) || cell?.toLowerCase() === 'nan') return value;
  throw new ShowError(`${where}: yaw "${cell}" is wrong, expected radians`);
}

function readColor(cell: string | undefined, name: string, where: string): number {
  const value = readInteger(cell, name, where);
  if (value >= 0 && value <= 255) return value;
  throw new ShowError(`${where}: ${name} "${cell}" is wrong, expected an integer from 0 to 255`);
}

function readInteger(cell: string | undefined, name: string, where: string): number {
  if (cell !== undefined && /^[+-]?\d+$/.test(cell)) return Number(cell);
  throw new ShowError(`${where}: ${name} "${cell}" is wrong, expected an integer`);
}

/** A decimal number; NaN for everything else. */
function readNumber(cell: string | undefined): number {
  if (cell === undefined || !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(cell)) return Number.NaN;
  return Number(cell);
}

/** Five decimals (10 µm), without a negative zero. */
function formatNumber(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  const text = value.toFixed(5);
  return Number(text) === 0 ? '0.00000' : text;
}

function quoteCell(text: string): string {
  return /[,|\r\n]/.test(text) ? `|${text.replaceAll('|', '||')}|` : text;
}
