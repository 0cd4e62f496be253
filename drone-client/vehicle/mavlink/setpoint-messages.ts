/** Setpoints of ours as MAVLink messages: ENU in, NED on the wire. Knows no link. */
import { common } from 'mavlink-mappings';
import { enuToNed, swapYawEnuNed, type Vec3 } from '../../../lib/geo/frames.js';
import type { AttitudeSetpoint, GlobalSetpoint, Setpoint } from '../vehicle.js';

/** The autopilot that it is for, and our own time since boot, ms. */
export type Addressee = { readonly systemId: number; readonly componentId: number; readonly nowMs: number };

// Source: POSITION_TARGET_TYPEMASK; acceleration and yaw rate ignored, and yaw as well where it is to be kept.
const maskWithYaw: number = 0x9c0;
const maskWithoutYaw: number = 0xdc0;

// Source: ATTITUDE_TARGET_TYPEMASK; the three rates ignored, or the attitude.
const ignoreRates: number = 7;
const ignoreAttitude: number = 128;

/** Fills `target` (reused between calls: making one costs more than sending it). */
export function fillSetpoint(
  target: common.SetPositionTargetLocalNed,
  setpoint: Setpoint,
  to: Addressee,
): void {
  const position = enuToNed(setpoint.positionM);
  fillCommon(target, setpoint, to);
  target.coordinateFrame = common.MavFrame.LOCAL_NED;
  target.x = position.x;
  target.y = position.y;
  target.z = position.z;
}

/** The same in global coordinates. The height goes out relative to home, whose height is `homeAmslM`. */
export function fillGlobalSetpoint(
  target: common.SetPositionTargetGlobalInt,
  setpoint: GlobalSetpoint & { readonly homeAmslM: number },
  to: Addressee,
): void {
  fillCommon(target, setpoint, to);
  target.coordinateFrame = common.MavFrame.GLOBAL_RELATIVE_ALT_INT;
  target.latInt = Math.round(setpoint.latDeg * 1e7);
  target.lonInt = Math.round(setpoint.lonDeg * 1e7);
  target.alt = setpoint.amslM - setpoint.homeAmslM;
}

function fillCommon(
  target: common.SetPositionTargetLocalNed | common.SetPositionTargetGlobalInt,
  setpoint: { readonly velocityMPerS: Vec3; readonly yawRad: number },
  to: Addressee,
): void {
  const velocity = enuToNed(setpoint.velocityMPerS);
  const hasYaw = Number.isFinite(setpoint.yawRad);
  target.timeBootMs = Math.floor(to.nowMs) >>> 0;
  target.targetSystem = to.systemId;
  target.targetComponent = to.componentId;
  target.typeMask = hasYaw ? maskWithYaw : maskWithoutYaw;
  target.vx = velocity.x;
  target.vy = velocity.y;
  target.vz = velocity.z;
  target.yaw = hasYaw ? swapYawEnuNed(setpoint.yawRad) : 0;
}

/** `presentYawRad` (ENU) stands in for a yaw that is to be kept. */
export function attitudeMessage(
  setpoint: AttitudeSetpoint,
  presentYawRad: number,
  to: Addressee,
): common.SetAttitudeTarget {
  const message = Object.assign(new common.SetAttitudeTarget(), {
    timeBootMs: Math.floor(to.nowMs) >>> 0,
    targetSystem: to.systemId,
    targetComponent: to.componentId,
    thrust: Math.min(1, Math.max(0, setpoint.thrust)),
    thrustBody: [0, 0, 0],
    q: [1, 0, 0, 0],
  });
  if ('ratesRadPerS' in setpoint) {
    const { x, y, z } = setpoint.ratesRadPerS;
    return Object.assign(message, {
      typeMask: ignoreAttitude,
      bodyRollRate: x,
      bodyPitchRate: -y,
      bodyYawRate: -z,
    });
  }
  const yawRad = Number.isFinite(setpoint.yawRad) ? setpoint.yawRad : presentYawRad;
  const q = quaternion(setpoint.rollRad, -setpoint.pitchRad, swapYawEnuNed(yawRad));
  return Object.assign(message, { typeMask: ignoreRates, q });
}

/** Hamilton, w first, of roll, pitch, yaw applied about x, then y, then z of the fixed axes (Z-Y-X Euler angles). */
function quaternion(rollRad: number, pitchRad: number, yawRad: number): number[] {
  const [cr, sr] = [Math.cos(rollRad / 2), Math.sin(rollRad / 2)];
  const [cp, sp] = [Math.cos(pitchRad / 2), Math.sin(pitchRad / 2)];
  const [cy, sy] = [Math.cos(yawRad / 2), Math.sin(yawRad / 2)];
  return [
    cr * cp * cy + sr * sp * sy,
    sr * cp * cy - cr * sp * sy,
    cr * sp * cy + sr * cp * sy,
    cr * cp * sy - sr * sp * cy,
  ];
}
