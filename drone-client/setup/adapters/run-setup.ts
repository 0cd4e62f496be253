/** Sets a system up, or puts it back as it was: reads, plans, keeps how it was, writes, lets it take effect. */
import { readFileSync } from 'node:fs';
import { RefusedError } from '../../../lib/errors.js';
import type { Change } from '../change.js';
import type { Snapshot } from '../file-state.js';
import { writeObstacle } from '../mounts.js';
import { planSetup } from '../plan-setup.js';
import { type SetupReport, toDoAfter } from '../report.js';
import {
  afterEffects,
  emptyRecord,
  type KeptFile,
  planUndo,
  type UndoRecord,
  undoChanges,
  whileUndone,
  withChanges,
  withEffects,
} from '../undo-record.js';
import type { Wishes } from '../wishes.js';
import { readAll, readFacts, readSnapshot } from './read-facts.js';
import { readRecord, readRecordIfMay, withSetupLock, writeRecord } from './record-store.js';
import { RootFolder } from './root-folder.js';
import { beginEffects, isArmed } from './system-services.js';

export type SetupOptions = {
  /** The running system's is `/`: only there anything is begun anew. */
  readonly root: string;
  readonly isDryRun: boolean;
  readonly isForced: boolean;
};

/** What was done, with how it was before. */
export type SetupEnd = { readonly report: SetupReport; readonly snapshot: Snapshot };

/** @throws StarlingError when it can not be done; before the first change nothing is changed. */
export async function runSetup(wishes: Wishes, options: SetupOptions): Promise<SetupEnd> {
  return guarded(options, (root, record) => {
    const facts = readFacts(root);
    const snapshot = readAll(root, facts, []);
    const { changes, unchanged, notes } = planSetup({ snapshot, facts, wishes });
    const next = () => withEffects(withChanges(record, changes, snapshot), changes);
    const end = carryOut({ root, options, changes, next, country: wishes.country });
    const report = { ...end, isDryRun: options.isDryRun, changes, unchanged, isOk: true };
    return { report: { ...report, notes: [...notes, ...end.notes] }, snapshot };
  });
}

/** As before the first setup; what somebody else has changed since stays, unless forced. */
export async function runUndo(options: SetupOptions): Promise<SetupEnd> {
  return guarded(options, (root, record) => {
    const snapshot = readSnapshot(
      root,
      record.files.map(({ path }) => path),
    );
    const { restore, foreign } = planUndo(record, snapshot, options.isForced);
    const changes = undoChanges(restore, snapshot);
    const next = () => withEffects(whileUndone(record, changes), changes);
    const after = { ...record, files: foreign, folders: foreign.length > 0 ? record.folders : [] };
    const end = carryOut({ root, options, changes, next, after });
    return {
      report: {
        ...{ isDryRun: options.isDryRun, changes, unchanged: [], isOk: foreign.length === 0 },
        notes: [
          ...(record.files.length === 0 ? ['nothing was set up here, or all is undone'] : []),
          ...end.notes,
        ],
        toDo: [...end.toDo, ...foreign.map(foreignText)],
      },
      snapshot,
    };
  });
}

function foreignText({ path, original }: KeptFile): string {
  const then = original.kind === 'absent' ? 'take it away' : 'put back what was there before';
  return `${path} was changed by somebody else since the setup and stays: look at it, or ${then} with --undo --force`;
}

type Work = (root: RootFolder, record: UndoRecord) => SetupEnd;

async function guarded({ root: path, isDryRun, isForced }: SetupOptions, work: Work): Promise<SetupEnd> {
  const root = new RootFolder(path);
  if (isDryRun) return work(root, readRecordIfMay(root));
  if (process.geteuid?.() !== 0)
    throw new RefusedError(
      'not_root',
      'this needs root: put sudo before it, or --dry-run behind it to see what it would do',
    );
  if (path === '/') refuseHere(isForced);
  return withSetupLock(root, path, async () => {
    const record = readRecord(root);
    for (const file of record.files) root.clean(file.path);
    return work(root, record);
  });
}

function refuseHere(isForced: boolean): void {
  const obstacle = writeObstacle(readFileSync('/proc/mounts', 'utf8'), readFileSync('/proc/cmdline', 'utf8'));
  if (obstacle && !(obstacle.canBeForced && isForced))
    throw new RefusedError(
      'not_lasting',
      `${obstacle.text}${obstacle.canBeForced ? ' (--force does it all the same)' : ''}`,
    );
  if (isArmed())
    throw new RefusedError(
      'armed',
      'the motors of this drone are armed: land and disarm it, then run this again',
    );
}

type Task = {
  readonly root: RootFolder;
  readonly options: SetupOptions;
  readonly changes: readonly Change[];
  /** The record to be kept before the first change. */
  readonly next: () => UndoRecord;
  /** The record at the end; without it the one before the first change. */
  readonly after?: UndoRecord;
  readonly country?: string | undefined;
};

type Took = { readonly notes: readonly string[]; readonly toDo: readonly string[] };

function carryOut({ root, options, changes, next, after, country }: Task): Took {
  const isLive = options.root === '/';
  if (options.isDryRun) return { notes: [], toDo: toDoAfter(next().pending, isLive) };
  const kept = withFolders(root, next(), changes);
  if (changes.length > 0 || after) writeRecord(root, kept);
  for (const { path, wanted } of changes) {
    makeFolders(root, path, wanted.kind);
    root.put(path, wanted);
  }
  const folders = after ? kept.folders : [];
  for (const folder of folders.toReversed()) root.removeFolder(folder);
  const end = isLive
    ? beginEffects(kept.pending, { country, isUndo: after !== undefined })
    : { notes: [], toDo: [] };
  const left = isLive ? afterEffects(kept, bootId()) : { ...kept, pending: [] };
  if (changes.length > 0 || after || kept.pending.length > 0)
    writeRecord(root, after ? remainder(after, left) : left);
  const restart = isLive ? left.pending : kept.pending;
  return { notes: end.notes, toDo: [...end.toDo, ...toDoAfter(restart, isLive)] };
}

/** What an undo leaves: nothing, when all is back. */
function remainder(after: UndoRecord, { pending, bootId: asked }: UndoRecord): UndoRecord {
  return after.files.length === 0 ? emptyRecord : { ...after, pending, bootId: asked };
}

function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

const isPrivate = (folder: string) => folder.startsWith('/etc/NetworkManager/');

function withFolders(root: RootFolder, record: UndoRecord, changes: readonly Change[]): UndoRecord {
  const made = changes
    .filter(({ wanted }) => wanted.kind !== 'absent')
    .flatMap(({ path }) => root.missingFolders(path));
  return { ...record, folders: [...new Set([...record.folders, ...made])] };
}

function makeFolders(root: RootFolder, path: string, kind: string): void {
  if (kind === 'absent') return;
  for (const folder of root.missingFolders(path)) root.makeFolder(folder, isPrivate(folder) ? 0o700 : 0o755);
}
