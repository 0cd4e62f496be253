/** How everything was before the first setup, kept until it is put back; and what an undo makes of it. Knows no disk. */
import { CorruptFrameError } from '../../lib/errors.js';
import { objectOf } from '../../lib/security/parse-json.js';
import { withoutFirstRun } from './boot-cmdline.js';
import type { Change } from './change.js';
import { type Effect, effectsOf, isSystemsOwn } from './facts.js';
import {
  bytesOf,
  type FileState,
  fingerprint,
  isAsWanted,
  type Snapshot,
  stateAt,
  type WantedState,
} from './file-state.js';

export type KeptFile = {
  readonly path: string;
  readonly original: WantedState;
  /** What this program has written there, by fingerprint: the last, and while it writes the one before. */
  readonly wrote: readonly string[];
  /** Somebody else has changed it between two setups: what was there before the first is not theirs. */
  readonly isTouched: boolean;
};

export type UndoRecord = {
  readonly files: readonly KeptFile[];
  /** Folders that were made for them, outermost first. */
  readonly folders: readonly string[];
  /** What has still to be begun anew: a setup may be cut off between its last file and that. */
  readonly pending: readonly Effect[];
  /** Which start of the computer the changes were made in that the next start brings. */
  readonly bootId?: string | undefined;
};

export const emptyRecord: UndoRecord = { files: [], folders: [], pending: [] };

/** The record to be on the disk before the first of these changes is. */
export function withChanges(record: UndoRecord, changes: readonly Change[], snapshot: Snapshot): UndoRecord {
  const kept = new Map(record.files.map((file) => [file.path, file]));
  for (const { path, wanted } of changes) {
    const present = lasting(path, stateAt(snapshot, path));
    const before = kept.get(path);
    const now = fingerprint(present);
    const isOurs = before === undefined || before.wrote.includes(now) || now === fingerprint(before.original);
    kept.set(path, {
      path,
      original: before?.original ?? asWanted(present),
      wrote: [
        ...new Set([...(before?.wrote.includes(now) ? [now] : []), fingerprint(lasting(path, wanted))]),
      ],
      isTouched: before?.isTouched === true || !isOurs,
    });
  }
  return { ...record, files: [...kept.values()] };
}

/** With what has to take effect after these changes; a restart from now on. */
export function withEffects(record: UndoRecord, changes: readonly Change[]): UndoRecord {
  const fresh = changes.flatMap(({ path }) => effectsOf(path));
  const pending = [...new Set([...record.pending, ...fresh])];
  return { ...record, pending, bootId: fresh.includes('reboot') ? undefined : record.bootId };
}

/** When all else has taken effect: a restart is asked for until there was one. `bootId`: of this start of the computer. */
export function afterEffects(record: UndoRecord, bootId: string): UndoRecord {
  const isAsked = record.pending.includes('reboot') && (record.bootId ?? bootId) === bootId;
  return { ...record, pending: isAsked ? ['reboot'] : [], bootId: isAsked ? bootId : undefined };
}

/** What an undo writes is this program's, too: one that is cut off is gone on with. */
export function whileUndone(record: UndoRecord, changes: readonly Change[]): UndoRecord {
  const coming = new Map(changes.map(({ path, wanted }) => [path, fingerprint(wanted)]));
  return {
    ...record,
    files: record.files.map((file) => {
      const print = coming.get(file.path);
      return print === undefined ? file : { ...file, wrote: [...new Set([...file.wrote, print])] };
    }),
  };
}

export type UndoPlan = {
  readonly restore: readonly KeptFile[];
  /** Changed by somebody else since: they stay. */
  readonly foreign: readonly KeptFile[];
};

export function planUndo(record: UndoRecord, snapshot: Snapshot, isForced: boolean): UndoPlan {
  const restore: KeptFile[] = [];
  const foreign: KeptFile[] = [];
  for (const file of record.files) {
    const present = lasting(file.path, stateAt(snapshot, file.path));
    const now = fingerprint(present);
    const isBack = now === fingerprint(file.original);
    const isOurs = file.wrote.includes(now) && !file.isTouched;
    const mayForce = isForced && now !== 'other' && !isOfOtherDisk(file.original, present);
    if (isBack || isOurs || mayForce) restore.push(file);
    else if (!isSystemsOwn(file.path)) foreign.push(file);
  }
  return { restore, foreign };
}

/** A kernel's line from before the first start, which has given the card's partitions other names: no Pi starts by it. */
function isOfOtherDisk(original: WantedState, present: FileState): boolean {
  const rootOf = (state: WantedState | FileState) =>
    state.kind === 'file'
      ? /(?:^|\s)root=(\S+)/.exec(Buffer.from(state.bytes).toString('latin1'))?.[1]
      : undefined;
  const [then, now] = [rootOf(original), rootOf(present)];
  return then !== undefined && now !== undefined && then !== now;
}

/** Those of a plan that are not yet as they were. */
export function undoChanges(files: readonly KeptFile[], snapshot: Snapshot): Change[] {
  return files
    .filter(({ path, original }) => !isAsWanted(stateAt(snapshot, path), original))
    .map(({ path, original }) => ({
      path,
      wanted: original,
      what: [original.kind === 'absent' ? 'taken away: it was not there' : 'as it was'],
    }));
}

/** Without what a first boot takes away by itself. */
function lasting<State extends FileState | WantedState>(path: string, state: State): State {
  if (state.kind !== 'file' || !path.endsWith('/cmdline.txt')) return state;
  return { ...state, bytes: bytesOf(withoutFirstRun(Buffer.from(state.bytes).toString('latin1'))) };
}

function asWanted(state: FileState): WantedState {
  return state.kind === 'other' ? { kind: 'absent' } : state;
}

const format = 'starling drone setup 1';

export function formatRecord({ files, ...rest }: UndoRecord): string {
  const coded = files.map(({ original, ...file }) => ({ ...file, original: encode(original) }));
  return `${JSON.stringify({ format, ...rest, files: coded })}\n`;
}

function encode(state: WantedState): object {
  return state.kind === 'file' ? { ...state, bytes: Buffer.from(state.bytes).toString('base64') } : state;
}

/** @throws CorruptFrameError naming `path`. */
export function parseRecord(text: string, path: string): UndoRecord {
  const value = objectOf(text);
  const { files, folders, pending, bootId } = value ?? {};
  if (value?.format !== format || !Array.isArray(files) || !isTexts(folders) || !isTexts(pending))
    throw new CorruptFrameError(
      `${path} is damaged: what was before the setup is not known any more; move it away to set up anew (there is then no undo)`,
    );
  return {
    files: files.map((file) => parseFile(file, path)),
    folders,
    pending: pending.filter(isEffect),
    ...(typeof bootId === 'string' && { bootId }),
  };
}

const effects: readonly string[] = ['reboot', 'client', 'chrony', 'network', 'units'] satisfies Effect[];

function isEffect(text: string): text is Effect {
  return effects.includes(text);
}

function parseFile(value: unknown, path: string): KeptFile {
  const { path: own, original, wrote, isTouched } = asObject(value);
  const state = parseState(asObject(original));
  if (typeof own !== 'string' || !state || !isTexts(wrote) || typeof isTouched !== 'boolean')
    throw new CorruptFrameError(
      `${path} is damaged: an entry of it is none; move it away to set up anew (there is then no undo)`,
    );
  return { path: own, original: state, wrote, isTouched };
}

function parseState({ kind, target, bytes, mode, owner }: Fields): WantedState | undefined {
  const { uid, gid } = asObject(owner);
  if (kind === 'absent') return { kind };
  if (kind === 'link' && typeof target === 'string') return { kind, target };
  if (kind !== 'file' || typeof bytes !== 'string' || typeof mode !== 'number') return undefined;
  if (typeof uid !== 'number' || typeof gid !== 'number') return undefined;
  return { kind, bytes: Buffer.from(bytes, 'base64'), mode, owner: { uid, gid } };
}

type Fields = { readonly [key: string]: unknown };

function asObject(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
