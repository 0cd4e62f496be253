/** Whether a drone may start, take off or flip, and if not, why and what to do. The only owner of readiness. */
import { type CheckSettings, startDistanceM } from './checks.js';
import type { Blocker, BlockerOwner, DroneRecord } from './drone-record.js';
import { takeApart } from './drone-words.js';
import type { Proof } from './proof.js';
import { staleMs } from './silence-watch.js';
import { type CheckedKey, type CheckResult, isArmed, numberAt, type Telemetry, textAt } from './telemetry.js';

export type Checks = Readonly<Record<CheckedKey, CheckResult>>;

const takeoffKeys: readonly CheckedKey[] = ['battery', 'fcu_status', 'mode', 'selfcheck', 'current_position'];

const flipKeys: readonly CheckedKey[] = ['battery', 'mode', 'current_position'];

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

/** Connected, heard, hovering by our own command: battery, mode and position are green, and the system is ACTIVE. */
export function isReadyToFlip(record: DroneRecord, checks: Checks): boolean {
  const isFit = flipKeys.every((key) => checks[key] === 'ok');
  return isHeard(record) && isFit && record.telemetry.fcu_status === 'ACTIVE';
}

/** Values from before a lost connection, or from long ago, prove nothing about now. */
function isHeard(record: DroneRecord): boolean {
  return record.isConnected && record.telemetryAtMs !== undefined && !record.isSilent;
}

/** Every reason against a start, the most important first. */
export function findBlockers(record: DroneRecord, judged: Judged, settings: CheckSettings): Blocker[] {
  const unheard = unheardBlocker(record);
  if (unheard) return [unheard];
  return blockerOrder
    .filter((key) => judged.checks[key] !== 'ok')
    .flatMap((key) => {
      if (judged.checks[key] === 'missing') return [blocker(key, missing(key))];
      if (key === 'selfcheck') return selfcheckFaults(record.telemetry).map((fault) => blocker(key, fault));
      return [blocker(key, bad(key, record, { judged, settings }))];
    });
}

type Judged = { readonly checks: Checks; readonly proof: Proof; readonly slot?: string | undefined };

/** What is wrong, the one thing to do about it, and who can do it. */
type Fault = readonly [what: string, hint: string, owner: BlockerOwner];

function blocker(code: string, [what, hint, owner]: Fault): Blocker {
  return { code, owner, text: `${what}: ${hint}`, hint };
}

function unheardBlocker({
  isConnected,
  isSilent,
  lostReason,
  telemetryAtMs,
}: DroneRecord): Blocker | undefined {
  if (!isConnected)
    return blocker('lost', [
      `connection lost (${lostReason ?? 'unknown'})`,
      'check its power and Wi-Fi',
      'network',
    ]);
  if (telemetryAtMs === undefined)
    return blocker('no_telemetry', ['no telemetry yet', 'wait, or switch [TELEMETRY] transmit on', 'drone']);
  if (!isSilent) return undefined;
  const what = `no telemetry for more than ${staleMs / 1000} s`;
  return blocker('silent', [what, 'wait, or restart its client; its link is up', 'drone']);
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

function missing(key: CheckedKey): Fault {
  return [`${titles[key]} unknown: the drone has not reported it yet`, 'wait for it', 'drone'];
}

type Judgement = { readonly judged: Judged; readonly settings: CheckSettings };

function bad(
  key: Exclude<CheckedKey, 'selfcheck'>,
  record: DroneRecord,
  { judged, settings }: Judgement,
): Fault {
  const { proof, slot } = judged;
  if (key === 'animation_info' && proof === 'differs')
    return ['show: what lies on the drone is not what it is to fly', 'upload the show', 'operator'];
  if (key === 'animation_info' && proof === 'none' && slot === undefined)
    return [
      'show: a spare, without a slot',
      'leave it out, or give it one (starling ctl assign, or replace)',
      'operator',
    ];
  if (key === 'animation_info' && proof === 'none')
    return ['show: the drone holds no part of the loaded show', 'upload the show', 'operator'];
  return faults[key](record, settings);
}

type FaultOf = (record: DroneRecord, settings: CheckSettings) => Fault;

const faults: Readonly<Record<Exclude<CheckedKey, 'selfcheck'>, FaultOf>> = {
  git_version: ({ telemetry }) => [
    `software ${text(telemetry.git_version)} is not the server's`,
    'update the drone, or the server if it is the older one',
    'operator',
  ],
  animation_info: ({ telemetry }) => animationFault(textAt(telemetry.animation_info, 1) ?? 'unknown'),
  battery: ({ telemetry }, settings) => batteryFault(telemetry, settings),
  fcu_status: ({ telemetry }) => systemFault(text(telemetry.fcu_status)),
  calibration_status: ({ telemetry }) => [
    `sensors: ${text(telemetry.calibration_status)}`,
    'calibrate',
    'operator',
  ],
  mode: ({ telemetry }) =>
    telemetry.mode === 'NO_FCU'
      ? ['no flight mode, for there is no autopilot', 'check its cable and power', 'operator']
      : [`flight mode ${text(telemetry.mode)}`, 'choose a known one', 'operator'],
  current_position: () => ['no position', 'check GPS or the positioning system', 'drone'],
  start_position: ({ telemetry }, settings) => startFault(telemetry, settings),
  time_delta: ({ timeDeltaS }, settings) => [
    `clock is ${(timeDeltaS ?? Number.NaN).toFixed(3)} s off (limit ${settings.timeDeltaMaxS} s)`,
    'check its time service',
    'drone',
  ],
};

/** Where a drone does not say what to do, a good file helps. */
function animationFault(state: string): Fault {
  return inItsWords('animation', state, ['upload the show', 'operator']);
}

/** What is wrong as the drone says it, and what to do if it says that; else the hint given. */
function inItsWords(
  subject: string,
  said: string,
  [otherwise, owner]: readonly [string, BlockerOwner],
): Fault {
  const { what, hint = otherwise } = takeApart(said);
  return [`${subject}: ${what}`, hint, owner];
}

/** Each thing that it finds wrong is a reason of its own. */
function selfcheckFaults({ selfcheck }: Telemetry): Fault[] {
  const found = Array.isArray(selfcheck) && selfcheck.length > 0 ? selfcheck : [selfcheck];
  return found.map((each) => inItsWords('self-check', text(each), ['look at the drone', 'drone']));
}

function batteryFault(telemetry: Telemetry, { batteryMinPercent }: CheckSettings): Fault {
  const percent = numberAt(telemetry.battery, 1) * 100;
  if (Number.isNaN(percent))
    return ['battery charge unknown', 'check the autopilot and its power module', 'operator'];
  const what = `battery ${Math.floor(percent)} % (must be above ${batteryMinPercent} %)`;
  return [what, 'change the battery', 'operator'];
}

function systemFault(status: string): Fault {
  if (status === 'NO_FCU') return ['no autopilot', 'check its cable and power', 'operator'];
  if (status === 'ACTIVE') return ['already flying', 'land first', 'operator'];
  return [`autopilot is ${status}, must be STANDBY`, 'wait, or restart it', 'drone'];
}

function startFault(telemetry: Telemetry, { startDistanceMaxM }: CheckSettings): Fault {
  const action = textAt(telemetry.start_position, 4) ?? 'unknown';
  if (action !== 'takeoff' && action !== 'fly')
    return inItsWords('start', action.replace(/^error: /, ''), ['mend the show', 'operator']);
  const distanceM = startDistanceM(telemetry);
  if (Number.isNaN(distanceM))
    return ['start: the distance to the start point is unknown', 'wait for its position', 'drone'];
  const what = `${distanceM.toFixed(1)} m from its start point (limit ${startDistanceMaxM} m)`;
  return [what, 'move the drone to its mark', 'operator'];
}

function text(value: Telemetry[string] | undefined): string {
  if (Array.isArray(value)) return value.map((element) => text(element)).join('; ');
  return value === undefined || value === null ? 'unknown' : String(value);
}
