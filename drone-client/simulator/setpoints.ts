/** The three messages that steer, as demands to the controller: NED on the wire, local ENU inside. Knows no modes. */
import { common, type MavLinkData } from 'mavlink-mappings';
import { nedToEnu, swapYawEnuNed, type Vec3 } from '../../lib/geo/frames.js';
import type { AttitudeDemand, AxisDemand, Demand, PositionDemand } from './position-control.js';

/** A place of SET_POSITION_TARGET_GLOBAL_INT. */
export type GlobalPlace = {
  readonly latDeg: number;
  readonly lonDeg: number;
  readonly altM: number;
  /** The height counts from home, not from the sea. */
  readonly isRelative: boolean;
};

// Source: POSITION_TARGET_TYPEMASK, ATTITUDE_TARGET_TYPEMASK.
const yawIgnored = 1024;
const attitudeMask = { rollRate: 1, pitchRate: 2, yawRate: 4, thrust: 64, attitude: 128 } as const;
const degPerUnit = 1e-7;

/** True for one of the three messages. */
export function isSetpoint(message: MavLinkData): boolean {
  return (
    message instanceof common.SetPositionTargetLocalNed ||
    message instanceof common.SetPositionTargetGlobalInt ||
    message instanceof common.SetAttitudeTarget
  );
}

/** What it demands; undefined for another message, and for one that demands nothing that can be flown. */
export function demandOf(
  message: MavLinkData,
  toLocal: (place: GlobalPlace) => Vec3 | undefined,
): Demand | undefined {
  if (message instanceof common.SetPositionTargetLocalNed) return localDemand(message);
  if (message instanceof common.SetPositionTargetGlobalInt) return globalDemand(message, toLocal);
  return message instanceof common.SetAttitudeTarget ? attitudeDemand(message) : undefined;
}

/** LOCAL_NED alone; undefined for another frame, or for one that sets neither position nor velocity of an axis. */
function localDemand(message: common.SetPositionTargetLocalNed): PositionDemand | undefined {
  if (message.coordinateFrame !== common.MavFrame.LOCAL_NED) return undefined;
  return positionDemand(message, nedToEnu({ x: message.x, y: message.y, z: message.z }));
}

/** `toLocal` finds the place in the local frame; undefined when it can not. */
function globalDemand(
  message: common.SetPositionTargetGlobalInt,
  toLocal: (place: GlobalPlace) => Vec3 | undefined,
): PositionDemand | undefined {
  const { GLOBAL_INT, GLOBAL_RELATIVE_ALT_INT } = common.MavFrame;
  const { coordinateFrame, latInt, lonInt, alt } = message;
  const isRelative = coordinateFrame === GLOBAL_RELATIVE_ALT_INT;
  if (!isRelative && coordinateFrame !== GLOBAL_INT) return undefined;
  const place = { latDeg: latInt * degPerUnit, lonDeg: lonInt * degPerUnit, altM: alt, isRelative };
  const positionM = toLocal(place);
  return positionM && positionDemand(message, positionM);
}

/** Undefined without a thrust, or when it sets neither an attitude nor a rate. */
function attitudeDemand(message: common.SetAttitudeTarget): AttitudeDemand | undefined {
  const mask: number = message.typeMask;
  const { thrust, bodyRollRate, bodyPitchRate, bodyYawRate } = message;
  if ((mask & attitudeMask.thrust) !== 0 || !Number.isFinite(thrust)) return undefined;
  const has = (bit: number, value: number): boolean => (mask & bit) === 0 && Number.isFinite(value);
  const demand: AttitudeDemand = {
    thrust: Math.min(1, Math.max(0, thrust)),
    ...(has(attitudeMask.rollRate, bodyRollRate) && { rollRateRadPerS: bodyRollRate }),
    ...(has(attitudeMask.pitchRate, bodyPitchRate) && { pitchRateRadPerS: bodyPitchRate }),
    ...(has(attitudeMask.yawRate, bodyYawRate) && { yawRateRadPerS: -bodyYawRate }),
    ...((mask & attitudeMask.attitude) === 0 && anglesOf(message.q)),
  };
  return Object.keys(demand).length > 1 ? demand : undefined;
}

function positionDemand(
  message: common.SetPositionTargetLocalNed | common.SetPositionTargetGlobalInt,
  position: Vec3,
): PositionDemand | undefined {
  const velocity = nedToEnu({ x: message.vx, y: message.vy, z: message.vz });
  const mask: number = message.typeMask;
  // ENU x is NED y: bits 2 and 16 belong to it, 1 and 8 to ENU y.
  const x = axis(mask, [position.x, 2], [velocity.x, 16]);
  const y = axis(mask, [position.y, 1], [velocity.y, 8]);
  const z = axis(mask, [position.z, 4], [velocity.z, 32]);
  if (!x || !y || !z) return undefined;
  const hasYaw = (mask & yawIgnored) === 0 && Number.isFinite(message.yaw);
  return { x, y, z, ...(hasYaw && { yawRad: swapYawEnuNed(message.yaw) }) };
}

type Masked = readonly [value: number, ignoredBit: number];

function axis(mask: number, position: Masked, velocity: Masked): AxisDemand | undefined {
  const has = ([value, bit]: Masked): boolean => (mask & bit) === 0 && Number.isFinite(value);
  if (!has(position) && !has(velocity)) return undefined;
  return {
    ...(has(position) && { positionM: position[0] }),
    ...(has(velocity) && { velocityMPerS: velocity[0] }),
  };
}

/** Roll, pitch and yaw of a Hamilton quaternion (w first), FRD in NED; nothing for one that is none. */
function anglesOf(q: readonly number[]): Pick<AttitudeDemand, 'rollRad' | 'pitchRad' | 'yawRad'> {
  const length = Math.hypot(...q);
  if (q.length !== 4 || !(length > 1e-3)) return {};
  const [w = 1, x = 0, y = 0, z = 0] = q.map((part) => part / length);
  return {
    rollRad: Math.atan2(2 * (w * x + y * z), 1 - 2 * (x * x + y * y)),
    pitchRad: Math.asin(Math.min(1, Math.max(-1, 2 * (w * y - z * x)))),
    yawRad: swapYawEnuNed(Math.atan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z))),
  };
}
