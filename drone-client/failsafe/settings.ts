/** The watchdog's settings from a drone's configuration, and whether they make sense. Knows options, no file and no flight. */
import type { Config } from '../../lib/config/index.js';
import { ConfigError } from '../../lib/errors.js';
import type { EmergencyThrustSettings } from './emergency-thrust.js';
import { type Point, readPolygon } from './polygon.js';
import { type FailsafeAction, failsafeActions } from './situation.js';

/** A condition that holds for `delayS` leads to `action`. */
export type Rule = { readonly delayS: number; readonly action: FailsafeAction };

/** A limit that is undefined is not watched. Fractions 0…1 of a full battery. */
export type FailsafeSettings = {
  /** False: lost position and straying are reported only, and the operator is told so before each flight. */
  readonly isEnabled: boolean;
  readonly isStateLogged: boolean;
  /** Position and distance are watched so long after arming. */
  readonly armDelayS: number;
  /** Plain disarm so long after a landing, an emergency landing or a disarm was ordered. */
  readonly disarmTimeoutS: number;
  readonly positionLost: Rule & { readonly maxAgeS: number | undefined };
  readonly strayed: Rule & { readonly maxM: number | undefined };
  readonly setpointsStale: Rule & { readonly maxAgeS: number | undefined };
  readonly batteryLow: BatteryRule;
  readonly batteryCritical: BatteryRule;
  readonly batteryShort: Rule & { readonly reserveFraction: number | undefined };
  /** In the frame of the show. No points: no polygon. */
  readonly fence: Rule & {
    readonly polygon: readonly Point[];
    readonly ceilingZM: number | undefined;
    readonly marginM: number | undefined;
  };
  readonly bubble: Rule & { readonly radiusM: number | undefined };
  readonly serverLost: Rule;
  readonly takeover: Rule;
  readonly notFollowing: Rule;
  readonly autopilotLost: Rule;
  readonly foundArmed: { readonly policy: 'land' | 'wait'; readonly delayS: number };
  readonly start: StartLimits;
  readonly emergency: EmergencyThrustSettings;
};

export type BatteryRule = Rule & {
  readonly minFraction: number | undefined;
  readonly minCellV: number | undefined;
};

/** What a drone must have to start. */
export type StartLimits = {
  readonly minBatteryFraction: number | undefined;
  readonly minCellV: number | undefined;
  readonly minSatellites: number;
};

/** @throws ConfigError with every part that is wrong, or contradicts another. */
export function readFailsafeSettings(config: Config): FailsafeSettings {
  const settings: FailsafeSettings = {
    isEnabled: config.getBoolean('FAILSAFE/enabled'),
    isStateLogged: config.getBoolean('FAILSAFE/log_state'),
    armDelayS: config.getNumber('FAILSAFE/vision_pose_delay_after_arm'),
    disarmTimeoutS: config.getNumber('FAILSAFE/disarm_timeout'),
    ...positionRules(config),
    ...batteryRules(config),
    ...fenceRules(config),
    ...controlRules(config),
    foundArmed: {
      policy: config.getString('FAILSAFE/found_armed') === 'wait' ? 'wait' : 'land',
      delayS: config.getNumber('FAILSAFE/found_armed_delay'),
    },
    start: {
      minBatteryFraction: limit(config, 'FAILSAFE/battery_start_min'),
      minCellV: limit(config, 'FAILSAFE/cell_start_min'),
      minSatellites: config.getNumber('FAILSAFE/satellites_min'),
    },
    emergency: {
      thrust: config.getNumber('EMERGENCY LAND/thrust'),
      decreaseAfterS: config.getNumber('EMERGENCY LAND/decrease_thrust_after'),
    },
  };
  const errors = contradictions(settings);
  if (errors.length > 0)
    throw new ConfigError(errors.map((text) => `${config.fileName}: ${text}`).join('\n'));
  return settings;
}

type Some<Key extends keyof FailsafeSettings> = Pick<FailsafeSettings, Key>;

/**
 * Landing is the default, not clever-show's emergency landing, which cuts the thrust by the clock and lets a drone fall
 * from any height but a room's. Without a position ArduPilot's LAND descends level at its landing speed. PX4 enters
 * AUTO.LAND as long as it has a position of its own; where it has none it refuses (since 1.14) and its own failsafe
 * descends in the same way, or ends the flight when our setpoints stop.
 * Source: PX4 documentation, Land mode; ArduPilot documentation, Land mode and EKF failsafe.
 */
function positionRules(config: Config): Some<'positionLost' | 'strayed' | 'setpointsStale'> {
  const action = config.getBoolean('FAILSAFE/enabled') ? actionOf(config, 'FAILSAFE/action') : 'report';
  return {
    positionLost: {
      maxAgeS: limit(config, 'FAILSAFE/vision_pose_timeout') ?? limit(config, 'FAILSAFE/position_timeout'),
      delayS: config.getNumber('FAILSAFE/position_delay'),
      action,
    },
    strayed: {
      maxM: limit(config, 'FAILSAFE/position_delta_max'),
      delayS: config.getNumber('FAILSAFE/position_delta_delay'),
      action,
    },
    setpointsStale: {
      maxAgeS: limit(config, 'FAILSAFE/setpoint_timeout'),
      delayS: config.getNumber('FAILSAFE/setpoint_delay'),
      action: actionOf(config, 'FAILSAFE/setpoint_action'),
    },
  };
}

function batteryRules(config: Config): Some<'batteryLow' | 'batteryCritical' | 'batteryShort'> {
  const rule = (level: 'low' | 'critical'): BatteryRule => ({
    minFraction: limit(config, `FAILSAFE/battery_${level}`),
    minCellV: limit(config, `FAILSAFE/cell_${level}`),
    delayS: config.getNumber('FAILSAFE/battery_delay'),
    action: actionOf(config, `FAILSAFE/battery_${level}_action`),
  });
  return {
    batteryLow: rule('low'),
    batteryCritical: rule('critical'),
    batteryShort: {
      reserveFraction: limit(config, 'FAILSAFE/battery_reserve'),
      delayS: config.getNumber('FAILSAFE/battery_reserve_delay'),
      action: actionOf(config, 'FAILSAFE/battery_reserve_action'),
    },
  };
}

function fenceRules(config: Config): Some<'fence' | 'bubble'> {
  const { points, error } = readPolygon(config.getString('GEOFENCE/polygon'));
  if (error !== undefined) throw new ConfigError(`${config.fileName}: [GEOFENCE] polygon is wrong: ${error}`);
  return {
    fence: {
      polygon: points,
      ceilingZM: limit(config, 'GEOFENCE/ceiling'),
      marginM: limit(config, 'GEOFENCE/margin'),
      delayS: config.getNumber('GEOFENCE/delay'),
      action: actionOf(config, 'GEOFENCE/action'),
    },
    bubble: {
      radiusM: limit(config, 'GEOFENCE/bubble'),
      delayS: config.getNumber('GEOFENCE/bubble_delay'),
      action: actionOf(config, 'GEOFENCE/bubble_action'),
    },
  };
}

function controlRules(config: Config): Some<'serverLost' | 'takeover' | 'notFollowing' | 'autopilotLost'> {
  const rule = (name: string): Rule => ({
    delayS: config.getNumber(`FAILSAFE/${name}_delay`),
    action: actionOf(config, `FAILSAFE/${name}_action`),
  });
  return {
    serverLost: rule('link_lost'),
    takeover: { delayS: config.getNumber('FAILSAFE/takeover_delay'), action: 'report' },
    notFollowing: rule('offboard'),
    autopilotLost: rule('autopilot_lost'),
  };
}

/** `continue` is what a report does. */
function actionOf(config: Config, path: string): FailsafeAction {
  const word = config.getString(path);
  return failsafeActions.find((action) => action === word) ?? 'report';
}

/** Zero stands for "not watched" in files. */
function limit(config: Config, path: string): number | undefined {
  const value = config.getNumber(path);
  return value > 0 ? value : undefined;
}

function contradictions({
  batteryLow: low,
  batteryCritical: critical,
  start,
  fence,
}: FailsafeSettings): string[] {
  const isAbove = (a: number | undefined, b: number | undefined) =>
    a !== undefined && b !== undefined && a > b;
  const errors: string[] = [];
  if (isAbove(critical.minFraction, low.minFraction))
    errors.push('[FAILSAFE] battery_critical is above battery_low: it must be reached later');
  if (isAbove(critical.minCellV, low.minCellV))
    errors.push('[FAILSAFE] cell_critical is above cell_low: it must be reached later');
  if (isAbove(critical.minFraction, start.minBatteryFraction))
    errors.push('[FAILSAFE] battery_start_min is below battery_critical: it would land at once');
  if (isAbove(fence.marginM, fence.ceilingZM))
    errors.push('[GEOFENCE] margin is above ceiling: it would be reported on the ground');
  return errors;
}
