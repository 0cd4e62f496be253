/** What the simulated autopilot does on each command, and what it answers (MAV_RESULT). Knows no frames and no link. */
import { common } from 'mavlink-mappings';
import type { Firmware } from './firmware.js';

/** A COMMAND_LONG or COMMAND_INT, as far as it matters here. */
export type Command = { readonly id: number; readonly params: readonly number[] };

/** What commands act on. Every method returns a MAV_RESULT. */
export interface Commanded {
  arm(isForced: boolean): number;
  disarm(isForced: boolean): number;
  setMode(mode: string): number;
  /** `heightM` as NAV_TAKEOFF carries it. */
  takeOff(heightM: number): number;
  terminate(): number;
  /** Undefined: the answer comes later. */
  calibrate(sensor: 'gyro' | 'level'): number | undefined;
  reboot(): number;
  setStreamInterval(messageId: number, intervalUs: number): number;
  sendOnce(messageId: number): number;
}

const { ACCEPTED, DENIED, UNSUPPORTED } = common.MavResult;
const commands = common.MavCmd;
/** Source: MAV_CMD_COMPONENT_ARM_DISARM, param2 that forces. */
const forceCode = 21196;
/** DO_SET_MODE without the custom-mode flag is not understood. Source: PX4, ArduPilot. */
const customModeFlag = 1;
/** Source: MAV_CMD_PREFLIGHT_CALIBRATION, param5: 2 = board level. */
const levelCode = 2;

/** Carries out the command; returns its MAV_RESULT, or undefined when the answer comes later. */
export function runCommand(command: Command, vehicle: Commanded, firmware: Firmware): number | undefined {
  const [p1 = 0, p2 = 0, p3 = 0, , p5 = 0, , p7 = 0] = command.params;
  switch (command.id) {
    case commands.COMPONENT_ARM_DISARM:
      if (p1 !== 0 && p1 !== 1) return DENIED;
      return p1 === 1 ? vehicle.arm(p2 === forceCode) : vehicle.disarm(p2 === forceCode);
    case commands.DO_SET_MODE:
      if ((p1 & customModeFlag) === 0) return DENIED;
      return vehicle.setMode(firmware.modeNameOf(p2, p3));
    case commands.NAV_TAKEOFF:
      return vehicle.takeOff(p7);
    case commands.NAV_LAND:
      return vehicle.setMode(firmware.landMode);
    case commands.NAV_RETURN_TO_LAUNCH:
      return vehicle.setMode(firmware.returnMode);
    case commands.SET_MESSAGE_INTERVAL:
      return vehicle.setStreamInterval(p1, p2);
    case commands.REQUEST_MESSAGE:
      return vehicle.sendOnce(p1);
    case commands.DO_FLIGHTTERMINATION:
      return p1 >= 0.5 ? vehicle.terminate() : ACCEPTED;
    case commands.PREFLIGHT_CALIBRATION:
      if (p1 === 1) return vehicle.calibrate('gyro');
      return p5 === levelCode ? vehicle.calibrate('level') : UNSUPPORTED;
    case commands.PREFLIGHT_REBOOT_SHUTDOWN:
      return p1 === 1 ? vehicle.reboot() : DENIED;
    default:
      return UNSUPPORTED;
  }
}

/** The command inside either message; their parameters differ in encoding alone. */
export function commandOf(message: common.CommandLong | common.CommandInt): Command {
  const { _param1, _param2, _param3, _param4, _param5, _param6, _param7 } = message;
  return { id: message.command, params: [_param1, _param2, _param3, _param4, _param5, _param6, _param7] };
}
