/** Keeps the record of how everything was before, root's alone, and lets one program at a time change it. */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode, RefusedError } from '../../../lib/errors.js';
import { setupPaths } from '../facts.js';
import { emptyRecord, formatRecord, parseRecord, type UndoRecord } from '../undo-record.js';
import { notWritten, type RootFolder } from './root-folder.js';

const recordPath = `${setupPaths.record}/record.json`;

const privateFolder = 0o700;
const privateFile = 0o600;

/** An empty one where nothing was set up. @throws CorruptFrameError, RefusedError. */
export function readRecord(root: RootFolder): UndoRecord {
  const state = root.state(recordPath);
  if (state.kind === 'absent') return emptyRecord;
  if (state.kind === 'file') return parseRecord(Buffer.from(state.bytes).toString('utf8'), recordPath);
  throw new RefusedError(
    'wrong_file',
    `${recordPath} ${state.kind === 'other' ? state.why : 'is a symbolic link'}`,
  );
}

/** Undefined for a user who may not read it: what is planned then is as after no setup. */
export function readRecordIfMay(root: RootFolder): UndoRecord {
  return root.state(recordPath).kind === 'other' ? emptyRecord : readRecord(root);
}

/** On the disk when it returns; the empty one is taken away. */
export function writeRecord(root: RootFolder, record: UndoRecord): void {
  const isNothing = record.files.length === 0 && record.folders.length === 0 && record.pending.length === 0;
  if (isNothing) root.put(recordPath, { kind: 'absent' });
  else {
    const bytes = Buffer.from(formatRecord(record));
    root.put(recordPath, { kind: 'file', bytes, mode: privateFile, owner: { uid: 0, gid: 0 } });
  }
}

/** @throws RefusedError while another setup runs; what `use` throws. */
export async function withSetupLock<Result>(
  root: RootFolder,
  rootPath: string,
  use: () => Promise<Result>,
): Promise<Result> {
  for (const folder of root.missingFolders(recordPath))
    root.makeFolder(folder, folder === setupPaths.record ? privateFolder : 0o755);
  const lock = join(rootPath, setupPaths.record, 'lock');
  takeLock(lock);
  try {
    root.clean(recordPath);
    return await use();
  } finally {
    rmSync(lock, { force: true });
    root.removeFolder(setupPaths.record);
  }
}

/** The lock names who holds it, by process and when that began, so that one left by a crash holds nobody up. */
function takeLock(lock: string): void {
  const own = `${lock}.${process.pid}`;
  try {
    writeOwn(own);
    if (!isLinked(own, lock)) {
      takeAside(lock, `${own}.left`);
      if (!isLinked(own, lock)) throw locked();
    }
  } finally {
    rmSync(own, { force: true });
  }
}

function writeOwn(own: string): void {
  try {
    writeFileSync(own, `${process.pid} ${startOf(process.pid) ?? ''}\n`, { mode: privateFile });
  } catch (error) {
    // The one that held it before has taken the empty folder away.
    throw errorCode(error) === 'ENOENT' ? locked() : notWritten(own, error);
  }
}

function locked(): RefusedError {
  return new RefusedError('locked', 'another starling-drone-setup is running here: wait until it is done');
}

function isLinked(own: string, lock: string): boolean {
  try {
    linkSync(own, lock);
    return true;
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    return false;
  }
}

/** A lock that nobody holds any more; who finds that it was taken anew meanwhile gives it back. */
function takeAside(lock: string, aside: string): void {
  if (isHeld(lock)) throw locked();
  try {
    renameSync(lock, aside);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    return;
  }
  const isWrong = isHeld(aside);
  if (isWrong) isLinked(aside, lock);
  rmSync(aside, { force: true });
  if (isWrong) throw locked();
}

function isHeld(lock: string): boolean {
  try {
    const [pid = '', start = ''] = readFileSync(lock, 'utf8').trim().split(' ');
    return start !== '' && startOf(Number(pid)) === start;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

/** When a process began, in the kernel's ticks; undefined when there is none. Source: proc(5), /proc/pid/stat, field 22. */
function startOf(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19];
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes(errorCode(error))) return undefined;
    throw error;
  }
}
