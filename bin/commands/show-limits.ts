/** The limits that a show is held against, for the commands that judge one. Knows which of several goes before which. */
import { readLimits } from '../../lib/show/adapters/read-limits.js';
import type { Show } from '../../lib/show/show.js';
import { defaultLimits, type ShowLimits } from '../../lib/show/validate/limits.js';

/**
 * What the file of limits says goes before what the show's own file says, and that before the defaults.
 * @throws ShowError when the file can not be read or is wrong.
 */
export async function limitsFor(show: Show, file: string | undefined): Promise<ShowLimits> {
  return { ...defaultLimits, ...show.limits, ...(file === undefined ? {} : await readLimits(file)) };
}
