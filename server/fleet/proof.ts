/** Does a drone hold what it is meant to fly? Pure; knows digests and telemetry. */
import type { DroneRecord } from './drone-record.js';
import { type Telemetry, textAt } from './telemetry.js';

/**
 * `match`: the digest computed from what lies on its disk is the expected one; `differs`: it is another; `none`: it
 * holds no Starling show, or the show has no part for it; `unproven`: an old drone has no digest, its animation's
 * state stands in; `unknown`: nothing is loaded to compare with, or nothing was heard yet.
 */
export type Proof = 'match' | 'differs' | 'none' | 'unproven' | 'unknown';

/** `expected`: the digest of its part; null when the show has none for it; undefined when no show is loaded. */
export function proofOf(record: DroneRecord, expected: string | null | undefined): Proof {
  const held = record.telemetry.show_digest;
  if (expected === undefined || record.telemetryAtMs === undefined) return 'unknown';
  if (!record.isAnswering || typeof held !== 'string') return 'unproven';
  if (expected === null || held === 'none') return 'none';
  return held === expected ? 'match' : 'differs';
}

/** What it says that it may start, as telemetry `authorization`: digest, scope, seconds left; empty for nothing. */
export function heldAuthorization({
  authorization,
}: Telemetry): readonly [string, string, number] | readonly [] {
  const [digest, scope] = [textAt(authorization, 0), textAt(authorization, 1)];
  const leftS = Array.isArray(authorization) ? authorization[2] : undefined;
  if (digest === undefined || scope === undefined || typeof leftS !== 'number') return [];
  return [digest, scope, leftS];
}
