/** `[SHOW]` of the server's configuration: where and how the loaded show is flown. Knows options, no files. */
import type { Config } from '../lib/config/index.js';
import { ConfigError } from '../lib/errors.js';
import { degToRad, type Vec3 } from '../lib/geo/frames.js';
import type { FormatId } from '../lib/show/formats/format.js';
import type { Origin, Show } from '../lib/show/show.js';
import { type ShowTransform, transformShow } from '../lib/show/transform-show.js';

/** What `[SHOW]` says, as data. `yaw`: undefined where it depends on the format. */
export type ShowSettings = {
  readonly origin: Origin | undefined;
  readonly headingDeg: number | undefined;
  readonly yaw: ShowTransform['yaw'] | undefined;
  readonly transform: Omit<ShowTransform, 'yaw'>;
};

/** @throws ConfigError naming the option that can not be read. */
export function readShowSettings(config: Config): ShowSettings {
  const heading = config.get('SHOW/heading');
  return {
    origin: readOrigin(config.getString('SHOW/origin')),
    headingDeg: typeof heading === 'number' ? heading : undefined,
    yaw: readYaw(config),
    transform: readTransform(config),
  };
}

/** The show as the settings want it. @throws ShowError for a transform that can not be. */
export function applyShowSettings(settings: ShowSettings, show: Show, format: FormatId): Show {
  const { origin, headingDeg, transform } = settings;
  // The heading of a clever-show file is not flown by its drones either, unless they are told to.
  const yaw = settings.yaw ?? (format === 'clever-show' ? 'keep' : 'show');
  return transformShow(
    { ...show, ...(origin && { origin }), ...(headingDeg !== undefined && { headingDeg }) },
    { ...transform, yaw },
  );
}

function readTransform(config: Config): ShowSettings['transform'] {
  const mirror = config.getString('SHOW/mirror');
  const rateHz = config.getNumber('SHOW/frame_rate');
  return {
    ratio: vectorOf(config, 'SHOW/ratio'),
    mirror: mirror === 'x' || mirror === 'y' ? mirror : 'none',
    rotationRad: degToRad(config.getNumber('SHOW/rotation')),
    timeScale: config.getNumber('SHOW/time_scale'),
    commonOffsetM: vectorOf(config, 'SHOW/common_offset'),
    privateOffsetM: readOffsets(config.getString('SHOW/private_offsets')),
    ...(rateHz > 0 && { rateHz }),
  };
}

function readYaw(config: Config): ShowSettings['yaw'] {
  const yaw = config.get('SHOW/yaw');
  if (typeof yaw === 'number') return degToRad(yaw);
  return yaw === 'show' || yaw === 'keep' ? yaw : undefined;
}

function readOrigin(text: string): Origin | undefined {
  if (text.trim() === '') return undefined;
  const [latDeg, lonDeg, amslM, ...more] = text
    .trim()
    .split(/[\s,]+/)
    .map(Number);
  const isPlace = Math.abs(latDeg ?? Number.NaN) <= 90 && Math.abs(lonDeg ?? Number.NaN) <= 180;
  if (!isPlace || latDeg === undefined || lonDeg === undefined || more.length > 0 || Number.isNaN(amslM))
    throw new ConfigError(
      `[SHOW] origin "${text}" is no place, expected: latitude longitude [height], deg, m`,
    );
  return { latDeg, lonDeg, ...(amslM !== undefined && { amslM }) };
}

function readOffsets(text: string): Map<string, Vec3> {
  const offsets = new Map<string, Vec3>();
  for (const entry of text.split(';').map((part) => part.trim())) {
    if (entry === '') continue;
    const [slot = '', ...cells] = entry.split(/\s+/);
    const [x = Number.NaN, y = Number.NaN, z = Number.NaN, ...more] = cells.map(Number);
    if (![x, y, z].every(Number.isFinite) || more.length > 0)
      throw new ConfigError(`[SHOW] private_offsets: "${entry}" is no shift, expected: SLOT x y z, m`);
    offsets.set(slot, { x, y, z });
  }
  return offsets;
}

function vectorOf(config: Config, path: string): Vec3 {
  const [x = 0, y = 0, z = 0] = config.getNumbers(path);
  return { x, y, z };
}
