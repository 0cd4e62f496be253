import { expect, it } from 'vitest';
import { loadConfig } from '../../../lib/config/index.js';
import { serverConfigSpec } from '../../../server/config-spec.js';
import { defaultFilePlaces, filePlaces, placeOn } from '../../../server/files/file-places.js';

it('places on drones are those of clever-show, until the configuration says others', () => {
  expect(filePlaces(loadConfig('', 'server.ini', serverConfigSpec))).toEqual(defaultFilePlaces);
  const ini = '[FILES]\nlaunch = /opt/launch\nmap_service = ""\n';
  expect(filePlaces(loadConfig(ini, 'server.ini', serverConfigSpec))).toEqual({
    ...defaultFilePlaces,
    ...{ launch: '/opt/launch', mapService: '' },
  });
});

it('a place in the robot’s folder is where the drone says that it is', () => {
  expect(placeOn('animation.csv', undefined)).toBe('animation.csv');
  expect(placeOn('{clover_dir}/a', '/home/pi/clover/')).toBe('/home/pi/clover/a');
  for (const answer of ['error', null, 1, '', 'relative'])
    expect(() => placeOn('{clover_dir}/a', answer)).toThrow('does not know where its robot package lies');
});
