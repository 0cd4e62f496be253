/** Opens the show of a rehearsal in this very process: threads would answer when they like. Knows the disk; no drone. */
import { openShow } from '../../lib/show/adapters/open-show.js';
import { readShowRules } from '../../server/adapters/show-rules-file.js';
import { animationOf, judgeShow, type StoredShow } from '../../server/show-control/show-store.js';

/** The show at a path, judged, with its parts. @throws ShowError */
export async function openStoredShow(path: string): Promise<StoredShow> {
  const rules = await readShowRules(path);
  const prepared = await openShow(path);
  return {
    ...judgeShow(prepared),
    ...(rules && { rules }),
    animation: (slot) => Promise.resolve(animationOf(prepared.show, prepared.digests, slot)),
  };
}
