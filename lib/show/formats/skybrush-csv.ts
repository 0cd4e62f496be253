/** The CSV format of Skybrush: one table of samples a drone. Knows files as bytes; no disk and no drone. */

import { ShowError } from '../../errors.js';
import type { Show, SlotShow } from '../show.js';
import { type CsvFile, findCsvFiles, hasCsvFile, othersNote, readEach } from './csv-files.js';
import type { ExportedShow, ImportedShow, ShowFormat, ShowSource } from './format.js';
import {
  columnsOf,
  type NumberTable,
  readNumberTable,
  readTimes,
  type TableColumns,
} from './number-table.js';
import type { SampledShow, SampledSlot } from './sampled-show.js';
import {
  clampChannel,
  interleave,
  linearLights,
  noYaw,
  sampledSlot,
  sampledTrajectory,
  whiteLights,
} from './samples.js';
import { sampleShow, slotFileName } from './sampling.js';

const header = 'Time [msec],x [m],y [m],z [m],Red,Green,Blue';

const columns: TableColumns = {
  nameOf: (cell) => cell.toLowerCase().replace(/[\s_[\]]+/g, ''),
  required: ['timemsec', 'xm', 'ym', 'zm'],
  optional: ['red', 'green', 'blue'],
  ignored: [],
};

/**
 * A folder or archive of NAME.csv, or one file. Axes as in the file: x forward, y left, z up, in m; where x points it
 * does not say, so there is no `headingDeg`. A drone stands at its first sample before it and at its last after it;
 * it is dark before its first sample, and keeps the colour of its last.
 */
export const skybrushCsv: ShowFormat = {
  id: 'skybrush-csv',
  matches: (source) => hasCsvFile(source, hasHeader),
  read: readSkybrushCsv,
};

/**
 * The show as tables with `rateHz` rows a second, at whole milliseconds, from t = 0, or from its beginning when that
 * lies before.
 * @throws ShowError for a light program that can not be read; UsageError for a rate below 0.1 or above 100 Hz,
 * or too high for so long a show.
 */
export function exportSkybrushCsv(show: Show, options: { readonly rateHz?: number } = {}): ExportedShow {
  const sampled = sampleShow(show, {
    rateHz: options.rateHz ?? 10,
    lights: 'linear',
    hasYaw: false,
    ticksPerS: 1000,
  });
  const files = new Map<string, Uint8Array>();
  for (const [slot, samples] of sampled.slots)
    files.set(slotFileName(slot), new TextEncoder().encode(toTable(sampled, samples)));
  return { files, notes: sampled.notes };
}

function hasHeader([first = '']: readonly string[]): boolean {
  const names = first.split(',').map((cell) => columns.nameOf(cell.replaceAll('"', '')));
  return names.includes('timemsec') && names.some((name) => /^[xyz]m$/.test(name));
}

function readSkybrushCsv(source: ShowSource): ImportedShow {
  const { files, others } = findCsvFiles(source, hasHeader);
  const unknown = new Set<string>();
  const slots = readEach(files, (file) => {
    const table = readNumberTable(file, columns);
    for (const name of table.unknown) unknown.add(name);
    return toSlot(file, table);
  });
  const notes = [...unknown].map((name) => `Column "${name}" is not taken.`);
  return {
    show: { title: source.name, slots, cues: [], segments: {}, limits: {} },
    notes: [...notes, ...othersNote(others)],
  };
}

function toSlot(file: CsvFile, table: NumberTable): SlotShow {
  const timesS = readTimes(table, 'timemsec', 0.001);
  const positionsM = interleave(columnsOf(table, ['xm', 'ym', 'zm']) ?? []);
  const channels = columnsOf(table, ['red', 'green', 'blue']);
  for (const channel of channels ?? []) expectChannel(channel, file, table);
  return sampledSlot({
    trajectory: sampledTrajectory(timesS, positionsM),
    lights: channels
      ? linearLights(timesS, Uint8Array.from(interleave(channels), clampChannel))
      : whiteLights(timesS[0] ?? 0),
    yaw: noYaw,
  });
}

function expectChannel(channel: Float64Array, { path }: CsvFile, { lines }: NumberTable): void {
  const row = channel.findIndex((value) => value < 0 || value > 255);
  if (row >= 0)
    throw new ShowError(`${path}, line ${lines[row]}: colour ${channel[row]} is wrong, expected 0 to 255`);
}

function toTable({ timesS, startS }: SampledShow, { positionsM, colors }: SampledSlot): string {
  const rows = Array.from(timesS, (tS, i) => {
    const place = Array.from(positionsM.subarray(3 * i, 3 * i + 3), formatMetres);
    return [Math.round((tS - startS) * 1000), ...place, ...colors.subarray(3 * i, 3 * i + 3)].join(',');
  });
  return `${[header, ...rows].join('\n')}\n`;
}

/** Five decimals (10 µm), without a negative zero. */
function formatMetres(value: number): string {
  return (Math.round(value * 1e5) / 1e5 + 0).toFixed(5);
}
