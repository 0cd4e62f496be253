/** What an update and its way back are made of, and what they report alike. Knows ports alone. */
import type { Clock } from '../../lib/time/clock.js';
import type { UpdateOutcome, UpdateReport } from '../../lib/update/drone-software.js';
import type { Dpkg } from './dpkg.js';
import type { HelperPaths } from './helper-paths.js';
import type { ClientMarks, UpdateStore } from './ports.js';
import type { Services } from './services.js';
import type { UpdateJournal } from './update-journal.js';

export type UpdateParts = {
  readonly clock: Clock;
  readonly store: UpdateStore;
  readonly dpkg: Dpkg;
  readonly services: Services;
  readonly marks: ClientMarks;
  readonly paths: HelperPaths;
  /** A line for the system's journal. */
  readonly log: (text: string) => void;
};

/** Longest text of a report, characters. */
const maxText = 1500;

type Subject = Pick<UpdateJournal, 'sha256' | 'from' | 'to'>;

/** Tells how it stands; the words go to the system's journal too. */
export function tell(
  { clock, store, log }: UpdateParts,
  subject: Subject,
  [outcome, words]: readonly [UpdateOutcome, string],
): UpdateReport {
  const { sha256, from, to } = subject;
  const text = words.slice(0, maxText);
  const versions = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
  const report = { outcome, sha256, ...versions, text, atUtcMs: Math.round(clock.utcMs()) };
  store.setReport(report);
  log(`update: ${outcome}: ${text}`);
  return report;
}

/**
 * Tells how it ended and clears up. Cut short anywhere, it is told again at the next start: what has ended is written down
 * before it is told.
 */
export function conclude(
  parts: UpdateParts,
  journal: UpdateJournal,
  end: readonly [UpdateOutcome, string],
): UpdateReport {
  parts.store.setJournal({ ...journal, phase: 'ended', outcome: end[0], words: end[1] });
  const report = tell(parts, journal, end);
  parts.store.clear();
  return report;
}
