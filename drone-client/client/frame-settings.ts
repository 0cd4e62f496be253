/** The frame of the show from a drone's configuration. Knows the options' names, no file and no vehicle. */
import type { Config } from '../../lib/config/index.js';
import { ConfigError } from '../../lib/errors.js';
import { FloorFrame } from '../../lib/geo/floor-frame.js';
import { GpsFrame } from '../../lib/geo/geodetic.js';
import type { FrameSettings } from '../vehicle/framed-vehicle.js';
import { readVec3 } from './settings.js';

/** @throws ConfigError when the frame is not supported, or its origin is not set or none; the text says what to set. */
export function readFrameSettings(config: Config): FrameSettings {
  const id = config.getString('FLIGHT/frame_id');
  if (id === 'map') return { kind: 'map' };
  if (id === 'floor') return readFloor(config);
  if (id === 'gps') return readGps(config);
  throw new ConfigError(`[FLIGHT] frame_id: frame "${id}" is not supported; set it to map, floor or gps`);
}

function readFloor(config: Config): FrameSettings {
  const parent = config.getString('FLOOR FRAME/parent');
  if (parent !== 'map')
    throw new ConfigError(`[FLOOR FRAME] parent: "${parent}" is not supported; set it to map`);
  const { x: roll, y: pitch, z: yaw } = readVec3(config, 'FLOOR FRAME/rotation');
  const settings = {
    translationM: readVec3(config, 'FLOOR FRAME/translation'),
    rotationDeg: { roll, pitch, yaw },
  };
  new FloorFrame(settings);
  return { kind: 'floor', ...settings };
}

function readGps(config: Config): FrameSettings {
  const latDeg = config.getNumber('GPS FRAME/lat');
  const lonDeg = config.getNumber('GPS FRAME/lon');
  if (latDeg === 0 && lonDeg === 0) {
    throw new ConfigError(
      '[GPS FRAME] lat, lon: the origin is not set (0, 0); set both to the place of the show in deg, or frame_id to map',
    );
  }
  const headingDeg = config.getNumber('GPS FRAME/yaw');
  const amsl = config.get('GPS FRAME/amsl');
  const amslM = typeof amsl === 'number' ? amsl : 'current';
  new GpsFrame({ latDeg, lonDeg, headingDeg, amslM: amslM === 'current' ? 0 : amslM });
  return { kind: 'gps', latDeg, lonDeg, headingDeg, amslM };
}
