/** The ten checks of a drone's telemetry, one per judged column. Pure; knows no connection and no screen. */
import type { Proof } from './proof.js';
import {
  type CheckedKey,
  type CheckResult,
  checkedKeys,
  numberAt,
  type Telemetry,
  textAt,
} from './telemetry.js';

/** Thresholds, from the server's `[CHECKS]`. */
export type CheckSettings = {
  readonly isVersionChecked: boolean;
  readonly isPositionChecked: boolean;
  /** Per cent; the battery must hold more. */
  readonly batteryMinPercent: number;
  /** Largest distance from the start point, m; 0 = not checked. */
  readonly startDistanceMaxM: number;
  /** Largest difference of the clocks, s. */
  readonly timeDeltaMaxS: number;
};

export type CheckInput = {
  readonly telemetry: Telemetry;
  /** The drone's clock minus the server's, s; undefined before the first telemetry. */
  readonly timeDeltaS: number | undefined;
  /** The version to compare with; undefined when this server has none for that kind of peer. */
  readonly expectedVersion: string | undefined;
  /** Whether it holds what the loaded show has for it. */
  readonly proof: Proof;
};

type Check = (input: CheckInput, settings: CheckSettings) => CheckResult;

const checks: Readonly<Record<CheckedKey, Check>> = {
  git_version: ({ telemetry, expectedVersion }, { isVersionChecked }) => {
    if (!isVersionChecked) return 'ok';
    return judge(
      telemetry.git_version,
      (value) => expectedVersion === undefined || value === expectedVersion,
    );
  },
  animation_info: ({ telemetry, proof }) =>
    judge(
      telemetry.animation_info,
      (value) => textAt(value, 1) === 'OK' && proof !== 'differs' && proof !== 'none',
    ),
  battery: ({ telemetry }, { batteryMinPercent }) =>
    judge(telemetry.battery, (value) => isCharged(numberAt(value, 1), batteryMinPercent)),
  fcu_status: ({ telemetry }) => judge(telemetry.fcu_status, (value) => value === 'STANDBY'),
  calibration_status: ({ telemetry }) => judge(telemetry.calibration_status, (value) => value === 'OK'),
  mode: ({ telemetry }) =>
    judge(
      telemetry.mode,
      (value) => typeof value === 'string' && value !== 'NO_FCU' && !value.includes('CMODE'),
    ),
  selfcheck: ({ telemetry }) => judge(telemetry.selfcheck, (value) => value === 'OK'),
  current_position: ({ telemetry }, { isPositionChecked }) =>
    isPositionChecked ? judge(telemetry.current_position, isPlace) : 'ok',
  start_position: ({ telemetry }, { startDistanceMaxM }) =>
    judge(telemetry.start_position, (value) => {
      const action = textAt(value, 4);
      if (action !== 'takeoff' && action !== 'fly') return false;
      return startDistanceMaxM === 0 || isNearStart(telemetry, startDistanceMaxM);
    }),
  // A drone that measures this server's clock itself goes by that, whatever its own says: its gate judges it.
  time_delta: ({ telemetry, timeDeltaS }, { timeDeltaMaxS }) =>
    Number.isFinite(numberAt(telemetry.show_clock, 0))
      ? 'ok'
      : judge(timeDeltaS, (value) => typeof value === 'number' && Math.abs(value) < timeDeltaMaxS),
};

/** Judges every column. */
export function runChecks(input: CheckInput, settings: CheckSettings): Record<CheckedKey, CheckResult> {
  const results = {} as Record<CheckedKey, CheckResult>;
  for (const key of checkedKeys) results[key] = checks[key](input, settings);
  return results;
}

/** Distance in 3D from where the drone is to where its show starts, m; NaN when either is not known. */
export function startDistanceM(telemetry: Telemetry): number {
  const start = telemetry.start_position;
  const current = telemetry.current_position;
  return Math.hypot(...[0, 1, 2].map((axis) => numberAt(current, axis) - numberAt(start, axis)));
}

/** A charge beyond full by more than rounding is a broken gauge, not a full battery. */
function isCharged(fraction: number, minPercent: number): boolean {
  return fraction * 100 > minPercent && fraction <= 1.05;
}

function isNearStart(telemetry: Telemetry, maxM: number): boolean {
  const current = telemetry.current_position;
  if (current === undefined || current === null) return true;
  return startDistanceM(telemetry) < maxM;
}

function isPlace(value: Telemetry[string]): boolean {
  return Array.isArray(value) && [0, 1, 2].every((axis) => Number.isFinite(numberAt(value, axis)));
}

function judge(
  value: Telemetry[string] | undefined,
  isGood: (value: Telemetry[string]) => boolean,
): CheckResult {
  if (value === undefined || value === null) return 'missing';
  return isGood(value) ? 'ok' : 'bad';
}
