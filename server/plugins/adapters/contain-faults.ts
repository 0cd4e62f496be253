/**
 * Faults that plugins throw where nobody of ours called them (timers, sockets of their own): named, and the server goes
 * on. Every other fault ends the program as it would have.
 */
import { pathToFileURL } from 'node:url';
import { errorText } from '../../../lib/errors.js';

export type Containment = {
  /** Whether a fault nobody caught is a plugin's. */
  readonly isPlugins: (fault: unknown) => boolean;
  readonly close: () => void;
};

/** `paths`: of the plugins' modules; a fault is theirs when one of them is in its stack. */
export function containFaults(paths: readonly string[], onFault: (text: string) => void): Containment {
  const culprit = (fault: unknown): string | undefined => {
    const stack = fault instanceof Error ? (fault.stack ?? '') : '';
    return paths.find((path) => stack.includes(pathToFileURL(path).href));
  };
  const hear = (fault: unknown): void => {
    const path = culprit(fault);
    if (path === undefined) throw fault;
    onFault(`plugin ${path} threw where nobody called it: ${errorText(fault)}`);
  };
  if (paths.length > 0) process.on('uncaughtException', hear);
  return {
    isPlugins: (fault) => culprit(fault) !== undefined,
    close: () => process.off('uncaughtException', hear),
  };
}
