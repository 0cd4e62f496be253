/**
 * The vehicle's state from its messages: `(state, message) → state`, the same object when nothing changed.
 * NED on the wire, ENU in the state. Knows no link, no timer and no command; what is unknown is absent.
 */
import { common, type MavLinkData, minimal } from 'mavlink-mappings';
import { nedToEnu, swapYawEnuNed, type Vec3 } from '../../../lib/geo/frames.js';
import type { SystemStatus, VehicleBattery, VehicleState } from '../vehicle.js';
import { batteryOfBatteryStatus, batteryOfSysStatus, isSameBattery } from './battery.js';
import type { Flavour } from './flavour.js';
import { estimatorHealth, gpsFix, isEstimatorMessage, sensorHealth } from './health.js';

/** Nothing heard yet. */
export const unknownState: VehicleState = {
  connected: false,
  autopilot: undefined,
  armed: false,
  mode: undefined,
  role: undefined,
  systemStatus: undefined,
  landed: undefined,
  position: undefined,
  attitude: undefined,
  battery: undefined,
  calibration: undefined,
  isPrearmOk: undefined,
  global: undefined,
  gps: undefined,
  estimator: undefined,
  unhealthySensors: undefined,
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

/** Source: MAV_MODE_FLAG_SAFETY_ARMED. */
const armedFlag = 0x80;

export type ReduceContext = {
  /** The clock's monotonic time at which the message arrived. */
  readonly nowMs: number;
  /** The same of the moment that the message tells of, where the autopilot stamped it. */
  readonly measuredMs?: number;
  /** Undefined for an autopilot whose modes Starling can not name. */
  readonly flavour: Flavour | undefined;
};

/** The state after `message`, which came from the autopilot itself. A HEARTBEAT makes it connected. */
export function reduceMessage(
  state: VehicleState,
  message: MavLinkData,
  context: ReduceContext,
): VehicleState {
  const atMs = context.measuredMs ?? context.nowMs;
  if (message instanceof common.LocalPositionNed) return withPosition(state, message, atMs);
  if (message instanceof common.Attitude) return withAttitude(state, message, atMs);
  if (message instanceof common.GlobalPositionInt) return withGlobal(state, message, atMs);
  if (message instanceof minimal.Heartbeat) return withHeartbeat(state, message, context.flavour);
  if (message instanceof common.SysStatus) return withSysStatus(state, message);
  if (message instanceof common.GpsRawInt) return { ...state, gps: gpsFix(message, context.nowMs) };
  if (isEstimatorMessage(message)) return { ...state, estimator: estimatorHealth(message, context.nowMs) };
  if (message instanceof common.BatteryStatus)
    return withBattery(state, batteryOfBatteryStatus(message, state.battery));
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
  const autopilot = flavour?.name;
  const isSame =
    state.connected &&
    state.autopilot === autopilot &&
    state.armed === armed &&
    state.mode === mode &&
    state.systemStatus === systemStatus;
  const role = flavour?.roleOf(mode) ?? 'other';
  return isSame ? state : { ...state, connected: true, autopilot, armed, mode, role, systemStatus };
}

function withPosition(state: VehicleState, message: common.LocalPositionNed, atMs: number): VehicleState {
  const { x, y, z, vx, vy, vz } = message;
  const positionM = nedToEnu({ x, y, z });
  const velocityMPerS = nedToEnu({ x: vx, y: vy, z: vz });
  if (!isFinite3(positionM) || !isFinite3(velocityMPerS)) return state;
  return { ...state, position: { atMs, positionM, velocityMPerS } };
}

/** Degrees × 1e7, mm, cm/s NED on the wire; (0, 0) is what a receiver without a fix says. */
function withGlobal(state: VehicleState, message: common.GlobalPositionInt, atMs: number): VehicleState {
  const { lat, lon, alt, vx, vy, vz } = message;
  if (lat === 0 && lon === 0) return state;
  const velocityMPerS = nedToEnu({ x: vx / 100, y: vy / 100, z: vz / 100 });
  return {
    ...state,
    global: { atMs, latDeg: lat / 1e7, lonDeg: lon / 1e7, amslM: alt / 1000, velocityMPerS },
  };
}

/** Body axes turn from forward-right-down to forward-left-up: the second and third change their sign. */
function withAttitude(state: VehicleState, message: common.Attitude, atMs: number): VehicleState {
  const ratesRadPerS = { x: message.rollspeed, y: -message.pitchspeed, z: -message.yawspeed };
  const [rollRad, pitchRad, yawRad] = [message.roll, -message.pitch, swapYawEnuNed(message.yaw)];
  if (!Number.isFinite(rollRad + pitchRad + yawRad) || !isFinite3(ratesRadPerS)) return state;
  return { ...state, attitude: { atMs, rollRad, pitchRad, yawRad, ratesRadPerS } };
}

function withSysStatus(state: VehicleState, message: common.SysStatus): VehicleState {
  const next = withBattery(state, batteryOfSysStatus(message, state.battery));
  const { isPrearmOk, unhealthySensors } = sensorHealth(message);
  const isSame = next.isPrearmOk === isPrearmOk && next.unhealthySensors?.join() === unhealthySensors?.join();
  return isSame ? next : { ...next, isPrearmOk, unhealthySensors };
}

function withBattery(state: VehicleState, next: VehicleBattery | undefined): VehicleState {
  return next === undefined || isSameBattery(state.battery, next) ? state : { ...state, battery: next };
}

function isFinite3(vector: Vec3): boolean {
  return Number.isFinite(vector.x) && Number.isFinite(vector.y) && Number.isFinite(vector.z);
}
