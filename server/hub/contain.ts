/** Runs what is not ours so that its failure stays its own. Knows neither hooks nor plugins. */

import { errorText } from '../../lib/errors.js';

export type Contained<Value> = { readonly value: Value } | { readonly fault: string };

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/**
 * What `run` gives, or why it failed. It must answer at once: a promise is a fault, and its own failure, which nobody
 * waits for, goes to `onLate`.
 */
export function contain<Value>(run: () => Value, onLate: (fault: string) => void): Contained<Value> {
  try {
    const value = run();
    if (!isThenable(value)) return { value };
    value.then(undefined, (error: unknown) => onLate(errorText(error)));
    return { fault: 'it gave a promise where an answer is due at once' };
  } catch (error) {
    return { fault: errorText(error) };
  }
}
