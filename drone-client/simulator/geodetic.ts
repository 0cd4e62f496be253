/**
 * From the simulated field to the globe and nothing else, through earth-centred coordinates. On purpose not what the
 * flying side converts with: the two would share their errors.
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

/** The earth's radius of curvature in the prime vertical. */
function normalRadiusM(sinLat: number): number {
  return equatorM / Math.sqrt(1 - eccentricitySquared * sinLat * sinLat);
}
