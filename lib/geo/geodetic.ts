/** A local frame on the globe, and the way between its metres and degrees of latitude and longitude. Pure. */
import geographiclib from 'geographiclib-geodesic';
import { ConfigError } from '../errors.js';
import { degToRad, radToDeg, type Vec3, wrapAngleRad } from './frames.js';

/** Degrees WGS 84 and metres above mean sea level. */
export type GeodeticPoint = { readonly latDeg: number; readonly lonDeg: number; readonly amslM: number };

export type GpsFrameSettings = {
  /** The origin: latitude −89…89, longitude −180…180, deg. */
  readonly latDeg: number;
  readonly lonDeg: number;
  /** Direction of the frame's x axis, deg clockwise from true north: 0 = x north, y west; 90 = x east, y north. */
  readonly headingDeg: number;
  /** Height of z = 0 above mean sea level, m. */
  readonly amslM: number;
};

/** Nearer to the poles a heading against north means too little. */
const maxLatDeg = 89;

const ellipsoid = geographiclib.Geodesic.WGS84;

/**
 * Horizontal places are azimuthal about the origin: a place's distance and direction from the origin are those of the
 * geodesic on the WGS 84 ellipsoid; distances between any two places within 1 km of the origin are true to 0.01 mm.
 * On ground that lies h above the ellipsoid true distances are longer by h / 6371 km (0.3 m per km at 2000 m): so
 * do autopilots and maps reckon, too. `z` is the difference of heights above the sea, whatever the distance.
 *
 * ENU here is that of the origin: at a place east or west of it true north is turned by the meridians' convergence,
 * about distance × tan(latitude) / Earth's radius: 2 km away 0.03° at latitude 60, 0.1° at 80, 1.03° at 89.
 */
export class GpsFrame {
  readonly #settings: GpsFrameSettings;
  /** From ENU's x axis (east) to the frame's, counter-clockwise. */
  readonly #turnRad: number;

  /** @throws ConfigError when a number is not finite or out of its range. */
  constructor(settings: GpsFrameSettings) {
    const { latDeg, lonDeg, headingDeg, amslM } = settings;
    if (!(Math.abs(latDeg) <= maxLatDeg)) {
      throw new ConfigError(
        `GPS frame: latitude ${latDeg}° is not within −${maxLatDeg}…${maxLatDeg}: no shows at the poles`,
      );
    }
    if (!(Math.abs(lonDeg) <= 180)) {
      throw new ConfigError(`GPS frame: longitude ${lonDeg}° is not within −180…180`);
    }
    if (!Number.isFinite(headingDeg))
      throw new ConfigError(`GPS frame: direction ${headingDeg} is not a number`);
    if (!Number.isFinite(amslM)) throw new ConfigError(`GPS frame: height ${amslM} is not a number`);
    this.#settings = settings;
    this.#turnRad = Math.PI / 2 - degToRad(headingDeg);
  }

  /** A place in the frame, m, on the globe. Longitude −180…180. What is not finite stays so. */
  toGlobal(pointM: Vec3): GeodeticPoint {
    const { latDeg, lonDeg, amslM } = this.#settings;
    const enu = this.vectorToEnu(pointM);
    const azimuthDeg = radToDeg(Math.atan2(enu.x, enu.y));
    const to = ellipsoid.Direct(latDeg, lonDeg, azimuthDeg, Math.hypot(enu.x, enu.y));
    return { latDeg: to.lat2 ?? Number.NaN, lonDeg: to.lon2 ?? Number.NaN, amslM: amslM + enu.z };
  }

  /** A place on the globe in the frame, m; any longitude, also across the antimeridian. */
  toLocal(point: GeodeticPoint): Vec3 {
    const { latDeg, lonDeg, amslM } = this.#settings;
    const to = ellipsoid.Inverse(latDeg, lonDeg, point.latDeg, point.lonDeg);
    const azimuthRad = degToRad(to.azi1 ?? Number.NaN);
    const distanceM = to.s12 ?? Number.NaN;
    return this.vectorFromEnu({
      x: distanceM * Math.sin(azimuthRad),
      y: distanceM * Math.cos(azimuthRad),
      z: point.amslM - amslM,
    });
  }

  /** A velocity in the frame as ENU. */
  vectorToEnu({ x, y, z }: Vec3): Vec3 {
    const [s, c] = [Math.sin(this.#turnRad), Math.cos(this.#turnRad)];
    return { x: c * x - s * y, y: s * x + c * y, z };
  }

  /** An ENU velocity in the frame. */
  vectorFromEnu({ x, y, z }: Vec3): Vec3 {
    const [s, c] = [Math.sin(this.#turnRad), Math.cos(this.#turnRad)];
    return { x: c * x + s * y, y: c * y - s * x, z };
  }

  /** A heading in the frame (counter-clockwise from its x axis) as ENU yaw, (−π, π]; NaN stays NaN. */
  yawToEnu(yawRad: number): number {
    return wrapAngleRad(yawRad + this.#turnRad);
  }

  /** An ENU yaw as heading in the frame, (−π, π]; NaN stays NaN. */
  yawFromEnu(yawRad: number): number {
    return wrapAngleRad(yawRad - this.#turnRad);
  }
}
