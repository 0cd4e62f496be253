/** The public part of the time library: the port through which everything learns the time, and this machine's clock. */
export { SystemClock } from './adapters/system-clock.js';
export { type Cancel, type Clock, every } from './clock.js';
