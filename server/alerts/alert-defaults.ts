/** The thresholds of a show for which nobody says otherwise. Data alone. */
import type { AlertAction, AlertLevel } from './alert-rule.js';
import type { MeasureName } from './measures.js';

/** A rule as its options say by default, in the unit of its measure; `clear` absent: 15 % better than the limit. */
export type AlertDefaults = {
  readonly measure: MeasureName;
  readonly limit: number;
  readonly clear?: number;
  readonly after: number;
  readonly clearAfter: number;
  readonly drones: string;
  readonly level: AlertLevel;
  readonly action: AlertAction;
};

const warning = { drones: '1', level: 'warning', action: 'alert' } as const;
const ofMany = { drones: '20%', level: 'alarm', action: 'hold_fleet' } as const;

/**
 * Winds: show drones are sold for 8 to 10 m/s; the 2.5 m/s² that ArduPilot leans for by default hold one against 12, and off its place before that. Errors: drones of
 * a show keep 1.5 m apart, so that one that is off by 1.5 m may be where another is. Temperature: a Raspberry Pi slows
 * down from 80 °C. Wi-Fi: 45 % is about -78 dBm, where the rates of a small antenna begin to fall. Too many that are silent hold no fleet: a hold reaches only the others, and parts them.
 */
export const alertDefaults: Readonly<Record<string, AlertDefaults>> = {
  wind: {
    ...warning,
    measure: 'wind',
    limit: 8,
    after: 5,
    clearAfter: 20,
    drones: '20%',
    action: 'hold_start',
  },
  wind_high: { ...ofMany, measure: 'wind', limit: 10, after: 5, clearAfter: 30 },
  gust: {
    ...warning,
    measure: 'gust',
    limit: 9,
    after: 1,
    clearAfter: 30,
    drones: '20%',
    action: 'hold_start',
  },
  gust_high: { ...ofMany, measure: 'gust', limit: 10.5, after: 1, clearAfter: 30 },
  position: { ...warning, measure: 'position_error', limit: 1, after: 2, clearAfter: 5 },
  position_many: {
    ...ofMany,
    measure: 'position_error',
    limit: 1.5,
    after: 2,
    clearAfter: 10,
    drones: '10%',
  },
  battery: { ...warning, measure: 'battery_short', limit: 10, after: 10, clearAfter: 30 },
  battery_many: {
    ...ofMany,
    measure: 'battery_short',
    limit: 10,
    after: 10,
    clearAfter: 30,
    action: 'alert',
  },
  temperature: { ...warning, measure: 'temperature', limit: 75, clear: 70, after: 10, clearAfter: 30 },
  link: { ...warning, measure: 'link_quality', limit: 45, after: 10, clearAfter: 20 },
  latency: { ...warning, measure: 'latency', limit: 500, after: 5, clearAfter: 20, drones: '10%' },
  silence: { ...warning, measure: 'silence', limit: 3, after: 1, clearAfter: 5, action: 'hold_start' },
  silence_many: { ...ofMany, measure: 'silence', limit: 3, after: 2, clearAfter: 10, action: 'hold_start' },
  clock: { ...warning, measure: 'clock', limit: 30, after: 10, clearAfter: 20, action: 'hold_start' },
};

/** A rule with a name of the operator's own watches nothing until it is given a limit. */
export const ownAlert: AlertDefaults = { ...warning, measure: 'wind', limit: 0, after: 5, clearAfter: 20 };
