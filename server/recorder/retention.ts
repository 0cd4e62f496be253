/** Which sessions are to go: the oldest first, and never the one that is being written. Pure. */
import { parseSessionName } from './names.js';
import type { StoredSession } from './recorder-files.js';

export type RetentionLimits = {
  /** A session that began longer ago goes. */
  readonly maxAgeMs: number;
  /** All sessions together, the one that is being written included, bytes. */
  readonly maxTotalBytes: number;
};

export type RetentionMoment = { readonly utcMs: number; readonly current: string | undefined };

/** Names of sessions to remove, the oldest first. What has no session's name is nobody's here and stays, uncounted. */
export function sessionsToRemove(
  sessions: readonly StoredSession[],
  { maxAgeMs, maxTotalBytes }: RetentionLimits,
  { utcMs, current }: RetentionMoment,
): string[] {
  const known = inOrder(sessions);
  let totalBytes = known.reduce((sum, { bytes }) => sum + bytes, 0);
  const gone: string[] = [];
  for (const { name, bytes, began } of known) {
    if (name === current) continue;
    if (utcMs - began <= maxAgeMs && totalBytes <= maxTotalBytes) continue;
    gone.push(name);
    totalBytes -= bytes;
  }
  return gone;
}

/** The number of the next session. */
export function nextSessionNumber(sessions: readonly StoredSession[]): number {
  return Math.max(0, ...sessions.map(({ name }) => parseSessionName(name)?.number ?? 0)) + 1;
}

function inOrder(sessions: readonly StoredSession[]): (StoredSession & { readonly began: number })[] {
  const known = sessions.flatMap((session) => {
    const name = parseSessionName(session.name);
    return name ? [{ ...session, number: name.number, began: name.utcMs }] : [];
  });
  return known.sort((a, b) => a.number - b.number || a.began - b.began);
}
