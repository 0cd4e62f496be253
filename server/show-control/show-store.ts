/** The show that is loaded, as the server uses it: a summary, and the bytes of each slot's file. Knows no folder. */
import { ShowError } from '../../lib/errors.js';
import type { LoadedShow as Folder } from '../../lib/show/index.js';
import type { LoadedShow } from '../snapshot.js';

export type StoredShow = {
  readonly loaded: LoadedShow;
  /** File content by slot. */
  readonly files: ReadonlyMap<string, Uint8Array>;
};

/**
 * A show ready to be sent.
 * @throws ShowError naming every wrong file with its line: part of a show is not flown by accident.
 */
export function storeShow({ name, slots, texts, errors }: Folder): StoredShow {
  if (errors.length > 0) throw new ShowError(errors.map(({ message }) => message).join('\n'));
  const durationsS = [...slots.values()].map(({ frames }) =>
    frames.reduce((sum, frame) => sum + frame.durationS, 0),
  );
  const encoder = new TextEncoder();
  return {
    loaded: { name, slots: [...slots.keys()], durationS: Math.max(0, ...durationsS) },
    files: new Map([...texts].map(([slot, text]) => [slot, encoder.encode(text)])),
  };
}

/** The file of a slot; undefined when the show has no such slot, null when no show is loaded. */
export function fileOf(show: StoredShow | undefined, slot: string): Uint8Array | undefined | null {
  return show ? show.files.get(slot) : null;
}
