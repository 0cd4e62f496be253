/** Runs what is not ours so that its failure stays its own. Knows neither hooks nor plugins. */

import { errorText } from '../../lib/errors.js';

export type Contained<Value> = { readonly value: Value } | { readonly fault: string };

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/**
 * What `run` gives, or why it failed. If that is a promise, nobody waits for it; should it fail, which would else end the
 * process, that goes to `onLate`.
 */
export function contain<Value>(run: () => Value, onLate: (fault: string) => void): Contained<Value> {
  try {
    const value = run();
    if (isThenable(value)) value.then(undefined, (error: unknown) => onLate(errorText(error)));
    return { value };
  } catch (error) {
    return { fault: errorText(error) };
  }
}
