/** PX4's flight modes between the `custom_mode` of HEARTBEAT and their names. Knows no link and no state. */

import type { ModeRole } from '../vehicle.js';

/** `custom_mode` = main << 16 | sub << 24. Source: PX4, px4_custom_mode.h. */
export type Px4Mode = { readonly main: number; readonly sub: number };

/** The names are MAVROS' (`mavros_msgs/State`), which clever-show's tables and checks expect. */
const modesByName: ReadonlyMap<string, Px4Mode> = new Map([
  ['MANUAL', { main: 1, sub: 0 }],
  ['ALTCTL', { main: 2, sub: 0 }],
  ['POSCTL', { main: 3, sub: 0 }],
  ['AUTO.READY', { main: 4, sub: 1 }],
  ['AUTO.TAKEOFF', { main: 4, sub: 2 }],
  ['AUTO.LOITER', { main: 4, sub: 3 }],
  ['AUTO.MISSION', { main: 4, sub: 4 }],
  ['AUTO.RTL', { main: 4, sub: 5 }],
  ['AUTO.LAND', { main: 4, sub: 6 }],
  ['AUTO.FOLLOW_TARGET', { main: 4, sub: 8 }],
  ['AUTO.PRECLAND', { main: 4, sub: 9 }],
  ['ACRO', { main: 5, sub: 0 }],
  ['OFFBOARD', { main: 6, sub: 0 }],
  ['STABILIZED', { main: 7, sub: 0 }],
]);

const namesByCustomMode: ReadonlyMap<number, string> = new Map(
  [...modesByName].map(([name, mode]) => [toCustomMode(mode), name]),
);

/** Main and sub mode of a name, or undefined when PX4 has none such. */
export function px4Mode(name: string): Px4Mode | undefined {
  return modesByName.get(name);
}

/** The u32 of HEARTBEAT. */
export function toCustomMode(mode: Px4Mode): number {
  return ((mode.main << 16) | (mode.sub << 24)) >>> 0;
}

/** The name of a `custom_mode`; `CMODE(n)` (as MAVROS has it) for one without a name. */
export function px4ModeName(customMode: number): string {
  return namesByCustomMode.get(customMode) ?? `CMODE(${customMode})`;
}

const roles: ReadonlyMap<string, ModeRole> = new Map<string, ModeRole>([
  ['OFFBOARD', 'offboard'],
  ['AUTO.TAKEOFF', 'takeoff'],
  ['AUTO.LOITER', 'hold'],
  ['AUTO.RTL', 'return'],
  ['AUTO.LAND', 'land'],
  ['AUTO.PRECLAND', 'land'],
  ...['MANUAL', 'ALTCTL', 'POSCTL', 'ACRO', 'STABILIZED'].map((name): [string, ModeRole] => [name, 'manual']),
]);

/** What the mode means to us. */
export function px4Role(mode: string): ModeRole {
  return roles.get(mode) ?? 'other';
}
