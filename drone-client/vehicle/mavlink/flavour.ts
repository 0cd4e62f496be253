/** What differs between autopilots that speak MAVLink: modes, and what they want said. Knows no link and no state. */
import { minimal } from 'mavlink-mappings';
import type { ModeRole, VehicleState } from '../vehicle.js';
import { ardupilotCustomMode, ardupilotModeName, ardupilotRole } from './ardupilot-mode.js';
import type { CalibrationParams } from './calibration.js';
import { px4Mode, px4ModeName, px4Role } from './px4-mode.js';

/** The first three parameters of DO_SET_MODE. */
type SetModeParams = readonly [baseMode: number, main: number, sub: number];

/** One autopilot's way of speaking; a new autopilot is one more of these and a line in `flavourOf`. */
export interface Flavour {
  readonly name: NonNullable<VehicleState['autopilot']>;
  /** The autopilot's own names of the modes behind the port's verbs. */
  readonly modes: Readonly<Record<'offboard' | 'land' | 'hold' | 'return', string>>;
  modeName(customMode: number): string;
  roleOf(mode: string): ModeRole;
  /** DO_SET_MODE's parameters for a mode's name; undefined when the autopilot has no such mode. */
  setModeParams(mode: string): SetModeParams | undefined;
  /** How integers travel in PARAM_VALUE unless AUTOPILOT_VERSION says otherwise: as the float's bytes, or converted. */
  readonly paramEncoding: 'bytes' | 'cast';
  /** Parameters that name the calibrated sensors, and the one that says whether a compass is used. */
  readonly calibrationParams: CalibrationParams;
  /** The mode follows setpoints only once a take-off command has lifted it. */
  readonly needsTakeoffCommand: boolean;
  /** It ends the flight when the ground station's heartbeat stops: the companion sends that one too. */
  readonly watchesGcsHeartbeat: boolean;
}

/** MAV_MODE_FLAG_CUSTOM_MODE_ENABLED as DO_SET_MODE's first parameter. */
const customModeEnabled = 1;

/** PX4: hierarchical modes; integers travel as the float's bytes. Source: PX4 parameter reference. */
export const px4Flavour: Flavour = {
  name: 'PX4',
  modes: { offboard: 'OFFBOARD', land: 'AUTO.LAND', hold: 'AUTO.LOITER', return: 'AUTO.RTL' },
  modeName: px4ModeName,
  roleOf: px4Role,
  setModeParams(mode) {
    const found = px4Mode(mode);
    return found && [customModeEnabled, found.main, found.sub];
  },
  paramEncoding: 'bytes',
  calibrationParams: {
    gyro: 'CAL_GYRO0_ID',
    mag: 'CAL_MAG0_ID',
    accel: 'CAL_ACC0_ID',
    compass: 'SYS_HAS_MAG',
  },
  needsTakeoffCommand: false,
  watchesGcsHeartbeat: false,
};

/** ArduPilot Copter: flat modes; integers travel as converted floats. Source: ArduPilot parameter list. */
const ardupilotFlavour: Flavour = {
  name: 'ArduPilot',
  modes: { offboard: 'GUIDED', land: 'LAND', hold: 'BRAKE', return: 'RTL' },
  modeName: ardupilotModeName,
  roleOf: ardupilotRole,
  setModeParams(mode) {
    const found = ardupilotCustomMode(mode);
    return found === undefined ? undefined : [customModeEnabled, found, 0];
  },
  paramEncoding: 'cast',
  calibrationParams: {
    gyro: 'INS_GYR_ID',
    mag: 'COMPASS_DEV_ID',
    accel: 'INS_ACC_ID',
    compass: 'COMPASS_ENABLE',
  },
  needsTakeoffCommand: true,
  watchesGcsHeartbeat: true,
};

/** The flavour of a HEARTBEAT's `autopilot`; undefined for one that Starling does not speak. */
export function flavourOf(autopilot: number): Flavour | undefined {
  if (autopilot === minimal.MavAutopilot.PX4) return px4Flavour;
  return autopilot === minimal.MavAutopilot.ARDUPILOTMEGA ? ardupilotFlavour : undefined;
}
