/** ArduPilot Copter's flight modes between the `custom_mode` of HEARTBEAT and their names. Knows no link and no state. */
import type { ModeRole } from '../vehicle.js';

/** `custom_mode` is the mode's number. Source: ArduPilot, Copter's control_mode. */
const numbersByName: ReadonlyMap<string, number> = new Map([
  ['STABILIZE', 0],
  ['ACRO', 1],
  ['ALT_HOLD', 2],
  ['AUTO', 3],
  ['GUIDED', 4],
  ['LOITER', 5],
  ['RTL', 6],
  ['CIRCLE', 7],
  ['LAND', 9],
  ['DRIFT', 11],
  ['SPORT', 13],
  ['FLIP', 14],
  ['AUTOTUNE', 15],
  ['POSHOLD', 16],
  ['BRAKE', 17],
  ['THROW', 18],
  ['AVOID_ADSB', 19],
  ['GUIDED_NOGPS', 20],
  ['SMART_RTL', 21],
  ['FLOWHOLD', 22],
  ['FOLLOW', 23],
  ['ZIGZAG', 24],
  ['SYSTEMID', 25],
  ['AUTOROTATE', 26],
  ['AUTO_RTL', 27],
  ['TURTLE', 28],
  // Source: the show firmware of Skybrush.
  ['SHOW', 127],
]);

const namesByNumber: ReadonlyMap<number, string> = new Map(
  [...numbersByName].map(([name, number]) => [number, name]),
);

const roles: ReadonlyMap<string, ModeRole> = new Map<string, ModeRole>([
  ['GUIDED', 'offboard'],
  ['LAND', 'land'],
  ['BRAKE', 'hold'],
  ['RTL', 'return'],
  ['SMART_RTL', 'return'],
  ['AUTO_RTL', 'return'],
  ...['STABILIZE', 'ACRO', 'ALT_HOLD', 'LOITER', 'DRIFT', 'SPORT', 'POSHOLD', 'FLOWHOLD'].map(
    (name): [string, ModeRole] => [name, 'manual'],
  ),
]);

/** The number of a name, or undefined when Copter has none such. */
export function ardupilotCustomMode(name: string): number | undefined {
  return numbersByName.get(name);
}

/** The name of a `custom_mode`; `CMODE(n)` for one without a name. */
export function ardupilotModeName(customMode: number): string {
  return namesByNumber.get(customMode) ?? `CMODE(${customMode})`;
}

/** What the mode means to us. */
export function ardupilotRole(mode: string): ModeRole {
  return roles.get(mode) ?? 'other';
}
