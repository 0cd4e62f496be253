import { describe, expect, it } from 'vitest';
import { readFrameSettings } from '../../../drone-client/client/frame-settings.js';
import { droneConfigSpec } from '../../../drone-client/config-spec.js';
import { loadConfig } from '../../../lib/config/index.js';
import { ConfigError } from '../../../lib/errors.js';

function read(...lines: string[]) {
  return readFrameSettings(loadConfig(lines.join('\n'), 'drone.ini', droneConfigSpec));
}

const gps = ['[FLIGHT]', 'frame_id = gps', '[GPS FRAME]'];
const floor = ['[FLIGHT]', 'frame_id = floor', '[FLOOR FRAME]'];

describe('the frame of the show', () => {
  it('is the map of the autopilot when nothing is said', () => {
    expect(read()).toEqual({ kind: 'map' });
  });

  it('is a floor placed in the map', () => {
    expect(read(...floor, 'translation = 1, 2, 3', 'rotation = 4, 5, 6')).toEqual({
      kind: 'floor',
      translationM: { x: 1, y: 2, z: 3 },
      rotationDeg: { roll: 4, pitch: 5, yaw: 6 },
    });
  });

  it('is a place on the globe, its height that of the ground or a number', () => {
    expect(read(...gps, 'lat = 52.5', 'lon = 13.4', 'yaw = 30')).toEqual({
      kind: 'gps',
      latDeg: 52.5,
      lonDeg: 13.4,
      headingDeg: 30,
      amslM: 'current',
    });
    expect(read(...gps, 'lat = 0', 'lon = 13.4', 'amsl = 41.5')).toMatchObject({ latDeg: 0, amslM: 41.5 });
  });

  it.each([
    [['[FLIGHT]', 'frame_id = aruco_map'], /"aruco_map" is not supported; set it to map, floor or gps/],
    [['[FLIGHT]', 'frame_id = GPS'], /"GPS" is not supported/],
    [[...floor, 'parent = gps'], /\[FLOOR FRAME\] parent: "gps" is not supported; set it to map/],
    [[...floor, 'rotation = 180, 0, 0'], /z axis does not point upwards/],
    [gps, /\[GPS FRAME\] lat, lon: the origin is not set/],
    [[...gps, 'lat = 91', 'lon = 10'], /latitude 91°/],
    [[...gps, 'lat = 10', 'lon = 190'], /longitude 190°/],
  ])('is refused with what to set instead: %j', (lines, text) => {
    expect(() => read(...lines)).toThrow(ConfigError);
    expect(() => read(...lines)).toThrow(text);
  });
});
