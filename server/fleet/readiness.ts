/** Whether a drone may start, take off or flip, and if not, why and what to do. The only owner of readiness. */
import { type CheckSettings, startDistanceM } from './checks.js';
import type { Blocker, DroneRecord } from './drone-record.js';
import type { Proof } from './proof.js';
import { type CheckedKey, type CheckResult, isArmed, numberAt, type Telemetry, textAt } from './telemetry.js';

export type Checks = Readonly<Record<CheckedKey, CheckResult>>;

const takeoffKeys: readonly CheckedKey[] = ['battery', 'fcu_status', 'mode', 'selfcheck', 'current_position'];

/** Order of the blockers: what must be mended first comes first. */
const blockerOrder: readonly CheckedKey[] = [
  'fcu_status',
  'mode',
  'selfcheck',
  'calibration_status',
  'battery',
  'current_position',
  'animation_info',
  'start_position',
  'time_delta',
  'git_version',
];

/** Connected, heard since it connected, and all ten checks are green. */
export function isReady(record: DroneRecord, checks: Checks): boolean {
  return isHeard(record) && Object.values(checks).every((result) => result === 'ok');
}

/** Connected, heard, its motors off, and it holds what it is to show: for lights alone nothing else counts. */
export function isReadyForLights(record: DroneRecord, checks: Checks): boolean {
  const isStanding = !isArmed(record.telemetry);
  return isHeard(record) && isStanding && checks.animation_info === 'ok' && checks.time_delta === 'ok';
}

/** Connected, heard since it connected, and battery, system, mode, checks and position are green. */
export function isReadyToTakeOff(record: DroneRecord, checks: Checks): boolean {
  return isHeard(record) && takeoffKeys.every((key) => checks[key] === 'ok');
}

/** Values from before a lost connection prove nothing about now. */
function isHeard(record: DroneRecord): boolean {
  return record.isConnected && record.telemetryAtMs !== undefined;
}

/** Every reason against a start, the most important first; `code` is the judged telemetry key, or `lost`, `no_telemetry`. */
export function findBlockers(
  record: DroneRecord,
  {
    checks,
    proof,
    slot,
  }: { readonly checks: Checks; readonly proof: Proof; readonly slot?: string | undefined },
  settings: CheckSettings,
): Blocker[] {
  if (!record.isConnected) {
    return [
      {
        code: 'lost',
        text: `connection lost (${record.lostReason ?? 'unknown'}): check its power and Wi-Fi`,
      },
    ];
  }
  if (record.telemetryAtMs === undefined) {
    return [{ code: 'no_telemetry', text: 'no telemetry yet: wait, or switch [TELEMETRY] transmit on' }];
  }
  return blockerOrder
    .filter((key) => checks[key] !== 'ok')
    .map((key) => ({
      code: key,
      text: checks[key] === 'missing' ? missingText(key) : badText(key, { record, proof, slot }, settings),
    }));
}

const titles: Readonly<Record<CheckedKey, string>> = {
  git_version: 'version',
  animation_info: 'animation',
  battery: 'battery',
  fcu_status: 'system status',
  calibration_status: 'calibration status',
  mode: 'flight mode',
  selfcheck: 'self-check',
  current_position: 'position',
  start_position: 'start position',
  time_delta: 'clock',
};

function missingText(key: CheckedKey): string {
  return `${titles[key]} unknown: the drone has not reported it yet`;
}

function badText(
  key: CheckedKey,
  {
    record,
    proof,
    slot,
  }: { readonly record: DroneRecord; readonly proof: Proof; readonly slot: string | undefined },
  settings: CheckSettings,
): string {
  if (key === 'animation_info' && proof === 'differs')
    return 'show: what lies on the drone is not what it is to fly: upload the show';
  if (key === 'animation_info' && proof === 'none' && slot === undefined)
    return 'show: a spare, without a slot: leave it out, or give it one (starling ctl assign, or replace)';
  if (key === 'animation_info' && proof === 'none')
    return 'show: the drone holds no part of the loaded show: upload the show';
  return badTexts[key](record, settings);
}

type BadText = (record: DroneRecord, settings: CheckSettings) => string;

const badTexts: Readonly<Record<CheckedKey, BadText>> = {
  git_version: ({ telemetry }) =>
    `software ${text(telemetry.git_version)} is not the server's: update the drone`,
  animation_info: ({ telemetry }) => animationText(textAt(telemetry.animation_info, 1) ?? 'unknown'),
  battery: ({ telemetry }, settings) => batteryText(telemetry, settings),
  fcu_status: ({ telemetry }) => systemText(text(telemetry.fcu_status)),
  calibration_status: ({ telemetry }) => `sensors: ${text(telemetry.calibration_status)}: calibrate`,
  mode: ({ telemetry }) =>
    `flight mode ${text(telemetry.mode)}: choose a known mode, check the autopilot's link`,
  selfcheck: ({ telemetry }) => `self-check: ${text(telemetry.selfcheck)}`,
  current_position: () => 'no position: wait for the estimator, check GPS or the positioning system',
  start_position: ({ telemetry }, settings) => startText(telemetry, settings),
  time_delta: ({ timeDeltaS }, settings) =>
    `clock is ${(timeDeltaS ?? Number.NaN).toFixed(3)} s off (limit ${settings.timeDeltaMaxS} s): check its time service`,
};

function animationText(state: string): string {
  return /upload/i.test(state) ? `animation: ${state}` : `animation: ${state}; upload the show`;
}

function batteryText(telemetry: Telemetry, { batteryMinPercent }: CheckSettings): string {
  const percent = numberAt(telemetry.battery, 1) * 100;
  if (Number.isNaN(percent)) return 'battery charge unknown: check the autopilot and its power module';
  return `battery ${Math.floor(percent)} % (must be above ${batteryMinPercent} %): change the battery`;
}

function systemText(status: string): string {
  if (status === 'NO_FCU') return 'no autopilot: check its cable and power';
  if (status === 'ACTIVE') return 'already flying: land first';
  return `autopilot is ${status}, must be STANDBY: wait, or restart it`;
}

function startText(telemetry: Telemetry, { startDistanceMaxM }: CheckSettings): string {
  const action = textAt(telemetry.start_position, 4) ?? 'unknown';
  if (action !== 'takeoff' && action !== 'fly') return `start: ${action}`;
  const distanceM = startDistanceM(telemetry);
  if (Number.isNaN(distanceM))
    return 'start: the distance to the start point is unknown: a position is missing';
  return `${distanceM.toFixed(1)} m from its start point (limit ${startDistanceMaxM} m): move the drone to its mark`;
}

function text(value: Telemetry[string] | undefined): string {
  if (Array.isArray(value)) return value.map((element) => text(element)).join('; ');
  return value === undefined || value === null ? 'unknown' : String(value);
}
