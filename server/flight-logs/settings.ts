/** `[FLIGHT LOGS]` as the collector takes it. Knows the options' names; no file and no drone. */
import type { Config } from '../../lib/config/index.js';

const bytesPerMb = 1_000_000;

/** What drones may put on the server's disk. */
export type ArchiveLimits = {
  readonly maxFileBytes: number;
  readonly maxDroneBytes: number;
  readonly maxTotalBytes: number;
};

export type FlightLogsSettings = ArchiveLimits & {
  readonly isFetching: boolean;
  /** How long a drone must have been disarmed, and connected, before it is asked, ms. */
  readonly settleMs: number;
};

export function flightLogsSettings(config: Config): FlightLogsSettings {
  const megabytes = (name: string) => config.getNumber(`FLIGHT LOGS/${name}`) * bytesPerMb;
  return {
    isFetching: config.getBoolean('FLIGHT LOGS/fetch'),
    settleMs: config.getNumber('FLIGHT LOGS/settle') * 1000,
    maxFileBytes: megabytes('max_file'),
    maxDroneBytes: megabytes('max_drone'),
    maxTotalBytes: megabytes('max_total'),
  };
}
