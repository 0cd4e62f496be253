import { expect, it } from 'vitest';
import { loadConfig } from '../../../lib/config/index.js';
import { serverConfigSpec } from '../../../server/config-spec.js';
import { defaultFileSettings, fileSettings } from '../../../server/show-control/file-settings.js';

const read = (text: string) => fileSettings(loadConfig(text, 'test.ini', serverConfigSpec));

it('files are sent to 16 drones at once, at the pace of the network, unless the configuration says otherwise', () => {
  expect(read('')).toEqual({ concurrent: 16, maxBytesPerS: 0 });
  expect(read('')).toEqual(defaultFileSettings);
  expect(read('[FILES]\nconcurrent = 4\nbandwidth = 80\n')).toEqual({
    concurrent: 4,
    maxBytesPerS: 10_000_000,
  });
});

it('a cap below zero and no drone at all are refused', () => {
  expect(() => read('[FILES]\nconcurrent = 0\n')).toThrow('concurrent');
  expect(() => read('[FILES]\nbandwidth = -1\n')).toThrow('bandwidth');
});
