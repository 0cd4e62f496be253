/** `[FLIGHT LOG]` as the flight log takes it. Knows the options' names; no file. */
import type { Config } from '../../lib/config/index.js';

const bytesPerMb = 1_000_000;

export type FlightLogSettings = {
  readonly isEnabled: boolean;
  /** Samples a second. */
  readonly frequencyHz: number;
  /** A recording ends so long after the motors stood. */
  readonly afterDisarmMs: number;
  /** A log that reaches this is ended and a new one begun. */
  readonly maxFileBytes: number;
  /** All logs together; the oldest go first. */
  readonly maxTotalBytes: number;
  /** What is left to the rest of the system. */
  readonly minFreeBytes: number;
};

export function flightLogSettings(config: Config): FlightLogSettings {
  const megabytes = (name: string) => config.getNumber(`FLIGHT LOG/${name}`) * bytesPerMb;
  return {
    isEnabled: config.getBoolean('FLIGHT LOG/use'),
    frequencyHz: config.getNumber('FLIGHT LOG/frequency'),
    afterDisarmMs: config.getNumber('FLIGHT LOG/after_disarm') * 1000,
    // Two at least: the one being written, and room for what was before.
    maxFileBytes: Math.min(megabytes('max_file'), megabytes('max_total') / 2),
    maxTotalBytes: megabytes('max_total'),
    minFreeBytes: megabytes('min_free'),
  };
}
