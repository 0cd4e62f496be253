/** From the globe into the simulated field: `globalOf` undone. On purpose not what the flying side converts with. */
import { degToRad, type Vec3 } from '../../lib/geo/frames.js';
import { type Geodetic, globalOf } from './geodetic.js';

/** Near enough to the earth's radius that each round gains more than two digits. */
const earthRadiusM = 6_371_000;
const rounds = 5;

/** ENU metres from `origin`; exact to less than 1 mm within some kilometres. */
export function localOf(place: Geodetic, origin: Geodetic): Vec3 {
  const eastScaleM = earthRadiusM * Math.cos(degToRad(origin.latDeg));
  let enuM: Vec3 = { x: 0, y: 0, z: 0 };
  for (let i = 0; i < rounds; i += 1) {
    const reached = globalOf(enuM, origin);
    enuM = {
      x: enuM.x + degToRad(place.lonDeg - reached.lonDeg) * eastScaleM,
      y: enuM.y + degToRad(place.latDeg - reached.latDeg) * earthRadiusM,
      z: enuM.z + place.amslM - reached.amslM,
    };
  }
  return enuM;
}
