/**
 * From the simulated field to the globe and back, through earth-centred coordinates. On purpose not what the flying
 * side converts with: the two would share their errors. Knows nothing else.
 */
import { degToRad, radToDeg, type Vec3 } from '../../lib/geo/frames.js';

/** WGS 84 latitude and longitude, height above mean sea level. */
export type Geodetic = { readonly latDeg: number; readonly lonDeg: number; readonly amslM: number };

// Source: WGS 84.
const equatorM = 6_378_137;
const eccentricitySquared = 6.694_379_990_14e-3;
/** Each round gains more than two digits; four are exact to the µm. */
const rounds = 4;

/** The place `enuM` away from `origin`, in the plane that touches the earth there; the geoid is taken as level. */
export function globalOf(enuM: Vec3, origin: Geodetic): Geodetic {
  const [lat, lon] = [degToRad(origin.latDeg), degToRad(origin.lonDeg)];
  const [sinLat, cosLat, sinLon, cosLon] = [Math.sin(lat), Math.cos(lat), Math.sin(lon), Math.cos(lon)];
  const normalM = normalRadiusM(sinLat);
  const outM = (normalM + origin.amslM) * cosLat - sinLat * enuM.y + cosLat * enuM.z;
  const x = outM * cosLon - sinLon * enuM.x;
  const y = outM * sinLon + cosLon * enuM.x;
  const z = (normalM * (1 - eccentricitySquared) + origin.amslM) * sinLat + cosLat * enuM.y + sinLat * enuM.z;
  const fromAxisM = Math.hypot(x, y);
  let latRad = lat;
  let amslM = origin.amslM;
  for (let i = 0; i < rounds; i += 1) {
    const radiusM = normalRadiusM(Math.sin(latRad));
    amslM = fromAxisM * Math.cos(latRad) + z * Math.sin(latRad) - equatorM ** 2 / radiusM;
    latRad = Math.atan2(z, fromAxisM * (1 - (eccentricitySquared * radiusM) / (radiusM + amslM)));
  }
  return { latDeg: radToDeg(latRad), lonDeg: radToDeg(Math.atan2(y, x)), amslM };
}

/** How far `place` is from `origin`, in the plane that touches the earth there: `globalOf` backwards. */
export function fieldOf(place: Geodetic, origin: Geodetic): Vec3 {
  const [to, from] = [earthCentred(place), earthCentred(origin)];
  const [lat, lon] = [degToRad(origin.latDeg), degToRad(origin.lonDeg)];
  const [dx, dy, dz] = [to.x - from.x, to.y - from.y, to.z - from.z];
  const outM = Math.cos(lon) * dx + Math.sin(lon) * dy;
  return {
    x: Math.cos(lon) * dy - Math.sin(lon) * dx,
    y: Math.cos(lat) * dz - Math.sin(lat) * outM,
    z: Math.cos(lat) * outM + Math.sin(lat) * dz,
  };
}

function earthCentred({ latDeg, lonDeg, amslM }: Geodetic): Vec3 {
  const [lat, lon] = [degToRad(latDeg), degToRad(lonDeg)];
  const normalM = normalRadiusM(Math.sin(lat));
  const fromAxisM = (normalM + amslM) * Math.cos(lat);
  return {
    x: fromAxisM * Math.cos(lon),
    y: fromAxisM * Math.sin(lon),
    z: (normalM * (1 - eccentricitySquared) + amslM) * Math.sin(lat),
  };
}

/** The earth's radius of curvature in the prime vertical. */
function normalRadiusM(sinLat: number): number {
  return equatorM / Math.sqrt(1 - eccentricitySquared * sinLat * sinLat);
}
