/**
 * The vehicle's state from its messages: `(state, message) → state`, the same object when nothing changed.
 * NED on the wire, ENU in the state. Knows no link, no timer and no command; what is unknown is absent.
 */
import { common, type MavLinkData, minimal } from 'mavlink-mappings';
import { nedToEnu, swapYawEnuNed, type Vec3 } from '../../../lib/geo/frames.js';
import type { SystemStatus, VehicleBattery, VehicleState } from '../vehicle.js';
import type { Flavour } from './flavour.js';

/** Nothing heard yet. */
export const unknownState: VehicleState = {
  connected: false,
  armed: false,
  mode: undefined,
  systemStatus: undefined,
  landed: undefined,
  position: undefined,
  attitude: undefined,
  battery: undefined,
  calibration: undefined,
  isPrearmOk: undefined,
};

/** Source: MAV_STATE, in its order. */
const systemStatuses: readonly SystemStatus[] = [
  'UNINIT',
  'BOOT',
  'CALIBRATING',
  'STANDBY',
  'ACTIVE',
  'CRITICAL',
  'EMERGENCY',
  'POWEROFF',
  'TERMINATION',
];

/** Source: MAV_LANDED_STATE, in its order. */
const landedStates: readonly VehicleState['landed'][] = [
  undefined,
  'on_ground',
  'in_air',
  'taking_off',
  'landing',
];

// Source: MAV_MODE_FLAG_SAFETY_ARMED, MAV_SYS_STATUS_PREARM_CHECK; "unknown" of SYS_STATUS and BATTERY_STATUS.
const armedFlag = 0x80;
const prearmBit = 0x10000000;
const unknownMilliVolt = 0xffff;

export type ReduceContext = {
  /** The clock's monotonic time at which the message arrived. */
  readonly nowMs: number;
  /** Undefined for an autopilot whose modes Starling can not name. */
  readonly flavour: Flavour | undefined;
};

/** The state after `message`, which came from the autopilot itself. A HEARTBEAT makes it connected. */
export function reduceMessage(
  state: VehicleState,
  message: MavLinkData,
  context: ReduceContext,
): VehicleState {
  if (message instanceof common.LocalPositionNed) return withPosition(state, message, context.nowMs);
  if (message instanceof common.Attitude) return withAttitude(state, message, context.nowMs);
  if (message instanceof minimal.Heartbeat) return withHeartbeat(state, message, context.flavour);
  if (message instanceof common.SysStatus) return withSysStatus(state, message);
  if (message instanceof common.BatteryStatus) return withBattery(state, batteryOf(message, state.battery));
  if (message instanceof common.ExtendedSysState) {
    const landed = landedStates[message.landedState];
    return landed === state.landed ? state : { ...state, landed };
  }
  return state;
}

function withHeartbeat(
  state: VehicleState,
  message: minimal.Heartbeat,
  flavour: Flavour | undefined,
): VehicleState {
  const armed = (message.baseMode & armedFlag) !== 0;
  const mode = flavour?.modeName(message.customMode) ?? `CMODE(${message.customMode})`;
  const systemStatus = systemStatuses[message.systemStatus];
  const isSame =
    state.connected && state.armed === armed && state.mode === mode && state.systemStatus === systemStatus;
  return isSame ? state : { ...state, connected: true, armed, mode, systemStatus };
}

function withPosition(state: VehicleState, message: common.LocalPositionNed, atMs: number): VehicleState {
  const { x, y, z, vx, vy, vz } = message;
  const positionM = nedToEnu({ x, y, z });
  const velocityMPerS = nedToEnu({ x: vx, y: vy, z: vz });
  if (!isFinite3(positionM) || !isFinite3(velocityMPerS)) return state;
  return { ...state, position: { atMs, positionM, velocityMPerS } };
}

/** Body axes turn from forward-right-down to forward-left-up: the second and third change their sign. */
function withAttitude(state: VehicleState, message: common.Attitude, atMs: number): VehicleState {
  const ratesRadPerS = { x: message.rollspeed, y: -message.pitchspeed, z: -message.yawspeed };
  const [rollRad, pitchRad, yawRad] = [message.roll, -message.pitch, swapYawEnuNed(message.yaw)];
  if (!Number.isFinite(rollRad + pitchRad + yawRad) || !isFinite3(ratesRadPerS)) return state;
  return { ...state, attitude: { atMs, rollRad, pitchRad, yawRad, ratesRadPerS } };
}

function withSysStatus(state: VehicleState, message: common.SysStatus): VehicleState {
  const isTold = (message.onboardControlSensorsPresent & prearmBit) !== 0;
  const isPrearmOk = isTold ? (message.onboardControlSensorsHealth & prearmBit) !== 0 : undefined;
  const isVoltageKnown = message.voltageBattery !== unknownMilliVolt;
  const battery = {
    ...state.battery,
    ...(isVoltageKnown && { voltageV: message.voltageBattery / 1000 }),
    ...(message.batteryRemaining >= 0 && { fraction: message.batteryRemaining / 100 }),
  };
  const next = withBattery(state, battery);
  return isPrearmOk === next.isPrearmOk ? next : { ...next, isPrearmOk };
}

/** The first battery alone; `cellVoltageV` is its lowest cell. */
function batteryOf(
  message: common.BatteryStatus,
  before: VehicleBattery | undefined,
): VehicleBattery | undefined {
  if (message.id !== 0) return before;
  const cellsMv = [...message.voltages, ...message.voltagesExt.filter((cellMv) => cellMv > 0)].filter(
    (cellMv) => cellMv !== unknownMilliVolt,
  );
  return {
    ...(cellsMv.length > 0 && {
      voltageV: cellsMv.reduce((sumMv, cellMv) => sumMv + cellMv, 0) / 1000,
      cellVoltageV: Math.min(...cellsMv) / 1000,
    }),
    ...(message.batteryRemaining >= 0 && { fraction: message.batteryRemaining / 100 }),
  };
}

function withBattery(state: VehicleState, next: VehicleBattery | undefined): VehicleState {
  const { battery } = state;
  if (next === undefined) return state;
  const isSame =
    battery?.voltageV === next.voltageV &&
    battery?.cellVoltageV === next.cellVoltageV &&
    battery?.fraction === next.fraction;
  return isSame ? state : { ...state, battery: next };
}

function isFinite3(vector: Vec3): boolean {
  return Number.isFinite(vector.x) && Number.isFinite(vector.y) && Number.isFinite(vector.z);
}
