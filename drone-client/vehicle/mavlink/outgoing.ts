/** The messages that a companion sends to an autopilot, from values of ours. ENU in, NED on the wire. Knows no link. */
import { common, minimal } from 'mavlink-mappings';
import { enuToNed, swapYawEnuNed } from '../../../lib/geo/frames.js';
import type { Setpoint } from '../vehicle.js';
import type { CommandRequest } from './commands.js';

/** A companion computer's component id. Source: MAV_COMP_ID_ONBOARD_COMPUTER. */
export const companionComponentId = 191;
/** Source: MAV_COMP_ID_AUTOPILOT1. */
export const autopilotComponentId = 1;

// Source: POSITION_TARGET_TYPEMASK; acceleration and yaw rate ignored, and yaw as well where it is to be kept.
const maskWithYaw: number = 0x9c0;
const maskWithoutYaw: number = 0xdc0;

export function companionHeartbeat(): minimal.Heartbeat {
  return Object.assign(new minimal.Heartbeat(), {
    type: minimal.MavType.ONBOARD_CONTROLLER,
    autopilot: minimal.MavAutopilot.INVALID,
    baseMode: 0,
    customMode: 0,
    systemStatus: minimal.MavState.ACTIVE,
    mavlinkVersion: 3,
  });
}

export function commandLong(
  request: CommandRequest,
  systemId: number,
  confirmation: number,
): common.CommandLong {
  const [p1 = 0, p2 = 0, p3 = 0, p4 = 0, p5 = 0, p6 = 0, p7 = 0] = request.params;
  return Object.assign(new common.CommandLong(), {
    targetSystem: systemId,
    targetComponent: autopilotComponentId,
    command: request.command,
    confirmation,
    _param1: p1,
    _param2: p2,
    _param3: p3,
    _param4: p4,
    _param5: p5,
    _param6: p6,
    _param7: p7,
  });
}

/** Fills `target` (reused between calls: making one costs more than sending it). */
export function fillSetpoint(
  target: common.SetPositionTargetLocalNed,
  setpoint: Setpoint,
  to: { readonly systemId: number; readonly nowMs: number },
): void {
  const position = enuToNed(setpoint.positionM);
  const velocity = enuToNed(setpoint.velocityMPerS);
  const hasYaw = Number.isFinite(setpoint.yawRad);
  target.timeBootMs = Math.floor(to.nowMs) >>> 0;
  target.targetSystem = to.systemId;
  target.targetComponent = autopilotComponentId;
  target.coordinateFrame = common.MavFrame.LOCAL_NED;
  target.typeMask = hasYaw ? maskWithYaw : maskWithoutYaw;
  target.x = position.x;
  target.y = position.y;
  target.z = position.z;
  target.vx = velocity.x;
  target.vy = velocity.y;
  target.vz = velocity.z;
  target.yaw = hasYaw ? swapYawEnuNed(setpoint.yawRad) : 0;
}

export function paramRequestRead(paramId: string, systemId: number): common.ParamRequestRead {
  return Object.assign(new common.ParamRequestRead(), {
    targetSystem: systemId,
    targetComponent: autopilotComponentId,
    paramIndex: -1,
    paramId,
  });
}

/** The answer to a TIMESYNC request, with our own time in ns. */
export function timesyncAnswer(
  request: common.TimeSync,
  from: { readonly systemId: number; readonly componentId: number; readonly nowMs: number },
): common.TimeSync {
  return Object.assign(new common.TimeSync(), {
    tc1: BigInt(Math.round(from.nowMs * 1e6)),
    ts1: request.ts1,
    targetSystem: from.systemId,
    targetComponent: from.componentId,
  });
}

/** SET_MESSAGE_INTERVAL for what the state is made of. */
export const intervalRequests: readonly CommandRequest[] = [
  [common.LocalPositionNed.MSG_ID, 20],
  [common.Attitude.MSG_ID, 20],
  [common.ExtendedSysState.MSG_ID, 5],
  [common.SysStatus.MSG_ID, 1],
  [common.BatteryStatus.MSG_ID, 1],
].map(([messageId = 0, rateHz = 1]) => ({
  command: common.MavCmd.SET_MESSAGE_INTERVAL,
  params: [messageId, 1e6 / rateHz],
}));
