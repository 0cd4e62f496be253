/** Brings files of drones to this machine. Knows messages, the budget and the port to the disk; no drone's folders. */
import type { CommandResult } from '../fleet/drone-record.js';
import { askEach, type FileContext, pathOn } from './file-context.js';
import { saveFor } from './save-for.js';

/** A large file over a bad link takes its time; an old client that has no such file never answers. */
const timeoutMs = 120_000;
const oldTimeoutMs = 30_000;

export type RetrieveJob = {
  readonly ids: readonly string[];
  /** On the drones. */
  readonly file: string;
  readonly into: string | undefined;
};

export function retrieve(context: FileContext, { ids, file, into }: RetrieveJob): Promise<CommandResult[]> {
  return askEach(context, { action: 'get_file', ids }, async (id, link) => {
    const path = await pathOn(link, file);
    const place = await context.budget.enter();
    try {
      const isOld = !link.hasFeature('errors');
      const options = { lane: 'bulk', timeoutMs: isOld ? oldTimeoutMs : timeoutMs } as const;
      const content = await link.getFile(path, options);
      return await saveFor(context, id, { name: path, into, content });
    } finally {
      place.leave();
    }
  });
}
