/** How far an update has come, as it is written down for the case that the power goes. Pure. */
import { isHex } from '../../lib/security/hex.js';
import { objectOf } from '../../lib/security/parse-json.js';
import type { UpdateOutcome } from '../../lib/update/drone-software.js';
import type { ClientHealth } from '../jobs/job.js';

/**
 * `preparing`: nothing is changed yet; `installing`: dpkg may have begun; `waiting`: for the new client;
 * `rolling_back`: the old one may be back in part; `ended`: all but the clearing is done.
 */
const updatePhases = ['preparing', 'installing', 'waiting', 'rolling_back', 'ended'] as const;

export type UpdatePhase = (typeof updatePhases)[number];

export type UpdateJournal = {
  readonly phase: UpdatePhase;
  readonly sha256: string;
  /** Versions: of before, and of the update. */
  readonly from?: string;
  readonly to?: string;
  /** Of the client before the update; undefined when it told none. */
  readonly before?: ClientHealth;
  /** systemd's name of the start of the client that the update replaces. */
  readonly startBefore?: string;
  /** The client did not run before, and is not expected to run now. */
  readonly isClientIdle?: boolean;
  /** Not even the way back was possible, as was reported. */
  readonly hasFailed?: boolean;
  /** Why it is rolled back. */
  readonly why?: string;
  /** Once `ended`: how, and in which words. */
  readonly outcome?: UpdateOutcome;
  readonly words?: string;
};

export function journalText(journal: UpdateJournal): string {
  return `${JSON.stringify(journal)}\n`;
}

/** Undefined for what is none: it lies in a folder of root's, so its members are believed. */
export function parseJournal(text: string): UpdateJournal | undefined {
  const value = objectOf(text);
  const phase = updatePhases.find((one) => one === value?.phase);
  if (!phase || !isHex(value?.sha256, 64)) return undefined;
  return { ...(value as UpdateJournal), phase };
}
