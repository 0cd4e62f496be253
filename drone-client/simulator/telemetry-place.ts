/** The messages about where the simulated autopilot is and how it lies. ENU inside, NED on the wire. Knows no link. */
import { ardupilotmega, common, type MavLinkData } from 'mavlink-mappings';
import { enuToNed, swapYawEnuNed } from '../../lib/geo/frames.js';
import type { Geodetic } from './geodetic.js';
import { isAttitude } from './position-control.js';
import type { Report } from './telemetry.js';

const rateNoiseRadPerS = 0.002;
// Source: ESTIMATOR_STATUS_FLAGS and EKF_STATUS_FLAGS: attitude alone, and not yet initialized.
const settlingFlags = 1;
const uninitializedFlag = 1024;
/** Source: POSITION_TARGET_TYPEMASK, all but position and velocity. */
const positionAndVelocityMask: number = 0x9c0;
const unknownU16 = 0xffff;

/** The estimate, m. Nothing before it has settled. */
export function localPosition({ flight, sinceBootMs, isSettled }: Report): MavLinkData | undefined {
  if (!isSettled) return undefined;
  const { x, y, z } = enuToNed(flight.estimator.positionM);
  const { x: vx, y: vy, z: vz } = enuToNed(flight.estimator.velocityMPerS);
  return Object.assign(new common.LocalPositionNed(), {
    timeBootMs: Math.floor(sinceBootMs),
    x,
    y,
    z,
    vx,
    vy,
    vz,
  });
}

/** Roll right and pitch up are positive on the wire. */
export function attitude({ flight, sinceBootMs, random }: Report): MavLinkData {
  const { body } = flight;
  const noise = (): number => random.bell() * rateNoiseRadPerS;
  return Object.assign(new common.Attitude(), {
    timeBootMs: Math.floor(sinceBootMs),
    roll: body.rollRad,
    pitch: body.pitchRad,
    yaw: swapYawEnuNed(body.yawRad),
    rollspeed: body.rollRateRadPerS + noise(),
    pitchspeed: body.pitchRateRadPerS + noise(),
    yawspeed: -body.yawRateRadPerS + noise(),
  });
}

export function attitudeQuaternion({ flight, sinceBootMs }: Report): MavLinkData {
  const { body } = flight;
  const yawRad = swapYawEnuNed(body.yawRad);
  const [cr, sr] = [Math.cos(body.rollRad / 2), Math.sin(body.rollRad / 2)];
  const [cp, sp] = [Math.cos(body.pitchRad / 2), Math.sin(body.pitchRad / 2)];
  const [cy, sy] = [Math.cos(yawRad / 2), Math.sin(yawRad / 2)];
  return Object.assign(new common.AttitudeQuaternion(), {
    timeBootMs: Math.floor(sinceBootMs),
    q1: cr * cp * cy + sr * sp * sy,
    q2: sr * cp * cy - cr * sp * sy,
    q3: cr * sp * cy + sr * cp * sy,
    q4: cr * cp * sy - sr * sp * cy,
    rollspeed: body.rollRateRadPerS,
    pitchspeed: body.pitchRateRadPerS,
    yawspeed: -body.yawRateRadPerS,
    reprOffsetQ: [0, 0, 0, 0],
  });
}

/** Nothing while it does not know where on the globe it is. */
export function globalPosition({ flight, sinceBootMs, isSettled, home }: Report): MavLinkData | undefined {
  const { estimator, body } = flight;
  const { global, positionM } = estimator;
  if (!isSettled || !global) return undefined;
  const { x: vx, y: vy, z: vz } = enuToNed(estimator.velocityMPerS);
  const relativeM = positionM.z - (home.localM?.z ?? positionM.z);
  return Object.assign(new common.GlobalPositionInt(), {
    timeBootMs: Math.floor(sinceBootMs),
    ...onWire(global),
    relativeAlt: Math.round(relativeM * 1000),
    vx: Math.round(vx * 100),
    vy: Math.round(vy * 100),
    vz: Math.round(vz * 100),
    hdg: courseCdeg(swapYawEnuNed(body.yawRad)),
  });
}

export function gpsRaw({ flight, sinceBootMs }: Report): MavLinkData {
  const { gps } = flight;
  const { x: north, y: east } = enuToNed(gps.velocityMPerS);
  return Object.assign(new common.GpsRawInt(), {
    timeUsec: BigInt(Math.floor(sinceBootMs * 1000)),
    ...(gps.hasFix ? onWire(gps.global) : { lat: 0, lon: 0, alt: 0 }),
    eph: gps.hasFix ? 70 : unknownU16,
    epv: gps.hasFix ? 110 : unknownU16,
    vel: gps.hasFix ? Math.round(Math.hypot(north, east) * 100) : unknownU16,
    cog: gps.hasFix ? courseCdeg(Math.atan2(east, north)) : unknownU16,
    fixType: gps.fixType,
    satellitesVisible: gps.satellites,
    altEllipsoid: 0,
    hAcc: Math.round(gps.horizontalAccuracyM * 1000),
    vAcc: Math.round(gps.verticalAccuracyM * 1000),
    velAcc: 50,
    hdgAcc: 0,
    yaw: 0,
  });
}

export function estimatorStatus({ flight, sinceBootMs, isSettled }: Report): MavLinkData {
  const { flags, horizontalAccuracyM, verticalAccuracyM } = flight.estimator.health;
  return Object.assign(new common.EstimatorStatus(), {
    timeUsec: BigInt(Math.floor(sinceBootMs * 1000)),
    velRatio: 0.1,
    posHorizRatio: 0.1,
    posVertRatio: 0.1,
    magRatio: 0.1,
    haglRatio: 0,
    tasRatio: 0,
    posHorizAccuracy: horizontalAccuracyM,
    posVertAccuracy: verticalAccuracyM,
    flags: isSettled ? flags : settlingFlags,
  });
}

export function ekfStatusReport({ flight, isSettled }: Report): MavLinkData {
  return Object.assign(new ardupilotmega.EkfStatusReport(), {
    velocityVariance: 0.05,
    posHorizVariance: 0.05,
    posVertVariance: 0.05,
    compassVariance: 0.05,
    terrainAltVariance: 0,
    flags: isSettled ? flight.estimator.health.flags : settlingFlags | uninitializedFlag,
    airspeedVariance: 0,
  });
}

/** Nothing before there is a home on the globe. */
export function homePosition({ home, sinceBootMs }: Report): MavLinkData | undefined {
  if (!home.global || !home.localM) return undefined;
  const { lat, lon, alt } = onWire(home.global);
  const { x, y, z } = enuToNed(home.localM);
  return Object.assign(new common.HomePosition(), {
    latitude: lat,
    longitude: lon,
    altitude: alt,
    x,
    y,
    z,
    q: [1, 0, 0, 0],
    approachX: 0,
    approachY: 0,
    approachZ: 0,
    timeUsec: BigInt(Math.floor(sinceBootMs * 1000)),
  });
}

/** What steers it from outside; nothing while something else does. */
export function positionTarget(report: Report): MavLinkData | undefined {
  const { demand } = report.stream;
  if (!report.isSteered || !demand || isAttitude(demand)) return undefined;
  const part = (axis: 'x' | 'y' | 'z'): [number, number] => {
    const { positionM = Number.NaN, velocityMPerS = Number.NaN } = demand[axis];
    return [positionM, velocityMPerS];
  };
  const [[x, vx], [y, vy], [z, vz]] = [part('x'), part('y'), part('z')];
  const position = enuToNed({ x, y, z });
  const velocity = enuToNed({ x: vx, y: vy, z: vz });
  return Object.assign(new common.PositionTargetLocalNed(), {
    timeBootMs: Math.floor(report.sinceBootMs),
    ...position,
    vx: velocity.x,
    vy: velocity.y,
    vz: velocity.z,
    afx: 0,
    afy: 0,
    afz: 0,
    yaw: demand.yawRad === undefined ? Number.NaN : swapYawEnuNed(demand.yawRad),
    yawRate: 0,
    typeMask: positionAndVelocityMask,
    coordinateFrame: common.MavFrame.LOCAL_NED,
  });
}

function onWire({ latDeg, lonDeg, amslM }: Geodetic): { lat: number; lon: number; alt: number } {
  return { lat: Math.round(latDeg * 1e7), lon: Math.round(lonDeg * 1e7), alt: Math.round(amslM * 1000) };
}

/** 0…35999. */
function courseCdeg(northRad: number): number {
  return (Math.round((northRad * 18_000) / Math.PI) + 36_000) % 36_000;
}
