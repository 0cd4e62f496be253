/** Everything that is derived from a drone's record, live or recorded. Pure; knows no table and no connection. */
import type { DroneView } from '../snapshot.js';
import { type CheckSettings, runChecks } from './checks.js';
import type { DroneRecord } from './drone-record.js';
import type { Proof } from './proof.js';
import { findBlockers, isReady, isReadyForLights, isReadyToFlip, isReadyToTakeOff } from './readiness.js';
import { isArmed } from './telemetry.js';

/** What a record is held against. */
type Measure = {
  readonly checks: CheckSettings;
  /** Of the server's software: drones of ours should have the same. */
  readonly version: string;
  readonly slot: string | undefined;
  readonly proof: Proof;
};

export function viewOf(record: DroneRecord, { checks: settings, version, slot, proof }: Measure): DroneView {
  const expectedVersion = record.isAnswering ? version : undefined;
  const { telemetry, timeDeltaS } = record;
  const checks = runChecks({ telemetry, timeDeltaS, expectedVersion, proof }, settings);
  return {
    record,
    checks,
    isReady: isReady(record, checks),
    isReadyToTakeOff: isReadyToTakeOff(record, checks),
    isReadyToFlip: isReadyToFlip(record, checks),
    isReadyForLights: isReadyForLights(record, checks),
    blockers: findBlockers(record, { checks, proof, slot }, settings),
    isArmed: isArmed(telemetry),
    slot,
    proof,
  };
}
