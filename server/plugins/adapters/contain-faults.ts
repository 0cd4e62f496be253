/**
 * Faults that plugins throw where nobody of ours called them (timers, sockets of their own): named, and the server goes
 * on. Every other fault ends the program as it would have.
 */
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { errorText } from '../../../lib/errors.js';

export type Containment = {
  /** Whether a fault nobody caught is a plugin's. */
  readonly isPlugins: (fault: unknown) => boolean;
  readonly close: () => void;
};

/**
 * `paths`: of the plugins' modules; a fault is theirs when one of them, or what is in its folder, is in its stack. A fault
 * whose stack holds no program's file at all, as that of a socket or of a rejected text, is taken for theirs too.
 */
export function containFaults(paths: readonly string[], onFault: (text: string) => void): Containment {
  const culprit = (fault: unknown): string | undefined => {
    const stack = fault instanceof Error ? (fault.stack ?? '') : '';
    // The module itself is named before another one that lies in the same folder.
    const path =
      paths.find((each) => stack.includes(pathToFileURL(each).href)) ??
      paths.find((each) => stack.includes(folderOf(each)));
    if (path !== undefined) return `plugin ${path}`;
    return paths.length > 0 && isNobodys(stack) ? `one of the plugins ${paths.join(', ')}` : undefined;
  };
  const hear = (fault: unknown): void => {
    const who = culprit(fault);
    if (who === undefined) throw fault;
    onFault(`${who} threw where nobody called it: ${errorText(fault)}`);
  };
  if (paths.length > 0) process.on('uncaughtException', hear);
  return {
    isPlugins: (fault) => culprit(fault) !== undefined,
    close: () => process.off('uncaughtException', hear),
  };
}

/** With everything that a plugin has brought along. Where Starling itself is in there, the module alone tells. */
function folderOf(path: string): string {
  const folder = `${dirname(path)}/`;
  const isOurs = fileURLToPath(import.meta.url).startsWith(folder);
  return pathToFileURL(isOurs ? path : folder).href;
}

/** Only what Node itself is made of. */
function isNobodys(stack: string): boolean {
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  return frames.every((frame) => /\(node:|at (async )?node:|<anonymous>/.test(frame));
}
