/** Makes an imported show ready to be sent: complete, encoded, with its digests. Pure; knows no disk and no drone. */
import { completeShow } from './complete.js';
import { expectSane } from './expect-sane.js';
import type { FormatId, ImportedShow } from './formats/format.js';
import { decodePart, digestOf, encodePart, showDigest } from './part/part-codec.js';
import { partsOf, showOf } from './part/show-part.js';
import type { Show } from './show.js';
import { looserLimits } from './validate/looser-limits.js';

/** A show as it is sent, judged and flown: `show` is what the parts say, to the last bit. */
export type PreparedShow = {
  readonly show: Show;
  readonly format: FormatId;
  /** What the file says and could not be held, and what was added to it; one sentence each. */
  readonly notes: readonly string[];
  /** What each drone holds, by slot. */
  readonly parts: ReadonlyMap<string, Uint8Array>;
  /** SHA-256 of each part, by slot. */
  readonly digests: ReadonlyMap<string, string>;
  /** Of the whole show. */
  readonly digest: string;
};

/** @throws ShowError for a show that can not be encoded, and what no show can be: a transform may have made it so. */
export function prepareShow({
  show,
  notes,
  format,
}: ImportedShow & { readonly format: FormatId }): PreparedShow {
  const complete = completeShow(show);
  expectSane(complete.show, { earliestS: Number.NEGATIVE_INFINITY });
  const parts = new Map([...partsOf(complete.show)].map(([slot, part]) => [slot, encodePart(part)]));
  const decoded = [...parts].map(([slot, bytes]) => decodePart(bytes, slot));
  const digests = new Map([...parts].map(([slot, bytes]) => [slot, digestOf(bytes)]));
  return {
    show: showOf(decoded, complete.show),
    format,
    notes: [...notes, ...complete.notes, ...looseNotes(show)],
    ...{ parts, digests, digest: showDigest(digests) },
  };
}

/** A file that allows more than is usual must not do so unseen. */
function looseNotes({ limits }: Show): string[] {
  const looser = looserLimits(limits);
  return looser.length === 0 ? [] : [`the file's own limits are looser than usual: ${looser.join(', ')}`];
}
