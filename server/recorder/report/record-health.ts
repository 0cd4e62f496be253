/** What a record itself is worth: whether its chain is whole, and what is not in it. Pure: knows no file. */
import type { ChainLink, JournalRecord, StreamName } from '../record.js';
import type { SessionVerdict } from '../replay/recording.js';
import type { TrackGap } from '../replay/telemetry-track.js';
import type { Verdict } from '../verify.js';
import { fieldsOf, textOf } from './read-record.js';

/** Nothing was recorded between these moments, UTC ms of the server. */
type RecordGap = {
  readonly stream: StreamName;
  readonly fromUtcMs: number;
  readonly untilUtcMs: number;
  readonly why: string;
  /** How many of each kind were lost, as the record itself says; empty where it does not. */
  readonly lost: { readonly [kind: string]: number };
};

export type RecordHealth = {
  /**
   * `tampered`: it is not what was written, by a hand or by a broken disk. `open`: whole as far as it goes, without its
   * end: it is still written, was cut off, or somebody took the end.
   */
  readonly state: 'whole' | 'open' | 'tampered';
  /** What is wrong, as sentences; the first of them. */
  readonly findings: readonly string[];
  readonly findingCount: number;
  readonly records: number;
  /** The end of the journal's chain, to be compared with one that was kept elsewhere. */
  readonly last: ChainLink | undefined;
  readonly gaps: readonly RecordGap[];
  /** The server's system clock was set: times before and after do not count from the same zero. */
  readonly clockSteps: readonly { readonly utcMs: number; readonly byMs: number }[];
};

/** Findings that are told in words. */
const maxFindings = 20;

/** Times are written as whole ms, and clocks are slewed: less is no step, ms. */
const leastStepMs = 500;

export type HealthInput = {
  readonly verdict: SessionVerdict;
  readonly records: readonly JournalRecord[];
  readonly telemetryGaps: readonly TrackGap[];
};

export function recordHealth({ verdict, records, telemetryGaps }: HealthInput): RecordHealth {
  const { journal, telemetry, isTelemetryComplete, isOneSession } = verdict;
  const findings = [...findingsOf('journal', journal), ...findingsOf('telemetry', telemetry)];
  if (isTelemetryComplete === false)
    findings.push('telemetry: it does not end as the end of the journal says');
  if (!isOneSession) findings.push('telemetry: it is of another session than the journal');
  const isWhole = journal.isEnded && telemetry.isEnded;
  return {
    state: findings.length > 0 ? 'tampered' : isWhole ? 'whole' : 'open',
    findings: findings.slice(0, maxFindings),
    findingCount: findings.length,
    records: journal.records,
    last: journal.last,
    gaps: [...records.flatMap(gapOf), ...telemetryGaps.map((gap) => trackGap(gap, records))],
    clockSteps: stepsIn(records),
  };
}

function findingsOf(stream: StreamName, { findings }: Verdict): string[] {
  return findings.map(({ part, line, text }) => `${stream}, part ${part}, line ${line}: ${text}`);
}

function gapOf({ kind, utcMs, body }: JournalRecord): RecordGap[] {
  if (kind !== 'gap') return [];
  const lost = Object.entries(fieldsOf(body.lost)).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number',
  );
  const fromUtcMs = typeof body.sinceUtcMs === 'number' ? body.sinceUtcMs : utcMs;
  return [
    {
      ...{ stream: 'journal', fromUtcMs, untilUtcMs: utcMs, why: textOf(body.why) },
      lost: Object.fromEntries(lost),
    },
  ];
}

function trackGap({ fromMs, untilMs, why }: TrackGap, records: readonly JournalRecord[]): RecordGap {
  const utcOf = (monotonicMs: number) => {
    const near = records.findLast((record) => record.monotonicMs <= monotonicMs) ?? records[0];
    return near ? near.utcMs + monotonicMs - near.monotonicMs : 0;
  };
  return { stream: 'telemetry', fromUtcMs: utcOf(fromMs), untilUtcMs: utcOf(untilMs), why, lost: {} };
}

function stepsIn(records: readonly JournalRecord[]): RecordHealth['clockSteps'] {
  const [head] = records;
  if (!head) return [];
  const steps: { utcMs: number; byMs: number }[] = [];
  let zeroMs = head.utcMs - head.monotonicMs;
  for (const { utcMs, monotonicMs } of records) {
    const byMs = utcMs - monotonicMs - zeroMs;
    if (Math.abs(byMs) < leastStepMs) continue;
    steps.push({ utcMs, byMs: Math.round(byMs) });
    zeroMs += byMs;
  }
  return steps;
}
