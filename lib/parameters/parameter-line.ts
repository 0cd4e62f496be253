/** One parameter as a file or a snapshot has it, and when two values are the same. Knows no files and no autopilot. */
import { holdsValue, type Parameter } from './parameter-value.js';

/** `type` where the source tells it. */
export type ParameterEntry = Pick<Parameter, 'id' | 'value'> & { readonly type?: Parameter['type'] };

/** Exactly the same integer, or the same value once it is a 32-bit float, as autopilots keep reals. */
export function isSameEntry(a: ParameterEntry, b: ParameterEntry): boolean {
  const type = a.type === 'integer' && b.type === 'integer' ? 'integer' : 'real';
  return holdsValue({ value: a.value, type }, b.value);
}
