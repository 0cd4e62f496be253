/** `starling report`: what became of a flight, from what the server recorded and the drones' own logs. Writes the page. */
import { readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { errorCode, errorText, StarlingError, UsageError } from '../../lib/errors.js';
import { lineWriter } from '../../lib/output/adapters/line-output.js';
import { type FoundSession, findSession } from '../../server/recorder/adapters/find-session.js';
import { SessionFolderFiles } from '../../server/recorder/adapters/recorder-folder.js';
import { exportMcap } from '../../server/recorder/export/mcap-export.js';
import { parseSessionName } from '../../server/recorder/names.js';
import { Recording } from '../../server/recorder/replay/recording.js';
import {
  type FlightSpan,
  type FoundLogs,
  readFlightLogs,
} from '../../server/recorder/report/adapters/flight-log-folder.js';
import { plannedUseOf } from '../../server/recorder/report/battery-plan.js';
import { fleetSeries, untilLanded } from '../../server/recorder/report/fleet-series.js';
import {
  type FlightPageData,
  flightJson,
  flightPageData,
} from '../../server/recorder/report/flight-page-data.js';
import { flightsOf } from '../../server/recorder/report/flights.js';
import { flightPage } from '../../server/recorder/report/page/flight-page.js';
import { verdictOf } from '../../server/recorder/report/page/verdict.js';
import { recordHealth } from '../../server/recorder/report/record-health.js';
import { sessionReport } from '../../server/recorder/report/session-report.js';
import { version } from '../version.js';
import { writeFileWhole, writePiecesWhole } from './write-whole.js';

export type ReportOptions = {
  readonly output?: string;
  /** From 1; undefined: the last. */
  readonly flight?: number;
  readonly logs?: string;
  readonly json?: boolean;
  readonly mcap?: string;
};

type Opened = { readonly found: FoundSession; readonly recording: Recording };
type Say = (text: string) => void;

/** 0 whatever was found: the page says it. Older files of those names are replaced. @throws UsageError */
export async function runReport(
  path: string,
  options: ReportOptions,
  say: Say = lineWriter(options.json === true ? 2 : 1),
): Promise<number> {
  const { output, mcap, json = false } = options;
  const wantsReport = output !== undefined || json;
  if (!wantsReport && mcap === undefined)
    throw new UsageError(
      'nothing to make: -o FILE writes the page, --json prints its data, --mcap FILE the telemetry',
    );
  if (output !== undefined && mcap !== undefined && resolve(output) === resolve(mcap))
    throw new UsageError(`-o and --mcap both name ${output}: one would replace the other`);
  const opened = await openNewest(path, wantsReport, say);
  if (mcap !== undefined) {
    await writePiecesWhole(mcap, (append) => exportMcap(opened.recording, { append }));
    say(`${resolve(mcap)}: the telemetry of ${opened.found.name} as MCAP`);
  }
  if (!wantsReport) return 0;
  const data = await dataOf(opened, options, say);
  if (output !== undefined) {
    await writeFileWhole(output, flightPage({ data, made: madeBy() }), { isForced: true });
    const { title } = verdictOf(data);
    say(`${resolve(output)}: ${title}`);
  }
  if (json) await print(`${JSON.stringify(flightJson(data))}\n`);
  return 0;
}

/** Of several sessions the newest, or the newest in which something was flown where that is what is asked for. */
async function openNewest(path: string, wantsFlight: boolean, say: Say): Promise<Opened> {
  const found = await findSession(path);
  const newest = { found, recording: await openRecording(found.folder) };
  if (found.newestOf === undefined) return newest;
  const flown = wantsFlight ? await newestFlown(newest) : newest;
  if (!flown) throw new UsageError(`${path}: ${noFlight} in any of its ${found.newestOf} recordings`);
  const which = found.newestOf === 1 ? 'the only recording' : `the newest of ${found.newestOf} recordings`;
  const skipped = `the newest recording with a flight; there is none in ${found.name}`;
  say(`${flown.found.folder}: ${flown === newest ? which : skipped}`);
  return flown;
}

const noFlight = 'no show was started, so there is no flight to report on,';

async function newestFlown(newest: Opened): Promise<Opened | undefined> {
  if (flightsOf(newest.recording.records).length > 0) return newest;
  const parent = dirname(newest.found.folder);
  const names = (await readdir(parent)).filter(
    (name) => parseSessionName(name) && name !== newest.found.name,
  );
  names.sort((a, b) => (parseSessionName(b)?.number ?? 0) - (parseSessionName(a)?.number ?? 0));
  for (const name of names) {
    const recording = await openRecording(join(parent, name)).catch(() => undefined);
    if (recording && flightsOf(recording.records).length > 0)
      return { found: { ...newest.found, name, folder: join(parent, name) }, recording };
  }
  return undefined;
}

/** @throws UsageError, for people, for what can not be read as a recording. */
async function openRecording(folder: string): Promise<Recording> {
  try {
    return await Recording.open(new SessionFolderFiles(folder));
  } catch (error) {
    throw new UsageError(`${folder}: no recording that can be reported on: ${errorText(error)}`);
  }
}

async function dataOf(
  { found, recording }: Opened,
  options: ReportOptions,
  say: Say,
): Promise<FlightPageData> {
  const { records, telemetryGaps, head, durationMs } = recording;
  const flights = flightsOf(records);
  const number = options.flight ?? flights.length;
  const shown = flights[number - 1];
  if (flights.length === 0)
    throw new UsageError(`${found.folder}: ${noFlight} in it; "starling replay" shows what there is`);
  if (!shown) throw new UsageError(`--flight ${number}: this recording has ${flightCount(flights.length)}`);
  const flight = await untilLanded(recording, shown, flights[number]);
  const verdict = await recording.verify();
  const fleet = await fleetSeries(recording, flight);
  const { found: read, folder } = await logsOf(
    found,
    { ...flight, onFound: (files) => sayMany(files, say) },
    options.logs,
  );
  const plannedUse = plannedUseOf(records, flight);
  const report = sessionReport({
    ...{ records, logs: read.logs, flight: number - 1, landed: flight, plannedUse },
    expected: fleet.slots.keys(),
  });
  if (!report)
    throw new StarlingError('internal', `${found.folder}: flight ${number} was there, and is gone`);
  return flightPageData({
    session: { name: found.name, startUtcMs: head.utcMs, durationMs },
    ...{ flightNumber: number, flights: flights.length, report, fleet, plannedUse },
    health: recordHealth({ verdict, records, telemetryGaps }),
    logs: { folder, files: read.files, ofOtherTimes: read.ofOtherTimes, troubles: read.troubles },
  });
}

function flightCount(count: number): string {
  return count === 1 ? 'one flight' : `${count} flights, 1 to ${count}`;
}

/** From so many on somebody who waits is told why. */
const manyFiles = 100;

function sayMany(files: number, say: Say): void {
  if (files >= manyFiles) say(`${files} flight logs are read: it takes a while`);
}

const none: FoundLogs = { logs: [], files: 0, ofOtherTimes: 0, troubles: [] };

/** Where nobody names a folder: the server's archive beside its recordings. */
async function logsOf(
  { folder }: FoundSession,
  { fromUtcMs, untilUtcMs, onFound }: Pick<FlightSpan, 'fromUtcMs' | 'untilUtcMs' | 'onFound'>,
  given: string | undefined,
): Promise<{ readonly found: FoundLogs; readonly folder: string | undefined }> {
  const place = given === undefined ? join(dirname(dirname(folder)), 'flight-logs') : resolve(given);
  try {
    const found = await readFlightLogs(place, {
      ...{ fromUtcMs, untilUtcMs, isArchive: given === undefined },
      ...(onFound && { onFound }),
    });
    return { found, folder: place };
  } catch (error) {
    if (given === undefined && errorCode(error) === 'ENOENT') return { found: none, folder: undefined };
    throw new UsageError(`${given ?? place}: flight logs can not be read: ${errorText(error)}`);
  }
}

function madeBy(): string {
  return `Report made by Starling ${version} on ${new Date().toISOString().slice(0, 16).replace('T', ' at ')} UTC.`;
}

/** As slowly as the other side reads; a reader that has seen enough ends it. */
async function print(text: string): Promise<void> {
  try {
    await pipeline(Readable.from([text]), process.stdout, { end: false });
  } catch (error) {
    if (errorCode(error) !== 'EPIPE') throw error;
  }
}
