/** `starling show convert`: a show in another format. Chooses the target, writes, and says what it can not hold. */

import { extname } from 'node:path';
import { UsageError } from '../../lib/errors.js';
import { lineWriter } from '../../lib/output/adapters/line-output.js';
import { printable } from '../../lib/printable.js';
import { openShow } from '../../lib/show/adapters/open-show.js';
import { withSafeSlots } from '../../lib/show/convert/safe-slots.js';
import { exportCleverShow } from '../../lib/show/formats/clever-show.js';
import type { ExportedShow } from '../../lib/show/formats/format.js';
import { exportSkybrushCsv } from '../../lib/show/formats/skybrush-csv.js';
import { exportSkyc } from '../../lib/show/formats/skyc/index.js';
import { exportStar } from '../../lib/show/formats/star.js';
import { writeZip } from '../../lib/show/formats/zip.js';
import type { Show } from '../../lib/show/show.js';
import { writeFileWhole, writeFolderWhole } from './write-whole.js';

export const showTargets = ['star', 'clever-show', 'skyc', 'skybrush-csv'] as const;
export type ShowTarget = (typeof showTargets)[number];

export type ShowConvertOptions = {
  readonly to?: ShowTarget;
  /** Samples per second of the two formats that are tables. */
  readonly rate?: number;
  readonly force?: boolean;
};

export async function runShowConvert(
  path: string,
  out: string,
  options: ShowConvertOptions,
): Promise<number> {
  const target = options.to ?? targetOf(out);
  const ending = extname(out).toLowerCase();
  const isArchive = ['.zip', '.skyc', '.star'].includes(ending);
  expectEnding(target, ending);
  if (options.rate !== undefined && !isTable(target))
    throw new UsageError(
      `--rate goes with clever-show and skybrush-csv: ${target} holds the paths themselves`,
    );
  const opened = await openShow(path);
  const { show, notes } = isTable(target) ? withSafeSlots(opened.show) : { show: opened.show, notes: [] };
  const exported = exporters[target](show, options.rate === undefined ? {} : { rateHz: options.rate });
  const write = { isForced: options.force ?? false };
  if (isArchive) await writeFileWhole(out, writeZip(exported.files), write);
  else await writeFolderWhole(out, exported.files, write);
  for (const note of [...opened.notes, ...notes, ...exported.notes]) lineWriter(2)(`${printable(note)}`);
  lineWriter(1)(`${out}: ${target}, ${show.slots.size} drones`);
  return 0;
}

const exporters: Readonly<Record<ShowTarget, (show: Show, options: { rateHz?: number }) => ExportedShow>> = {
  star: exportStar,
  skyc: exportSkyc,
  'clever-show': exportCleverShow,
  'skybrush-csv': exportSkybrushCsv,
};

function isTable(target: ShowTarget): boolean {
  return target === 'clever-show' || target === 'skybrush-csv';
}

/** By the ending of the name, where that says it. */
function targetOf(out: string): ShowTarget {
  const ending = extname(out).toLowerCase();
  if (ending === '.star') return 'star';
  if (ending === '.skyc') return 'skyc';
  throw new UsageError(
    `${out}: the name does not say which format is meant: --to ${showTargets.join(', --to ')}`,
  );
}

/** A package is one file, with the ending by which other programs know it. */
function expectEnding(target: ShowTarget, ending: string): void {
  const own = target === 'star' || target === 'skyc' ? `.${target}` : undefined;
  if (own !== undefined && ending !== own)
    throw new UsageError(`--to ${target}: expected a name that ends in ${own}`);
  if (own === undefined && (ending === '.star' || ending === '.skyc'))
    throw new UsageError(`--to ${target}: expected a folder, or a name that ends in .zip`);
}
