/** The public part of the time library: the port through which everything learns the time, and a server's clock kept. */
export { SystemClock } from './adapters/system-clock.js';
export { type Cancel, type Clock, every } from './clock.js';
export { ClockFilter, type ClockFilterOptions } from './filter/clock-filter.js';
export type { ClockEstimate, ClockSample, SampleVerdict } from './filter/clock-sample.js';
export { exchange, ntpTimeSource } from './ntp/adapters/ntp-client.js';
export {
  type NtpServer,
  type NtpServerOptions,
  type NtpServerStats,
  startNtpServer,
} from './ntp/adapters/ntp-server.js';
export type { ClockState } from './ntp/clock-state.js';
export type { TimeSource } from './ntp/time-source.js';
