/** What one condition of the watchdog is made of. Types and small helpers; knows no particular condition. */
import type { Vec3 } from '../../lib/geo/frames.js';
import type { BatteryForecast } from './battery-forecast.js';
import type { FailsafeSettings, Rule } from './settings.js';
import type { FlightSituation } from './situation.js';

export type ConditionInput = {
  readonly situation: FlightSituation;
  readonly settings: FailsafeSettings;
  /** Of this flight. */
  readonly forecast: Pick<BatteryForecast, 'usedPerS' | 'leftAfter'>;
  /** The autopilot followed us at some moment since it was armed. */
  readonly hasFollowed: boolean;
  /** A place of the vehicle's frame in the frame of the show; undefined where that is not known. */
  readonly toShowM: (positionM: Vec3) => Vec3 | undefined;
};

/** What is wrong, with its numbers and limits in `text` and by name. */
export type Finding = {
  readonly text: string;
  readonly numbers: { readonly [name: string]: number };
};

export type Condition = {
  readonly id: string;
  /** Looks at one moment only; undefined when all is well. */
  readonly find: (input: ConditionInput) => Finding | undefined;
  readonly rule: (settings: FailsafeSettings, situation: FlightSituation) => Rule;
  /** Also acts on a drone whose motors stand; others act only in a flight of ours. */
  readonly isForStanding?: true;
  /** Ordered again after this time while it lasts, ms. */
  readonly repeatMs?: number;
};

/** Off the ground as far as the autopilot tells; one that does not tell is taken to fly while it is armed. */
export function isInFlight({ vehicle }: FlightSituation): boolean {
  return vehicle.armed && vehicle.landed !== 'on_ground';
}

/** Armed, and by us. */
export function isOurFlight({ vehicle, isOurs }: FlightSituation): boolean {
  return vehicle.armed && isOurs;
}

/** Age of the position estimate, s; undefined without one. */
export function positionAgeS({ vehicle, nowMs }: FlightSituation): number | undefined {
  return vehicle.position && (nowMs - vehicle.position.atMs) / 1000;
}

/** Where the drone is, as long as that is fresh; then what is said of the position is not worth judging. */
export function freshPositionM(input: ConditionInput): Vec3 | undefined {
  const ageS = positionAgeS(input.situation);
  const maxAgeS = input.settings.positionLost.maxAgeS ?? defaultMaxAgeS;
  if (ageS === undefined || ageS > maxAgeS) return undefined;
  return input.situation.vehicle.position?.positionM;
}

/** Where nothing is configured: an older estimate says nothing about the present. */
const defaultMaxAgeS = 1.5;
