/** Builds the telemetry dictionary as old and new servers read it. Pure: everything it tells of is an argument. */
import { radToDeg } from '../../lib/geo/frames.js';
import type { Json } from '../../lib/messaging/index.js';
import type { Rgb } from '../../lib/show/index.js';
import type { HostHealth } from '../failsafe/host-health.js';
import type { Problem } from '../failsafe/problem.js';
import { selfcheckAnswer, warningTexts } from '../failsafe/selfcheck.js';
import type { FailsafeEvent, FailsafeState } from '../failsafe/situation.js';
import type { VehicleState } from '../vehicle/vehicle.js';
import type { WindEstimate } from '../wind/wind-estimator.js';
import type { ClockQuality } from './show-clock.js';
import { calibrationText, systemStatusText } from './vehicle-texts.js';

export type TelemetryInput = {
  readonly version: string;
  readonly configName: string;
  readonly configVersion: string;
  /** `[id, state]`, state `OK` or an error text. */
  readonly animation: { readonly id: string | undefined; readonly state: string };
  /** SHA-256 of the part of a Starling show that lies on the disk. */
  readonly showDigest: string | undefined;
  /** `[digest, scope, seconds left]`; empty while nothing may be started. */
  readonly authorization: Json;
  /** The start that is counted down to: `[UTC s, digest or null]`; empty for none. */
  readonly start: Json;
  /** How well the show's clock is known; undefined when nothing is measured. */
  readonly clockQuality: ClockQuality | undefined;
  /** By how much the show's clock is late by the server's, ms; 0 on the ground: a show starts by what is known then. */
  readonly clockOffsetMs: number;
  readonly startPosition: readonly [number, number, number, number, string, number];
  readonly vehicle: VehicleState;
  /** In which the vehicle's position is told. */
  readonly frame: string;
  /** In that frame. */
  readonly wind: WindEstimate | undefined;
  readonly host: HostHealth | undefined;
  readonly problems: readonly Problem[];
  readonly failsafe: FailsafeState;
  /** Of the clock by which the failsafe's times are told. */
  readonly nowMs: number;
  readonly lastTask: string;
  readonly led: Rgb;
  /** The drone's own UTC, ms. */
  readonly utcMs: number;
};

/** Numbers that are unknown inside a list are NaN; a whole value that is unknown is null. */
export function buildTelemetry(input: TelemetryInput): { [key: string]: Json } {
  const { vehicle, animation, led } = input;
  return {
    git_version: input.version,
    config_version: `${input.configName} V${input.configVersion}`,
    animation_info: [animation.id ?? null, animation.state],
    show_digest: input.showDigest ?? 'none',
    authorization: input.authorization,
    start: input.start,
    battery: [vehicle.battery?.voltageV ?? Number.NaN, vehicle.battery?.fraction ?? Number.NaN],
    armed: vehicle.armed,
    fcu_status: systemStatusText(vehicle),
    calibration_status: vehicle.connected ? calibrationText(vehicle) : 'NO_FCU',
    mode: vehicle.connected ? (vehicle.mode ?? null) : 'NO_FCU',
    selfcheck: vehicle.connected ? selfcheckAnswer(vehicle, input.problems) : ['NO_FCU'],
    current_position: currentPosition(vehicle, input.frame),
    start_position: [...input.startPosition],
    last_task: input.lastTask,
    time_delta: input.utcMs / 1000,
    show_clock: clockText(input.clockQuality, input.clockOffsetMs),
    led: [led.red, led.green, led.blue],
    landed: vehicle.connected ? (vehicle.landed ?? null) : null,
    warnings: warningTexts(input.problems),
    failsafe: activeConditions(input),
    failsafe_last: lastEvent(input.failsafe),
    wind: windNumbers(input.wind),
    ...hostNumbers(input),
  };
}

/** `[mean m/s, gust m/s, comes from, deg clockwise from the y axis]`; empty while it is not known. */
function windNumbers(wind: WindEstimate | undefined): Json {
  if (!wind) return [];
  // From counter-clockwise from where x points.
  const fromDeg = Math.round(90 - radToDeg(wind.fromRad));
  return [toHundredths(wind.speedMPerS), toHundredths(wind.gustMPerS), (fromDeg + 360) % 360];
}

/** Older readings of the computer say nothing about now, ms. */
const staleHostMs = 10_000;

/** `[computer, battery °C]`, and the quality of the Wi-Fi where there is some. */
function hostNumbers({ vehicle, host }: TelemetryInput): { [key: string]: Json } {
  const fresh = host && host.ageMs <= staleHostMs ? host : undefined;
  const linkQuality = host?.linkQuality === undefined ? undefined : (fresh?.linkQuality ?? Number.NaN);
  const batteryC = vehicle.connected ? vehicle.battery?.temperatureC : undefined;
  return {
    temperature: [toHundredths(fresh?.cpuTemperatureC), toHundredths(batteryC)],
    ...(linkQuality !== undefined && { link_quality: toHundredths(linkQuality) }),
  };
}

/** What is told further is noise. */
function toHundredths(value = Number.NaN): number {
  return Math.round(value * 100) / 100;
}

/** `[± ms, from what, ms late]`; empty while nothing is measured. */
function clockText(quality: ClockQuality | undefined, offsetMs: number): Json {
  if (!quality) return [];
  return [quality.uncertaintyMs, quality.isHoldover ? 'holdover' : quality.by, offsetMs];
}

/** PX4 goes back to the offboard mode after each landing: that standing motors leave it is no news, for so long, ms. */
const leavingMs = 10_000;

/** Who is in that mode again so soon was put there by somebody, ms. */
const againMs = 20_000;

function activeConditions({ failsafe: { active, fired }, vehicle, nowMs }: TelemetryInput): string[] {
  const last = fired.findLast(({ id }) => id === 'offboard_idle');
  const isLeaving =
    last !== undefined && isRoutine(last, fired) && !vehicle.armed && nowMs - last.atMs <= leavingMs;
  return active.filter(({ id }) => id !== 'offboard_idle' || !isLeaving).map(({ text }) => text);
}

/** What was found or done last, its numbers in the text. */
function lastEvent({ fired }: FailsafeState): Json {
  const last = fired.findLast((event) => !isRoutine(event, fired));
  return last ? [last.id, last.action, last.text] : null;
}

/** Standing motors left the offboard mode, once. */
function isRoutine(event: FailsafeEvent, fired: readonly FailsafeEvent[]): boolean {
  if (event.id !== 'offboard_idle' || event.action !== 'hold') return false;
  return !fired
    .slice(0, fired.indexOf(event))
    .some(({ id, atMs }) => id === 'offboard_idle' && event.atMs - atMs < againMs);
}

/** `[x, y, z m, yaw deg, frame]`, or `NO_POS`. */
function currentPosition({ connected, position, attitude }: VehicleState, frame: string): Json {
  if (!connected || !position) return 'NO_POS';
  const { x, y, z } = position.positionM;
  return [x, y, z, radToDeg(attitude?.yawRad ?? Number.NaN), frame];
}
