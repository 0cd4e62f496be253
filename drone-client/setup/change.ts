/** One change of a file, as every part of the plan states it. Pure. */
import { RefusedError } from '../../lib/errors.js';
import type { TextEdit } from './boot-config.js';
import { type Facts, setupPaths } from './facts.js';
import { bytesOf, type Snapshot, stateAt, type WantedState } from './file-state.js';
import type { Wishes } from './wishes.js';

export type Change = {
  readonly path: string;
  readonly wanted: WantedState;
  /** For people, never with a secret. */
  readonly what: readonly string[];
  /** Nothing of the content may be shown. */
  readonly isSecret?: boolean;
};

export type PlanInput = { readonly snapshot: Snapshot; readonly facts: Facts; readonly wishes: Wishes };

/** What one part of the setup wants; all of it is compared with what is there at the end. */
export type Wanted = { readonly files: readonly Change[]; readonly notes: readonly string[] };

/** An edit of a text that is there. */
export function edited(path: string, { text, what }: TextEdit): Change {
  return { path, wanted: { kind: 'file', bytes: bytesOf(text) }, what };
}

/** @throws RefusedError where something lies that is no file to be edited. */
export function refuseOther(snapshot: Snapshot, path: string): void {
  const state = stateAt(snapshot, path);
  const isLink = state.kind === 'link' && !path.startsWith(`${setupPaths.units}/`);
  if (state.kind !== 'other' && !isLink) return;
  const why =
    state.kind === 'other' ? state.why : 'is a symbolic link: put a plain file there, then run this again';
  throw new RefusedError('wrong_file', `${path} ${why}`);
}
