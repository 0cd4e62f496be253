/** `[FILES]` as uploads take it. Knows the options' names; no drone and no file. */
import type { Config } from '../../lib/config/index.js';

const bytesPerMbit = 125_000;

export type FileSettings = {
  /** Files that are under way at once; the others wait. */
  readonly concurrent: number;
  /** Most that all files together take of the network, bytes/s; 0: what it carries. */
  readonly maxBytesPerS: number;
};

export const defaultFileSettings: FileSettings = { concurrent: 16, maxBytesPerS: 0 };

export function fileSettings(config: Config): FileSettings {
  return {
    concurrent: config.getNumber('FILES/concurrent'),
    maxBytesPerS: config.getNumber('FILES/bandwidth') * bytesPerMbit,
  };
}
