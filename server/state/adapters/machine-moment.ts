/** Says which start of this machine this is, and how long ago it was. Knows the kernel; nothing of what is kept. */
import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { errorCode } from '../../../lib/errors.js';
import type { MachineMoment } from '../server-state.js';

/** Random anew at each start of the kernel. Source: random(4). */
const bootIdPath = '/proc/sys/kernel/random/boot_id';

/** No Linux, or one that keeps it to itself. */
const isUntold = (error: unknown) => ['ENOENT', 'EACCES', 'EPERM'].includes(errorCode(error));

/**
 * Undefined where the kernel does not say: macOS and Windows name no start, and their time since it follows the clock.
 * @throws the file system's own error for a disk that fails.
 */
export function machineMoment(): MachineMoment | undefined {
  try {
    return { boot: readFileSync(bootIdPath, 'utf8').trim(), uptimeMs: uptime() * 1000 };
  } catch (error) {
    if (isUntold(error)) return undefined;
    throw error;
  }
}
