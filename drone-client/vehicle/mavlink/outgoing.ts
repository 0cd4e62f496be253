/** What a companion says to an autopilot beside setpoints: heartbeats, commands, questions. Knows no link. */
import { ardupilotmega, common, minimal, standard } from 'mavlink-mappings';
import type { CommandRequest } from './commands.js';

/** A companion computer's component id. Source: MAV_COMP_ID_ONBOARD_COMPUTER. */
export const companionComponentId = 191;
/** Source: MAV_COMP_ID_AUTOPILOT1. */
export const autopilotComponentId = 1;
/** Under which ArduPilot expects its ground station. Source: SYSID_MYGCS, MAV_COMP_ID_MISSIONPLANNER. */
export const groundStation = { systemId: 255, componentId: 190 } as const;

/** LED_CONTROL's content, as the lights make it. */
type LedBytes = { readonly instance: number; readonly pattern: number; readonly bytes: Uint8Array };

/** Source: LED_CONTROL, `custom_bytes`. */
const maxLedBytes = 24;

export function companionHeartbeat(): minimal.Heartbeat {
  return heartbeat(minimal.MavType.ONBOARD_CONTROLLER);
}

export function groundStationHeartbeat(): minimal.Heartbeat {
  return heartbeat(minimal.MavType.GCS);
}

function heartbeat(type: minimal.MavType): minimal.Heartbeat {
  return Object.assign(new minimal.Heartbeat(), {
    type,
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

export function ledControl(
  { instance, pattern, bytes }: LedBytes,
  systemId: number,
): ardupilotmega.LedControl {
  const custom = [...bytes.subarray(0, maxLedBytes)];
  return Object.assign(new ardupilotmega.LedControl(), {
    targetSystem: systemId,
    targetComponent: autopilotComponentId,
    instance,
    pattern,
    customLen: custom.length,
    customBytes: [...custom, ...new Array<number>(maxLedBytes - custom.length).fill(0)],
  });
}

/** What the state is made of, and how often it is wanted, Hz. */
export const wantedStreams: readonly { readonly messageId: number; readonly rateHz: number }[] = [
  { messageId: common.LocalPositionNed.MSG_ID, rateHz: 20 },
  { messageId: common.Attitude.MSG_ID, rateHz: 20 },
  { messageId: common.GlobalPositionInt.MSG_ID, rateHz: 20 },
  { messageId: common.ExtendedSysState.MSG_ID, rateHz: 5 },
  { messageId: common.SysStatus.MSG_ID, rateHz: 2 },
  { messageId: common.BatteryStatus.MSG_ID, rateHz: 1 },
  { messageId: common.GpsRawInt.MSG_ID, rateHz: 2 },
  { messageId: common.EstimatorStatus.MSG_ID, rateHz: 2 },
  { messageId: ardupilotmega.EkfStatusReport.MSG_ID, rateHz: 2 },
];

/** SET_MESSAGE_INTERVAL, µs. */
export function intervalRequest(messageId: number, rateHz: number): CommandRequest {
  return { command: common.MavCmd.SET_MESSAGE_INTERVAL, params: [messageId, 1e6 / rateHz] };
}

/** REQUEST_MESSAGE for AUTOPILOT_VERSION: its capabilities. */
export const versionRequest: CommandRequest = {
  command: common.MavCmd.REQUEST_MESSAGE,
  params: [standard.AutopilotVersion.MSG_ID],
};
