/** Does a drone hold what it is meant to fly? Pure; knows digests and telemetry. */
import type { DroneRecord } from './drone-record.js';
import { type Telemetry, textAt } from './telemetry.js';

/**
 * `match`: the digest computed from what lies on its disk is the expected one; `differs`: it is another; `none`: it
 * holds no Starling show, or the show has no part for it; `unproven`: an old drone has no digest, the id and the state
 * of its animation stand in, and that is the id that was sent; `unknown`: nothing is loaded to compare with, or nothing
 * was heard yet.
 */
export type Proof = 'match' | 'differs' | 'none' | 'unproven' | 'unknown';

/** What a drone is to hold: the digest of its part, or, an old one, the animation of this id. */
export type Expected = { readonly digest: string; readonly animationId: string };

/** `expected`: null when the show has nothing for it; undefined when no show is loaded. */
export function proofOf(record: DroneRecord, expected: Expected | null | undefined): Proof {
  const { show_digest: held, animation_info: animation } = record.telemetry;
  if (expected === undefined || record.telemetryAtMs === undefined) return 'unknown';
  if (expected === null) return 'none';
  if (!record.isAnswering || typeof held !== 'string')
    return textAt(animation, 0) === expected.animationId ? 'unproven' : 'differs';
  if (held === 'none') return 'none';
  return held === expected.digest ? 'match' : 'differs';
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
