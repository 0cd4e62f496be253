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

/** Body axes forward-right-down to forward-left-up, also for rates about them; its own inverse. */
export function frdToFlu(frd: Vec3): Vec3 {
  return { x: frd.x, y: -frd.y, z: -frd.z };
}

/** Body axes forward-left-up to forward-right-down; its own inverse. */
export function fluToFrd(flu: Vec3): Vec3 {
  return frdToFlu(flu);
}

/** Rotations about z, then the new y, then the new x, rad. */
export type Attitude = { readonly rollRad: number; readonly pitchRad: number; readonly yawRad: number };

/** The attitude of an FRD body in NED as that of the same body in FLU and ENU; its own inverse. NaN stays NaN. */
export function nedAttitudeToEnu({ rollRad, pitchRad, yawRad }: Attitude): Attitude {
  return { rollRad, pitchRad: -pitchRad, yawRad: swapYawEnuNed(yawRad) };
}

/** The attitude of an FLU body in ENU as that of the same body in FRD and NED; its own inverse. NaN stays NaN. */
export function enuAttitudeToNed(attitude: Attitude): Attitude {
  return nedAttitudeToEnu(attitude);
}

/** Whether all three components are finite numbers. */
export function isFiniteVec3({ x, y, z }: Vec3): boolean {
  return Number.isFinite(x) && Number.isFinite(y) && Number.isFinite(z);
}
