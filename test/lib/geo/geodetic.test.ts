import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../lib/errors.js';
import { degToRad, distance, radToDeg, wrapAngleRad } from '../../../lib/geo/frames.js';
import { GpsFrame } from '../../../lib/geo/geodetic.js';

/** WGS 84 in metres; a² / b is the radius of curvature at the pole. */
const semiMajorM = 6_378_137;
const eccentricity2 = 0.006_694_379_990_14;

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const settings = fc.record({
  latDeg: number(-89, 89),
  lonDeg: number(-180, 180),
  headingDeg: number(-360, 360),
  amslM: number(-400, 5000),
});
const pointIn = (rangeM: number) =>
  fc.record({ x: number(-rangeM, rangeM), y: number(-rangeM, rangeM), z: number(-10, 200) });

const berlin = { latDeg: 52.5, lonDeg: 13.4, headingDeg: 90, amslM: 40 };
const origin = { x: 0, y: 0, z: 0 };

describe('a frame on the globe', () => {
  it('has its x axis in the direction that its heading says, clockwise from north, and y to the left of it', () => {
    const north = new GpsFrame({ ...berlin, headingDeg: 0 });
    expect(north.toGlobal({ x: 100, y: 0, z: 0 }).latDeg).toBeGreaterThan(berlin.latDeg);
    expect(north.toGlobal({ x: 100, y: 0, z: 0 }).lonDeg).toBeCloseTo(berlin.lonDeg, 9);
    expect(north.toGlobal({ x: 0, y: 100, z: 0 }).lonDeg).toBeLessThan(berlin.lonDeg);
    const east = new GpsFrame(berlin);
    expect(east.toGlobal({ x: 100, y: 0, z: 0 }).lonDeg).toBeGreaterThan(berlin.lonDeg);
    expect(east.toGlobal({ x: 0, y: 100, z: 0 }).latDeg).toBeGreaterThan(berlin.latDeg);
  });

  it('turns velocities and headings likewise', () => {
    const frame = new GpsFrame({ ...berlin, headingDeg: 30 });
    const enu = frame.vectorToEnu({ x: 2, y: 0, z: 1 });
    expect(distance(enu, { x: 1, y: Math.sqrt(3), z: 1 })).toBeLessThan(1e-12);
    expect(radToDeg(frame.yawToEnu(0))).toBeCloseTo(60, 9);
    expect(radToDeg(frame.yawFromEnu(0))).toBeCloseTo(-60, 9);
    expect(frame.yawToEnu(Number.NaN)).toBeNaN();
  });

  it('counts heights from its own above the sea', () => {
    const frame = new GpsFrame(berlin);
    expect(frame.toGlobal({ x: 1, y: 2, z: 12.5 }).amslM).toBe(52.5);
    expect(distance(frame.toLocal({ ...berlin, amslM: 30 }), { x: 0, y: 0, z: -10 })).toBe(0);
  });

  /**
   * Flinders Peak to Buninyong on GRS 80: 54 972.271 m, azimuth 306° 52′ 05.37″.
   * Source: Geocentric Datum of Australia Technical Manual, worked example of Vincenty's formulae. WGS 84's
   * flattening differs by 1e-11 of GRS 80's: less than the example's last digit.
   */
  it('agrees with the worked example of the Australian survey', () => {
    const dms = (deg: number, min: number, sec: number) =>
      Math.sign(deg) * (Math.abs(deg) + min / 60 + sec / 3600);
    const flindersPeak = { latDeg: dms(-37, 57, 3.7203), lonDeg: dms(144, 25, 29.5244), amslM: 0 };
    const buninyong = { latDeg: dms(-37, 39, 10.1561), lonDeg: dms(143, 55, 35.3839), amslM: 0 };
    const frame = new GpsFrame({ ...flindersPeak, headingDeg: 90 });
    const there = frame.toLocal(buninyong);
    expect(Math.hypot(there.x, there.y)).toBeCloseTo(54_972.271, 3);
    expect(90 - radToDeg(Math.atan2(there.y, there.x)) + 360).toBeCloseTo(dms(306, 52, 5.37), 5);
    const back = frame.toGlobal(there);
    expect(back.latDeg).toBeCloseTo(buninyong.latDeg, 11);
    expect(back.lonDeg).toBeCloseTo(buninyong.lonDeg, 11);
  });

  /** Source: C. F. F. Karney, Algorithms for geodesics (2013), table 2: the direct problem. */
  it("agrees with Karney's example of the direct problem", () => {
    const azimuthRad = degToRad(30);
    const frame = new GpsFrame({ latDeg: 40, lonDeg: 0, headingDeg: 90, amslM: 0 });
    const [x, y] = [10_000_000 * Math.sin(azimuthRad), 10_000_000 * Math.cos(azimuthRad)];
    const there = frame.toGlobal({ x, y, z: 0 });
    expect(there.latDeg).toBeCloseTo(41.793_310_205_06, 10);
    expect(there.lonDeg).toBeCloseTo(137.844_900_043_77, 10);
  });

  it('brings places back within a micrometre, all over the world', () => {
    fc.assert(
      fc.property(settings, pointIn(2000), (at, point) => {
        const frame = new GpsFrame(at);
        expect(distance(frame.toLocal(frame.toGlobal(point)), point)).toBeLessThan(1e-6);
      }),
    );
  });

  it('brings velocities and headings back, and keeps lengths', () => {
    fc.assert(
      fc.property(settings, pointIn(20), number(-Math.PI, Math.PI), (at, velocity, yawRad) => {
        const frame = new GpsFrame(at);
        const enu = frame.vectorToEnu(velocity);
        expect(distance(frame.vectorFromEnu(enu), velocity)).toBeLessThan(1e-9);
        expect(distance(enu, origin) - distance(velocity, origin)).toBeCloseTo(0, 9);
        expect(Math.abs(wrapAngleRad(frame.yawFromEnu(frame.yawToEnu(yawRad)) - yawRad))).toBeLessThan(1e-9);
      }),
    );
  });

  it('shows distances between any two places within 1 km as they are at sea level, to 0.01 mm', () => {
    fc.assert(
      fc.property(settings, pointIn(700), pointIn(700), (anywhere, a, b) => {
        const at = { ...anywhere, latDeg: anywhere.latDeg * 0.98 };
        const frame = new GpsFrame(at);
        const { latDeg, lonDeg } = frame.toGlobal(a);
        const ab = new GpsFrame({ ...at, latDeg, lonDeg }).toLocal(frame.toGlobal(b));
        const shownM = Math.hypot(a.x - b.x, a.y - b.y);
        expect(Math.abs(Math.hypot(ab.x, ab.y) - shownM)).toBeLessThan(1e-5);
      }),
    );
  });

  it('has the radii of the WGS 84 ellipsoid', () => {
    fc.assert(
      fc.property(number(-80, 80), (latDeg) => {
        const frame = new GpsFrame({ latDeg, lonDeg: 0, headingDeg: 0, amslM: 0 });
        const w2 = 1 - eccentricity2 * Math.sin(degToRad(latDeg)) ** 2;
        const meridianM = (semiMajorM * (1 - eccentricity2)) / w2 ** 1.5;
        const parallelM = (semiMajorM / Math.sqrt(w2)) * Math.cos(degToRad(latDeg));
        const north = frame.toLocal({ latDeg: latDeg + 1e-5, lonDeg: 0, amslM: 0 });
        const east = frame.toLocal({ latDeg, lonDeg: 1e-5, amslM: 0 });
        expect(north.x).toBeCloseTo(degToRad(1e-5) * meridianM, 5);
        expect(east.y).toBeCloseTo(-degToRad(1e-5) * parallelM, 5);
      }),
    );
  });

  it.each([
    [60, 0.032],
    [80, 0.103],
    [89, 1.04],
  ])(
    'takes the north of its origin for that of all places: 2 km away at latitude %d wrong by < %d°',
    (latDeg, limitDeg) => {
      const frame = new GpsFrame({ latDeg, lonDeg: 0, headingDeg: 90, amslM: 0 });
      const place = frame.toGlobal({ x: 2000, y: 0, z: 0 });
      const north = frame.toLocal({ ...place, latDeg: place.latDeg + 1e-5 });
      const errorDeg = Math.abs(radToDeg(Math.atan2(north.x - 2000, north.y)));
      expect(errorDeg).toBeLessThan(limitDeg);
      expect(errorDeg).toBeGreaterThan(limitDeg * 0.9);
    },
  );

  it('knows no edge at the antimeridian', () => {
    const frame = new GpsFrame({ latDeg: -16.8, lonDeg: 179.9999, headingDeg: 90, amslM: 0 });
    const place = frame.toGlobal({ x: 100, y: 0, z: 0 });
    expect(place.lonDeg).toBeLessThan(-179.99);
    expect(distance(frame.toLocal(place), { x: 100, y: 0, z: 0 })).toBeLessThan(1e-6);
    const other = frame.toLocal({ ...place, lonDeg: place.lonDeg + 360 });
    expect(distance(other, { x: 100, y: 0, z: 0 })).toBeLessThan(1e-6);
  });

  it.each([
    [{ latDeg: 89.5 }, /latitude 89.5° is not within −89…89/],
    [{ latDeg: Number.NaN }, /latitude NaN/],
    [{ lonDeg: 181 }, /longitude 181° is not within −180…180/],
    [{ headingDeg: Number.POSITIVE_INFINITY }, /direction Infinity/],
    [{ amslM: Number.NaN }, /height NaN/],
  ])('refuses an origin that is none: %o', (change, text) => {
    expect(() => new GpsFrame({ ...berlin, ...change })).toThrow(ConfigError);
    expect(() => new GpsFrame({ ...berlin, ...change })).toThrow(text);
  });
});
