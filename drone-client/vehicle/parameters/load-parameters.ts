/** Brings an autopilot's parameters to what a file says, and tells what became of each line. Knows no files, no link. */
import { errorCode, errorText } from '../../../lib/errors.js';
import { isSameEntry, type ParameterEntry } from '../../../lib/parameters/parameter-line.js';
import { parameterText } from '../../../lib/parameters/parameter-value.js';
import type { Parameter, VehicleMaintenance } from '../vehicle.js';

/** What became of one line; `refused` is the autopilot's or the parameter's no, `failed` that it could not be asked. */
type LoadOutcome =
  | { readonly outcome: 'set'; readonly before: number; readonly stored: number }
  | { readonly outcome: 'unchanged' }
  | { readonly outcome: 'unknown' | 'refused' | 'failed'; readonly reason: string };

/** `isOk`: the autopilot has the line's value now. `text` says the outcome to people. */
export type LoadedLine<T extends ParameterEntry = ParameterEntry> = LoadOutcome & {
  readonly entry: T;
  readonly isOk: boolean;
  readonly text: string;
};

export type LoadProgress = { readonly done: number; readonly total: number };

/** MAVLink does not tell which parameters these are. */
export const restartNote =
  'Some parameters take effect, and some appear, only when the autopilot has restarted, and it does not tell ' +
  'which: restart it, then load the file again until nothing is set any more.';

/**
 * Sets what differs, in the order of the lines. Every line is reported in that order; none stops the others.
 * Nothing is set before all have been read.
 */
export async function loadParameters<T extends ParameterEntry>(
  maintenance: Pick<VehicleMaintenance, 'readParameter' | 'setParameter'>,
  entries: readonly T[],
  onProgress: (progress: LoadProgress) => void = () => undefined,
): Promise<readonly LoadedLine<T>[]> {
  const present = await Promise.allSettled(entries.map(({ id }) => maintenance.readParameter(id)));
  const lines: LoadedLine<T>[] = [];
  for (const [index, entry] of entries.entries()) {
    const read = present[index];
    const outcome =
      read?.status === 'fulfilled' ? await bring(maintenance, entry, read.value) : whyNot(read?.reason);
    lines.push({ entry, ...outcome, isOk: !('reason' in outcome), text: textOf(entry, outcome) });
    onProgress({ done: lines.length, total: entries.length });
  }
  return lines;
}

async function bring(
  maintenance: Pick<VehicleMaintenance, 'setParameter'>,
  entry: ParameterEntry,
  present: Parameter,
): Promise<LoadOutcome> {
  // The autopilot knows the type, a file may not.
  if (isSameEntry(present, { ...entry, type: present.type })) return { outcome: 'unchanged' };
  try {
    const { value } = await maintenance.setParameter(entry.id, entry.value);
    return { outcome: 'set', before: present.value, stored: value };
  } catch (error) {
    return whyNot(error);
  }
}

function whyNot(error: unknown): LoadOutcome {
  const reason = errorText(error);
  const code = errorCode(error);
  if (code === 'unknown_parameter') return { outcome: 'unknown', reason };
  return { outcome: code === 'refused' || code === 'bad_value' ? 'refused' : 'failed', reason };
}

function textOf({ id, value }: ParameterEntry, outcome: LoadOutcome): string {
  const told = (number: number): string => parameterText({ value: number, type: 'real' });
  switch (outcome.outcome) {
    case 'set':
      return `${id} was ${told(outcome.before)} and is now ${told(outcome.stored)}`;
    case 'unchanged':
      return `${id} is ${told(value)} already`;
    default:
      return `${id} = ${told(value)}: ${outcome.outcome}: ${outcome.reason}`;
  }
}
