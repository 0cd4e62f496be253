/**
 * Reads what `strace -f -y` wrote of a program, and says which renames a power cut could make worthless: where the file
 * was not flushed to the disk before, or its folder not after. Knows lines of text.
 */
import { dirname, resolve } from 'node:path';

export type Renames = {
  /** What was renamed to, in its order. */
  readonly renames: readonly string[];
  readonly faults: readonly string[];
};

const unfinished = /^(\d+) +(.*) <unfinished \.\.\.>$/;
const resumed = /^(\d+) +<\.\.\. \w+ resumed>(.*)$/;
const writes = /^(?:write|writev|pwrite64|pwritev|ftruncate)\(\d+<([^>]*)>.* = [0-9]/;
const flushes = /^f(?:data)?sync\(\d+<([^>]*)>\) += 0/;
const moves =
  /^rename(?:at2?)?\((?:AT_FDCWD(?:<[^>]*>)?, )?"([^"]*)", (?:AT_FDCWD(?:<[^>]*>)?, )?"([^"]*)".* = 0/;

export function renameFaults(trace: string): Renames {
  const dirty = new Set<string>();
  const unsyncedFolders = new Map<string, string>();
  const renames: string[] = [];
  const faults: string[] = [];
  for (const call of calls(trace)) {
    const written = writes.exec(call)?.[1];
    if (written !== undefined) dirty.add(written);
    const flushed = flushes.exec(call)?.[1];
    if (flushed !== undefined) {
      dirty.delete(flushed);
      unsyncedFolders.delete(flushed);
    }
    const [, from = '', to = ''] = moves.exec(call) ?? [];
    if (to === '') continue;
    renames.push(resolve(to));
    if (dirty.has(resolve(from))) faults.push(`${from} was not flushed before it became ${to}`);
    unsyncedFolders.set(dirname(resolve(to)), to);
  }
  return {
    renames,
    faults: [
      ...faults,
      ...[...unsyncedFolders].map(([folder, to]) => `${folder} was not flushed after ${to}`),
    ],
  };
}

/** Calls of all threads, each whole, in the order in which they ended. */
function* calls(trace: string): Iterable<string> {
  const begun = new Map<string, string>();
  for (const line of trace.split('\n')) {
    const [, thread = '', start] = unfinished.exec(line) ?? [];
    const [, again = '', rest] = resumed.exec(line) ?? [];
    if (start !== undefined) begun.set(thread, start);
    else if (rest !== undefined) yield `${begun.get(again) ?? ''}${rest}`;
    else yield line.replace(/^\d+ +/, '');
  }
}
