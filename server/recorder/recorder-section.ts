/** `[RECORDER]` of the server's configuration: whether, where and how long sessions are kept. Knows options, no disk. */
import { boolean, type Config, integer, type SectionShape, string } from '../../lib/config/index.js';
import { defaultRecorderSettings, type RecorderSettings } from './recorder-settings.js';

const megabyte = 1_000_000;
const dayMs = 86_400_000;

export const recorderSection: SectionShape = {
  use: boolean({ default: true, about: 'Record every session: what was commanded, answered and seen' }),
  folder: string({ default: '', about: "Folder of recordings; empty: recordings, in the server's folder" }),
  max_age: integer({
    default: defaultRecorderSettings.maxAgeMs / dayMs,
    min: 1,
    about: 'Recordings are kept so long, days',
  }),
  max_total: integer({
    default: defaultRecorderSettings.maxTotalBytes / megabyte,
    min: 10,
    about: 'Room for all recordings, MB: the oldest go first',
  }),
  min_free: integer({
    default: defaultRecorderSettings.minFreeBytes / megabyte,
    min: 1,
    about: 'Recording stops, with an alarm, where the disk has less left, MB',
  }),
};

export function readRecorderSettings(config: Config): RecorderSettings {
  return {
    ...defaultRecorderSettings,
    maxAgeMs: config.getNumber('RECORDER/max_age') * dayMs,
    maxTotalBytes: config.getNumber('RECORDER/max_total') * megabyte,
    minFreeBytes: config.getNumber('RECORDER/min_free') * megabyte,
  };
}
