/** Writes what a show is beside its drones as `show.json` of a `.skyc` archive has it. Knows no drone and no file. */
import type { Show, Span } from '../../show.js';
import { defaultLimits, type ShowLimits } from '../../validate/limits.js';

/** The limits that a `.skyc` show has a word for. */
const heldLimits = new Set<string>([
  'maxAltitudeM',
  'maxSpeedXYMPerS',
  'maxSpeedDownMPerS',
  'maxSpeedUpMPerS',
  'maxAccelerationMPerS2',
  'minDistanceM',
  'groundClearanceM',
  'maxYawRateDegPerS',
  'geofence',
]);

export function limitsLost(limits: Partial<ShowLimits>): string[] {
  return Object.entries(limits)
    .filter(([name, value]) => value !== undefined && !heldLimits.has(name))
    .map(([name]) => name);
}

export function writeEnvironment({ origin, headingDeg }: Show): object {
  const place = origin && [
    Math.round(origin.latDeg * 1e7),
    Math.round(origin.lonDeg * 1e7),
    ...(origin.amslM === undefined ? [] : [Math.round(origin.amslM * 1000)]),
  ];
  const location = {
    ...(place && { origin: place }),
    ...(headingDeg !== undefined && { orientation: headingDeg }),
  };
  return { type: 'outdoor', ...(Object.keys(location).length > 0 && { location }) };
}

export function writeMeta({ title, segments }: Show, shiftS: number): object {
  const spans = Object.entries(segments).flatMap(([name, span]: [string, Span | undefined]) =>
    span ? [[name, [span.startS + shiftS, span.endS + shiftS]]] : [],
  );
  return { title, ...(spans.length > 0 && { segments: Object.fromEntries(spans) }) };
}

export function writeCues({ cues }: Show, shiftS: number): object {
  return { version: 1, items: cues.map(({ tS, name }) => ({ name, time: tS + shiftS })) };
}

/** Both speeds up and down are written where one is given: the format takes the one for the other. */
export function writeLimits(limits: Partial<ShowLimits>): object {
  const {
    maxSpeedDownMPerS: down,
    maxSpeedUpMPerS: up,
    maxAccelerationMPerS2: acceleration,
    geofence,
  } = limits;
  const hasVertical = down !== undefined || up !== undefined;
  const validation = Object.fromEntries(
    Object.entries({
      maxAltitude: limits.maxAltitudeM,
      maxVelocityXY: limits.maxSpeedXYMPerS,
      maxVelocityZ: hasVertical ? (down ?? defaultLimits.maxSpeedDownMPerS) : undefined,
      maxVelocityZUp: hasVertical ? (up ?? defaultLimits.maxSpeedUpMPerS) : undefined,
      maxAccelerationXY: acceleration,
      maxAccelerationZ: acceleration,
      minDistance: limits.minDistanceM,
      minNavAltitude: limits.groundClearanceM,
      maxYawRate: limits.maxYawRateDegPerS,
    }).filter(([, value]) => value !== undefined),
  );
  const polygon = geofence && { isInclusion: true, points: geofence.map(({ x, y }) => [x, y]) };
  return {
    ...(Object.keys(validation).length > 0 && { validation }),
    ...(polygon && { geofence: { version: 1, polygons: [polygon] } }),
  };
}
