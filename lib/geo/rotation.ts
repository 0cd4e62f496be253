/** Rotations in space as matrices. Knows no frame of the project: what is turned into what, the caller says. */
import type { Attitude, Vec3 } from './frames.js';

/** A rotation matrix; `x` is its first row. */
export type Rotation = { readonly x: Vec3; readonly y: Vec3; readonly z: Vec3 };

/** Roll, pitch and yaw, applied in this order about fixed axes: R = Rz(yaw) · Ry(pitch) · Rx(roll). */
export function rotationOf({ rollRad, pitchRad, yawRad }: Attitude): Rotation {
  const [sr, cr] = [Math.sin(rollRad), Math.cos(rollRad)];
  const [sp, cp] = [Math.sin(pitchRad), Math.cos(pitchRad)];
  const [sy, cy] = [Math.sin(yawRad), Math.cos(yawRad)];
  return {
    x: { x: cy * cp, y: cy * sp * sr - sy * cr, z: cy * sp * cr + sy * sr },
    y: { x: sy * cp, y: sy * sp * sr + cy * cr, z: sy * sp * cr - cy * sr },
    z: { x: -sp, y: cp * sr, z: cp * cr },
  };
}

/** The vector after the rotation. */
export function rotate({ x, y, z }: Rotation, vector: Vec3): Vec3 {
  return { x: dot(x, vector), y: dot(y, vector), z: dot(z, vector) };
}

/** The vector before the rotation: the inverse of `rotate`. */
export function rotateBack({ x, y, z }: Rotation, vector: Vec3): Vec3 {
  return {
    x: x.x * vector.x + y.x * vector.y + z.x * vector.z,
    y: x.y * vector.x + y.y * vector.y + z.y * vector.z,
    z: x.z * vector.x + y.z * vector.y + z.z * vector.z,
  };
}

function dot(a: Vec3, b: Vec3): number {
  return a.x * b.x + a.y * b.y + a.z * b.z;
}
