/**
 * Vectors and the conversions between frames; the only place in the project that converts.
 * ENU: x east, y north, z up, yaw counter-clockwise from east. NED: x north, y east, z down, yaw clockwise from north.
 */

/** Three components in the frame and unit that the name of the variable says. */
export type Vec3 = { readonly x: number; readonly y: number; readonly z: number };

/** ENU to NED; its own inverse. */
export function enuToNed(enu: Vec3): Vec3 {
  return { x: enu.y, y: enu.x, z: -enu.z };
}

/** NED to ENU; its own inverse. */
export function nedToEnu(ned: Vec3): Vec3 {
  return enuToNed(ned);
}

/** Yaw in rad between ENU and NED, either way: π/2 − yaw, wrapped to (−π, π]; NaN stays NaN. */
export function swapYawEnuNed(yawRad: number): number {
  return wrapAngleRad(Math.PI / 2 - yawRad);
}

/** The same angle in (−π, π]. */
export function wrapAngleRad(angleRad: number): number {
  const wrapped = angleRad - 2 * Math.PI * Math.floor((angleRad + Math.PI) / (2 * Math.PI));
  return wrapped === -Math.PI ? Math.PI : wrapped;
}

/** Euclidean distance in the unit of the inputs. */
export function distance(a: Vec3, b: Vec3): number {
  return Math.hypot(a.x - b.x, a.y - b.y, a.z - b.z);
}

export function radToDeg(angleRad: number): number {
  return (angleRad * 180) / Math.PI;
}

export function degToRad(angleDeg: number): number {
  return (angleDeg * Math.PI) / 180;
}
