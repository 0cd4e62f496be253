/** A recording as lines of text or JSON, for pipes and files. Pure: knows what was recorded and found; no file. */
import { printable } from '../../../lib/printable.js';
import { formatDate, formatDuration, formatUtc } from '../../panel/format.js';
import { textOf } from '../report/read-record.js';
import type { RecordHealth } from '../report/record-health.js';
import { chainViewOf } from './chain-view.js';
import type { Recording } from './recording.js';
import type { SessionLine } from './session-log.js';

export type ToldSession = {
  readonly recording: Recording;
  readonly lines: readonly SessionLine[];
  readonly health: RecordHealth;
  /** The recording's name. */
  readonly session: string;
  /** How many there were to choose from; undefined where it was named. */
  readonly newestOf: number | undefined;
  /** Something was written to it just now. */
  readonly isBeingWritten: boolean;
  /** Lines before this moment are left out, ms since the session began. */
  readonly fromMs: number;
};

/** Lines that begin with `#` tell of the recording; the others are its log. */
export function* textOfSession(told: ToldSession): Generator<string> {
  for (const line of aboutSession(told)) yield `# ${printable(line)}`;
  for (const { atUtcMs, tMs, level, text } of linesOf(told)) {
    const time = `${formatDate(atUtcMs)}T${formatUtc(atUtcMs)}Z ${formatDuration(tMs / 1000).padStart(7)}`;
    yield `${time} ${level.padEnd(7)} ${printable(text)}`;
  }
}

/** First an object that tells of the recording, then one for each line of its log. */
export function* jsonOfSession(told: ToldSession): Generator<string> {
  const { recording, health, session, newestOf, isBeingWritten } = told;
  const { state, findings, findingCount, records, last, gaps, clockSteps } = health;
  yield jsonLine({
    ...{ type: 'recording', session, newestOf, isBeingWritten },
    startUtcMs: startUtcMs(recording),
    durationMs: recording.durationMs,
    software: recording.head.body.software,
    chain: { state, findings, findingCount, records, last },
    ...{ gaps, clockSteps },
  });
  for (const { atUtcMs, tMs, level, kind, text } of linesOf(told))
    yield jsonLine({ type: 'line', utcMs: atUtcMs, tMs, level, kind, text });
}

/** Also what JSON leaves as it is may command a terminal, or put its line in another order. */
function jsonLine(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** What one has to know before one believes it; sentences. */
function aboutSession(told: ToldSession): readonly string[] {
  const { recording, health, session, newestOf } = told;
  const newest = newestOf === undefined || newestOf === 1 ? '' : ` (the newest of ${newestOf})`;
  const startMs = startUtcMs(recording);
  const began = `${formatDate(startMs)} ${formatUtc(startMs)} UTC`;
  const software = textOf(recording.head.body.software);
  return [
    `recording ${session}${newest}`,
    `began ${began}, ${formatDuration(recording.durationMs / 1000)} long, by ${software}`,
    chainSentence(health),
    ...(health.state === 'tampered' ? health.findings.slice(1) : []),
    ...(health.state === 'open' ? [endSentence(told)] : []),
    ...health.gaps.map(
      ({ stream, fromUtcMs, untilUtcMs, why }) =>
        `${stream}: nothing was recorded from ${formatUtc(fromUtcMs)} to ${formatUtc(untilUtcMs)}: ${why}`,
    ),
    ...health.clockSteps.map(
      ({ utcMs, byMs }) => `the server's clock was set by ${byMs / 1000} s at ${formatUtc(utcMs)}`,
    ),
  ];
}

function chainSentence(health: RecordHealth): string {
  const { state, records } = health;
  if (state === 'tampered') return chainViewOf(health).text;
  return `chain intact: ${records} records of the journal, and the telemetry, are as they were written`;
}

function endSentence({ recording, isBeingWritten }: ToldSession): string {
  const untilMs = startUtcMs(recording) + recording.durationMs;
  const until = `this is what there is until ${formatUtc(untilMs)}`;
  return isBeingWritten
    ? `it is being written now: ${until}`
    : `its end is missing (the server was killed, lost power, or still runs): ${until}`;
}

function linesOf({ lines, fromMs }: ToldSession): readonly SessionLine[] {
  return fromMs <= 0 ? lines : lines.filter(({ tMs }) => tMs >= fromMs);
}

function startUtcMs({ head, startMs }: Recording): number {
  return head.utcMs - (head.monotonicMs - startMs);
}
