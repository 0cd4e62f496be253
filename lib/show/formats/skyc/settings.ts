/** Reads what a `.skyc` show says beside its drones: place, music, cues, segments, limits. Knows no trajectory. */
import type { Cue, Music, Origin, ShowSegments, Span } from '../../show.js';
import { maxCorners, type Polygon, type ShowLimits } from '../../validate/limits.js';
import type { SkycNode } from './node.js';
import type { Note } from './programs.js';

/** Where the show is to be: nothing for an indoor show, or one that does not say. */
export function readPlace(
  environment: SkycNode | undefined,
  note: Note,
): { readonly origin?: Origin; readonly headingDeg?: number } {
  if (environment?.optional('type')?.value === 'indoor') note('the show is meant for indoors');
  if ((environment?.optional('cameras')?.items().length ?? 0) > 0) note('cameras are not taken over');
  const location = environment?.optional('location');
  const origin = readOrigin(location?.optional('origin'));
  const orientationDeg = location?.optional('orientation')?.number('degrees', -360, 360);
  return {
    ...(origin && { origin }),
    ...(orientationDeg !== undefined && { headingDeg: (orientationDeg + 360) % 360 }),
  };
}

/** Degrees come as whole numbers of 10⁻⁷, heights as millimetres. */
function readOrigin(node: SkycNode | undefined): Origin | undefined {
  if (!node) return undefined;
  const [lat, lon, amsl] = node.itemsBetween(2, 3, 'an origin [latitude, longitude, height]');
  const latDeg = (lat?.number('a latitude in 1e-7 degrees', -90e7, 90e7) ?? 0) / 1e7;
  const lonDeg = (lon?.number('a longitude in 1e-7 degrees', -180e7, 180e7) ?? 0) / 1e7;
  if (amsl === undefined || amsl.value === null) return { latDeg, lonDeg };
  return { latDeg, lonDeg, amslM: amsl.number('a height in millimetres', -1e6, 1e7) / 1000 };
}

export function readMusic(media: SkycNode | undefined): Music | undefined {
  const audio = media?.optional('audio');
  if (!audio) return undefined;
  const bytes = audio.required('data').bytes();
  return {
    fileName: audio.optional('filename')?.text() ?? 'music',
    mediaType: audio.optional('mediaType')?.text() ?? 'audio/mpeg',
    startS: audio.optional('startTime')?.seconds() ?? 0,
    bytes,
  };
}

export function readCues(cues: SkycNode | undefined): Cue[] {
  if (!cues) return [];
  cues.expectVersion(1);
  return (cues.optional('items')?.items() ?? []).map((item) => ({
    tS: item.required('time').seconds(),
    name: item.required('name').text(),
  }));
}

export function readSegments(meta: SkycNode | undefined): ShowSegments {
  const node = meta?.optional('segments');
  const [takeoff, show, landing] = ['takeoff', 'show', 'landing'].map((name) =>
    readSpan(node?.optional(name)),
  );
  return { ...(takeoff && { takeoff }), ...(show && { show }), ...(landing && { landing }) };
}

function readSpan(node: SkycNode | undefined): Span | undefined {
  if (!node) return undefined;
  const [start, end] = node.itemsBetween(2, 2, 'a span [start, end]');
  const [startS = 0, endS = 0] = [start?.seconds(), end?.seconds()];
  if (endS < startS) throw node.error(`it ends at ${endS} s, before it begins at ${startS} s`);
  return { startS, endS };
}

/** The speed limit for down holds for up too, and the lower of two accelerations, as there is one alone. */
export function readLimits(settings: SkycNode | undefined, note: Note): Partial<ShowLimits> {
  const validation = settings?.optional('validation');
  const limit = (key: string) => validation?.optional(key)?.number('a limit', 0);
  const geofence = readGeofence(settings?.optional('geofence'), note);
  const accelerations = [limit('maxAccelerationXY'), limit('maxAccelerationZ')].filter(
    (a) => a !== undefined,
  );
  if (accelerations.length > 0 && accelerations[0] !== accelerations[1])
    note(
      'limits of acceleration differ between sideways and upwards: the lower one (or the only one) holds for both',
    );
  const downMPerS = limit('maxVelocityZ');
  return withoutUndefined({
    maxAltitudeM: limit('maxAltitude'),
    maxSpeedXYMPerS: limit('maxVelocityXY'),
    maxSpeedDownMPerS: downMPerS,
    maxSpeedUpMPerS: limit('maxVelocityZUp') ?? downMPerS,
    maxAccelerationMPerS2: accelerations.length > 0 ? Math.min(...accelerations) : undefined,
    minDistanceM: limit('minDistance'),
    groundClearanceM: limit('minNavAltitude'),
    maxYawRateDegPerS: limit('maxYawRate'),
    geofence,
  });
}

function readGeofence(node: SkycNode | undefined, note: Note): Polygon | undefined {
  if (!node) return undefined;
  node.expectVersion(1);
  const polygons = node.optional('polygons')?.items() ?? [];
  const inclusions = polygons.filter((polygon) => polygon.required('isInclusion').isTrue());
  if (inclusions.length < polygons.length)
    note('zones that drones may not enter are not taken over, and not checked');
  if (inclusions.length > 1) note('of several geofences only the first is taken over and checked');
  return inclusions[0] && readPolygon(inclusions[0].required('points'));
}

function readPolygon(node: SkycNode): Polygon {
  const corners = node.items();
  if (corners.length < 3 || corners.length > maxCorners)
    throw node.error(`${corners.length} corners, expected 3 to ${maxCorners}`);
  return corners.map((corner) => {
    const [x = 0, y = 0] = corner.itemsBetween(2, 3, 'a corner [x, y]').map((part) => part.metres());
    return { x, y };
  });
}

type Known<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

function withoutUndefined<T extends object>(values: T): Known<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Known<T>;
}
