/** What a drone answers about its flight logs. Knows the wire's names and bounds; no file. */
import { RefusedError } from '../../lib/errors.js';
import type { Kwargs } from '../../lib/messaging/index.js';
import { readNumber, readText } from '../client/arguments.js';
import type { FlightLog } from './flight-log.js';
import { parseLogName } from './log-name.js';

/** Largest piece given at a time: whatever is urgent never waits behind more than this. */
const maxPartBytes = 64 * 1024;

/**
 * `flight_logs` → [{name, bytes, isComplete, isOpen, utcMs}], the oldest first.
 * `flight_log_part` {name, offset, length ≤ 64 KiB} → binary; fewer bytes at the end of the file, none beyond it.
 * Both are refused (`armed`) while the motors run.
 */
export function flightLogRequests(log: Pick<FlightLog, 'list' | 'read'>): {
  [name: string]: (kwargs: Kwargs) => Promise<unknown>;
} {
  return {
    flight_logs: () => log.list(),
    flight_log_part: async (kwargs) => {
      const name = readText(kwargs, 'name');
      if (!parseLogName(name))
        throw new RefusedError('bad_argument', 'argument "name" must be the name of a flight log');
      const offset = readCount(kwargs, 'offset', Number.MAX_SAFE_INTEGER - maxPartBytes);
      return log.read(name, { offset, length: readCount(kwargs, 'length', maxPartBytes) });
    },
  };
}

function readCount(kwargs: Kwargs, name: string, max: number): number {
  const value = readNumber(kwargs, name);
  if (Number.isInteger(value) && value >= 0 && value <= max) return value;
  throw new RefusedError('bad_argument', `argument "${name}" must be a whole number from 0 to ${max}`);
}
