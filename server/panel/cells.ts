/** What one cell of the table says of a drone, and in which colour. Every text of a drone is cleaned here. */
import type { Rgb } from '../../lib/show/model.js';
import { type CheckedKey, numberAt, type TelemetryValue, textAt, textsOf } from '../fleet/telemetry.js';
import type { DroneView } from '../snapshot.js';
import { formatNumber, progressBar } from './format.js';
import type { Role } from './styled.js';
import { cleanText, fitText } from './text.js';

/** `color` is set for a swatch only. */
export type Cell = { readonly text: string; readonly role: Role; readonly color?: Rgb };

/** A connected drone that says nothing for this long is called silent, ms. */
const silentAfterMs = 5_000;

/** A mark besides the colour, for whoever can not tell red from green, and for screens without colours. */
const marks = { ok: '', bad: '✗', missing: '?', watch: '!', flying: '', ground: '' } as const;
const roles: Readonly<Record<keyof typeof marks, Role>> = {
  ...{ ok: 'good', bad: 'bad', missing: 'missing' },
  ...{ watch: 'missing', flying: 'accent', ground: 'muted' },
};

/** A cell that a check judges: its mark, its text, its colour. */
export function judgedCell(drone: DroneView, key: CheckedKey, text: string): Cell {
  const result = judgementOf(drone, key);
  const hasRoom = marks[result] !== '' && text.startsWith(' ');
  return {
    text: result === 'missing' ? '?' : marks[result] + text.slice(hasRoom ? 1 : 0),
    role: roles[result],
  };
}

/** What flying makes of these checks is no fault: they are for before a flight. */
const groundKeys: ReadonlySet<CheckedKey> = new Set(['selfcheck', 'start_position']);

/**
 * The check's own result on the ground. Of an armed drone what flying makes fail is no fault, and a charge below what a
 * start needs is to be watched.
 */
function judgementOf(drone: DroneView, key: CheckedKey): keyof typeof marks {
  const result = drone.checks[key];
  if (result !== 'bad' || !drone.isArmed) return result;
  if (key === 'fcu_status') return drone.record.telemetry.fcu_status === 'ACTIVE' ? 'flying' : 'bad';
  if (key === 'battery') return Number.isNaN(numberAt(drone.record.telemetry.battery, 1)) ? 'bad' : 'watch';
  return groundKeys.has(key) ? 'ground' : 'bad';
}

/** What is wrong with a drone that flies; undefined when nothing is. */
export function flightFault({ record, isArmed }: DroneView): string | undefined {
  if (!isArmed || !record.isConnected) return undefined;
  const { fcu_status: status, failsafe } = record.telemetry;
  const [seen] = textsOf(failsafe);
  if (seen !== undefined) return seen;
  return status === 'CRITICAL' || status === 'EMERGENCY' ? `the autopilot says ${status}` : undefined;
}

/** Connection, motors, readiness: the most urgent of them. */
export function stateCell(drone: DroneView, nowMs: number): Cell {
  const { record, isArmed, isReady } = drone;
  if (!record.isConnected) return { text: isArmed ? 'LOST!' : 'lost', role: 'bad' };
  if (record.telemetryAtMs === undefined) return { text: '? new', role: 'missing' };
  if (nowMs - record.telemetryAtMs > silentAfterMs) return { text: 'silent', role: 'stale' };
  if (flightFault(drone) !== undefined) return { text: '✗ FAULT', role: 'bad' };
  if (isArmed) return { text: isInAir(drone) ? 'FLYING' : 'ARMED', role: 'accent' };
  // Until the file is there nothing else says more.
  if (record.uploadShare !== undefined) return { text: uploadText(record.uploadShare), role: 'accent' };
  if (isReady) return { text: '✓ yes', role: 'good' };
  const code = drone.blockers[0]?.code ?? '';
  return { text: `✗ ${blockerWords.get(code) ?? 'no'}`, role: 'bad' };
}

/** As wide as the column. */
function uploadText(share: number): string {
  return `${progressBar(share, 4)} ${String(Math.floor(share * 100)).padStart(3)}%`;
}

/** Armed, and by its own word off the ground. */
export function isInAir({ record, isArmed }: DroneView): boolean {
  const { landed } = record.telemetry;
  return isArmed && typeof landed === 'string' && landed !== 'on_ground';
}

/** What needs somebody comes first when the table is sorted by readiness: lost in flight, faults, flying, not ready, ready. */
export function stateRank(drone: DroneView, nowMs: number): string {
  const { text } = stateCell(drone, nowMs);
  const rank = ['LOST!', '✗ FAULT', 'silent', 'lost', 'FLYING', 'ARMED', '? new'].indexOf(text);
  if (rank >= 0) return String(rank);
  return drone.isReady ? '9' : `8${text}`;
}

/** The reason that keeps a drone from starting, in one word. */
const blockerWords: ReadonlyMap<string, string> = new Map([
  ['fcu_status', 'system'],
  ['mode', 'mode'],
  ['selfcheck', 'checks'],
  ['calibration_status', 'sensors'],
  ['battery', 'battery'],
  ['current_position', 'place'],
  ['animation_info', 'show'],
  ['start_position', 'start'],
  ['time_delta', 'clock'],
  ['git_version', 'version'],
]);

export function ledCell({ record }: DroneView): Cell {
  const color = ledColor(record.telemetry.led);
  if (!color) return { text: '', role: 'muted' };
  const isDark = color.red + color.green + color.blue === 0;
  return isDark ? { text: '··', role: 'muted' } : { text: '██', role: 'text', color };
}

/** The light's colour, undefined when the drone does not tell or tells nonsense. */
export function ledColor(value: TelemetryValue | undefined): Rgb | undefined {
  const [red, green, blue] = [0, 1, 2].map((index) => numberAt(value, index));
  const isColor = (part: number | undefined): part is number =>
    part !== undefined && part >= 0 && part <= 255;
  return isColor(red) && isColor(green) && isColor(blue) ? { red, green, blue } : undefined;
}

export function batteryCell(drone: DroneView): Cell {
  const value = drone.record.telemetry.battery;
  const percent = numberAt(value, 1) * 100;
  const percentText = Number.isNaN(percent) ? '-' : String(Math.floor(percent));
  return judgedCell(drone, 'battery', `${percentText}% ${formatNumber(numberAt(value, 0), 1)}`);
}

/** x y z yaw frame; a text ("NO_POS") as it came. */
export function positionCell(drone: DroneView): Cell {
  const value = drone.record.telemetry.current_position;
  if (!Array.isArray(value)) return judgedCell(drone, 'current_position', plain(value));
  const frame = cleanText(textAt(value, 4) ?? '');
  return judgedCell(drone, 'current_position', `${placeText(value, numberAt(value, 3))} ${frame}`);
}

/** x y z yaw action delay; the yaw comes in rad and is shown in degrees, `-` keeps the heading. */
export function startCell(drone: DroneView): Cell {
  const value = drone.record.telemetry.start_position;
  if (!Array.isArray(value)) return judgedCell(drone, 'start_position', plain(value));
  const action = cleanText(textAt(value, 4) ?? '?');
  if (action.startsWith('error')) return judgedCell(drone, 'start_position', action);
  const yawDeg = (numberAt(value, 3) * 180) / Math.PI;
  const delayS = numberAt(value, 5);
  const delay = `${formatNumber(delayS, Math.abs(delayS) < 10 ? 1 : 0)}s`;
  return judgedCell(drone, 'start_position', `${placeText(value, yawDeg)} ${fitText(action, 7)} ${delay}`);
}

function placeText(value: TelemetryValue, yawDeg: number): string {
  const axes = [0, 1, 2].map((axis) => fitText(formatNumber(numberAt(value, axis), 1), 5, 'right'));
  return `${axes.join(' ')} ${fitText(formatNumber(yawDeg, 0), 4, 'right')}`;
}

export function selfcheckCell(drone: DroneView): Cell {
  const value = drone.record.telemetry.selfcheck;
  const count = Array.isArray(value) && value.length > 1 ? `${value.length}: ` : '';
  return judgedCell(drone, 'selfcheck', count + plain(value));
}

/** What the digest proves, before the name of what the drone holds. */
const proofWords = {
  match: '= ',
  differs: 'differs',
  none: 'none',
  unproven: '~ ',
  unknown: '',
} as const;

export function animationCell(drone: DroneView): Cell {
  const value = drone.record.telemetry.animation_info;
  const word = proofWords[drone.proof];
  if (drone.checks.animation_info === 'bad' && (drone.proof === 'differs' || drone.proof === 'none'))
    return judgedCell(drone, 'animation_info', word);
  const isOk = drone.checks.animation_info === 'ok';
  return judgedCell(
    drone,
    'animation_info',
    cleanText(`${isOk ? word : ''}${(isOk ? textAt(value, 0) : textAt(value, 1)) ?? plain(value)}`),
  );
}

/** How late a drone of ours is by the server's clock, and how well it knows that, ms; an old one's own clock, s. */
export function clockCell(drone: DroneView): Cell {
  const clock = drone.record.telemetry.show_clock;
  const uncertaintyMs = numberAt(clock, 0);
  const offsetMs = numberAt(clock, 2);
  if (Number.isFinite(uncertaintyMs)) {
    const offset = Number.isFinite(offsetMs) ? signedMs(offsetMs) : '';
    return judgedCell(drone, 'time_delta', `${offset}±${shortMs(uncertaintyMs)}`);
  }
  const { timeDeltaS } = drone.record;
  if (timeDeltaS === undefined) return judgedCell(drone, 'time_delta', '?');
  const isSmall = Math.abs(timeDeltaS) < 10;
  return judgedCell(
    drone,
    'time_delta',
    `${timeDeltaS >= 0 ? '+' : ''}${formatNumber(timeDeltaS, isSmall ? 3 : 1)}s`,
  );
}

function shortMs(ms: number): string {
  return formatNumber(ms, Math.abs(ms) < 9.95 ? 1 : 0);
}

/** Nothing that would read as 0 has a sign. */
function signedMs(ms: number): string {
  const text = shortMs(Math.abs(ms));
  if (Number(text) === 0) return '0';
  return `${ms > 0 ? '+' : '-'}${text}`;
}

export function latencyCell({ record }: DroneView): Cell {
  const { latencyMs } = record;
  if (latencyMs === undefined) return { text: '-', role: 'muted' };
  return {
    text: `${formatNumber(latencyMs, latencyMs < 10 ? 1 : 0)}`,
    role: latencyMs < 250 ? 'text' : 'missing',
  };
}

/** The command under way, or how the last one ended. */
export function outcomeCell({ record }: DroneView): Cell {
  const { busyWith, lastOutcome, uploadShare } = record;
  if (busyWith !== undefined) {
    const share = uploadShare === undefined ? '' : `${Math.floor(uploadShare * 100)}% `;
    return { text: `${share}${cleanText(busyWith)}…`, role: 'accent' };
  }
  if (!lastOutcome) return { text: '', role: 'muted' };
  const { ok, code } = lastOutcome.result;
  const action = cleanText(lastOutcome.action);
  if (ok && code === 'unconfirmed') return { text: `?${action}`, role: 'missing' };
  return ok
    ? { text: `✓${action}`, role: 'good' }
    : { text: `✗${action} ${cleanText(code ?? '')}`, role: 'bad' };
}

/** How far its clock is off, without the sign, ms; undefined when it is not known. */
export function clockOffMs({ record }: DroneView): number | undefined {
  const offsetMs = numberAt(record.telemetry.show_clock, 2);
  if (Number.isFinite(offsetMs)) return Math.abs(offsetMs);
  return record.timeDeltaS === undefined ? undefined : Math.abs(record.timeDeltaS) * 1000;
}

/** Any telemetry value as one clean line. */
export function plain(value: TelemetryValue | undefined): string {
  if (value === undefined || value === null) return '?';
  if (Array.isArray(value)) return value.map((element: TelemetryValue) => plain(element)).join('; ');
  return cleanText(typeof value === 'object' ? JSON.stringify(value) : String(value));
}
