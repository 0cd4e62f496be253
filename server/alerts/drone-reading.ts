/** What alerts read of a drone: from its record, and from what others know of its part. Pure; knows no thresholds. */
import { distance, type Vec3 } from '../../lib/geo/frames.js';
import type { DroneRecord } from '../fleet/drone-record.js';
import { isArmed, numberAt, type Telemetry } from '../fleet/telemetry.js';
import { type BatteryPlan, batteryShort } from './battery-plan.js';
import type { DroneReading } from './measures.js';

/** What the record does not hold; absent where nobody knows. */
export type ReadingExtras = {
  /** It plays no part in a show, or not now. */
  readonly isApart?: boolean;
  /** Where its show wanted it when its last telemetry arrived, in the show's frame. */
  readonly plannedM?: Vec3;
  /** Of this flight, and how long it was in the air when its last telemetry arrived. */
  readonly battery?: { readonly plan: BatteryPlan; readonly flownS: number };
};

/** Telemetry comes once a second: when three in a row are missing, the last says nothing about now, s. */
const staleAfterS = 3;

/** `nowMs`: the server's monotonic time. A drone that was never heard has no silence that could be measured. */
export function readingOf(record: DroneRecord, nowMs: number, extras: ReadingExtras = {}): DroneReading {
  const { id, telemetry, telemetryAtMs, latencyMs, isConnected } = record;
  const silentS = telemetryAtMs === undefined ? undefined : Math.max(0, nowMs - telemetryAtMs) / 1000;
  const isFresh = silentS !== undefined && silentS <= staleAfterS;
  return {
    id,
    isFlying: isFlying(telemetry),
    ...(extras.isApart && { isApart: true }),
    ...(silentS !== undefined && { silentS }),
    ...(isConnected && latencyMs !== undefined && { latencyMs }),
    ...(isFresh && freshOf(telemetry, extras)),
  };
}

function freshOf(telemetry: Telemetry, { plannedM, battery }: ReadingExtras): Partial<DroneReading> {
  const [x, y, z] = [0, 1, 2].map((axis) => numberAt(telemetry.current_position, axis));
  const positionErrorM =
    plannedM && distance({ x: x ?? Number.NaN, y: y ?? Number.NaN, z: z ?? Number.NaN }, plannedM);
  const charge = numberAt(telemetry.battery, 1);
  const short = battery && batteryShort(battery.plan, battery.flownS, charge);
  const clockErrorMs = numberAt(telemetry.show_clock, 0) + Math.abs(lateMs(telemetry));
  return {
    ...measuredOf(telemetry),
    ...(isNumber(positionErrorM) && { positionErrorM }),
    ...(isNumber(short) && { batteryShort: short }),
    ...(isNumber(clockErrorMs) && { clockErrorMs }),
  };
}

/** What it measures itself; the hotter of what it knows the temperatures of. */
function measuredOf({ wind, temperature, link_quality: linkQuality }: Telemetry): Partial<DroneReading> {
  const [windMPerS, gustMPerS] = [numberAt(wind, 0), numberAt(wind, 1)];
  const temperaturesC = [numberAt(temperature, 0), numberAt(temperature, 1)].filter(isNumber);
  return {
    ...(isNumber(windMPerS) && { windMPerS }),
    ...(isNumber(gustMPerS) && { gustMPerS }),
    ...(temperaturesC.length > 0 && { temperatureC: Math.max(...temperaturesC) }),
    ...(typeof linkQuality === 'number' && isNumber(linkQuality) && { linkQuality }),
  };
}

/** A client that does not say how late its clock is, is not late. */
function lateMs({ show_clock: clock }: Telemetry): number {
  const ms = numberAt(clock, 2);
  return Number.isFinite(ms) ? ms : 0;
}

/** One that does not say where it is flies while it is armed. */
function isFlying(telemetry: Telemetry): boolean {
  return isArmed(telemetry) && telemetry.landed !== 'on_ground';
}

function isNumber(value: number | undefined): value is number {
  return value !== undefined && Number.isFinite(value);
}
