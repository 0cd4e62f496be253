/** What the simulated autopilot does on each command, and what it answers (MAV_RESULT). Knows no frames and no link. */
import { common } from 'mavlink-mappings';
import { px4ModeName, toCustomMode } from '../vehicle/mavlink/px4-mode.js';

/** A COMMAND_LONG or COMMAND_INT, as far as it matters here. */
export type Command = { readonly id: number; readonly params: readonly number[] };

/** What commands act on. Every method returns a MAV_RESULT. */
export interface Commanded {
  arm(isForced: boolean): number;
  disarm(isForced: boolean): number;
  setMode(mode: string): number;
  /** `heightM` local ENU z, NaN = as MIS_TAKEOFF_ALT says. */
  takeoff(heightM: number): number;
  setStreamInterval(messageId: number, intervalUs: number): number;
  sendOnce(messageId: number): number;
}

const { ACCEPTED, DENIED, UNSUPPORTED } = common.MavResult;
/** Source: MAV_CMD_COMPONENT_ARM_DISARM, param2 that forces. */
const forceCode = 21196;
/** Source: PX4: DO_SET_MODE without the custom-mode flag is not understood. */
const customModeFlag = 1;

/** Carries out the command; returns its MAV_RESULT. */
export function runCommand(command: Command, vehicle: Commanded): number {
  const [p1 = 0, p2 = 0, p3 = 0, , , , p7 = 0] = command.params;
  switch (command.id) {
    case common.MavCmd.COMPONENT_ARM_DISARM:
      if (p1 !== 0 && p1 !== 1) return DENIED;
      return p1 === 1 ? vehicle.arm(p2 === forceCode) : vehicle.disarm(p2 === forceCode);
    case common.MavCmd.DO_SET_MODE:
      if ((p1 & customModeFlag) === 0) return DENIED;
      return vehicle.setMode(px4ModeName(toCustomMode({ main: p2, sub: p3 })));
    case common.MavCmd.NAV_TAKEOFF:
      return vehicle.takeoff(p7);
    case common.MavCmd.NAV_LAND:
      return vehicle.setMode('AUTO.LAND');
    case common.MavCmd.SET_MESSAGE_INTERVAL:
      return vehicle.setStreamInterval(p1, p2);
    case common.MavCmd.REQUEST_MESSAGE:
      return vehicle.sendOnce(p1);
    case common.MavCmd.DO_FLIGHTTERMINATION:
      return p1 >= 0.5 ? vehicle.disarm(true) : ACCEPTED;
    default:
      return UNSUPPORTED;
  }
}

/** The command inside either message; their parameters differ in encoding alone. */
export function commandOf(message: common.CommandLong | common.CommandInt): Command {
  const { _param1, _param2, _param3, _param4, _param5, _param6, _param7 } = message;
  return { id: message.command, params: [_param1, _param2, _param3, _param4, _param5, _param6, _param7] };
}
