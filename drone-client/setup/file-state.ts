/** What lies at a path, and what is to lie there. Knows no disk. */
import { createHash } from 'node:crypto';

export type Owner = { readonly uid: number; readonly gid: number };

export type FileState =
  | { readonly kind: 'absent' }
  | { readonly kind: 'file'; readonly bytes: Uint8Array; readonly mode: number; readonly owner: Owner }
  | { readonly kind: 'link'; readonly target: string }
  /** A folder, a device, or a file that this user may not read. */
  | { readonly kind: 'other'; readonly why: string };

/** Mode and owner that are not said stay as they are; those of a new file are 0644 and root's. */
export type WantedState =
  | { readonly kind: 'absent' }
  | { readonly kind: 'file'; readonly bytes: Uint8Array; readonly mode?: number; readonly owner?: Owner }
  | { readonly kind: 'link'; readonly target: string };

/** All that is looked at, by path; what is not in it is not there. */
export type Snapshot = ReadonlyMap<string, FileState>;

const absent: FileState = { kind: 'absent' };

export function stateAt(snapshot: Snapshot, path: string): FileState {
  return snapshot.get(path) ?? absent;
}

/** A file's text, byte for byte, so that a comment in any encoding survives; undefined for all but files. */
export function textOf(state: FileState | WantedState): string | undefined {
  return state.kind === 'file' ? Buffer.from(state.bytes).toString('latin1') : undefined;
}

/** The other way round. */
export function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}

/** What somebody else's change is noticed by: the content, not mode or owner, which a FAT partition does not keep. */
export function fingerprint(state: FileState | WantedState): string {
  if (state.kind === 'absent') return 'absent';
  if (state.kind === 'link') return `link ${state.target}`;
  if (state.kind === 'other') return 'other';
  return createHash('sha256').update(state.bytes).digest('hex');
}

/** Whether nothing is left to do to have what is wanted. */
export function isAsWanted(present: FileState, wanted: WantedState): boolean {
  if (fingerprint(present) !== fingerprint(wanted)) return false;
  if (present.kind !== 'file' || wanted.kind !== 'file') return true;
  const { mode = present.mode, owner = present.owner } = wanted;
  return mode === present.mode && owner.uid === present.owner.uid && owner.gid === present.owner.gid;
}
