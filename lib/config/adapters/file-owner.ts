/**
 * Whose a file or folder is that the superuser makes among somebody else's: under `sudo` a program must not lock out the
 * one that runs without. Knows users and folders; no content.
 */
import { closeSync, constants, fchownSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { errorCode } from '../../errors.js';

type Owner = { readonly uid: number; readonly gid: number };

/**
 * Whom a file at `path` is to belong to: as the one that is there now, else as its folder. Undefined for everybody but
 * the superuser: the system decides.
 * @throws the file system's own error (`ENOENT` without a folder).
 */
export function ownerOf(path: string): Owner | undefined {
  if (!isSuperuser()) return undefined;
  const folder = statSync(dirname(path));
  const present = statSync(path, { throwIfNoEntry: false });
  // Where others can write, anybody may have put it there.
  const { uid, gid } = present && !isOpenToOthers(folder.mode) ? present : folder;
  return { uid, gid };
}

/**
 * Makes a folder, and what is missing above it, with the mode given. One made in somebody's folder is that one's; where
 * more than one has to be made, all are the maker's.
 * @throws the file system's own error.
 */
export function makeFolder(path: string, mode: number): void {
  if (!makeMissing(path, mode) || !isSuperuser()) return;
  const { uid, gid } = statSync(dirname(path));
  const folder = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    fchownSync(folder, uid, gid);
  } finally {
    closeSync(folder);
  }
}

/** Whether it had to be made. One after the other: Node's own way never ends where nothing can be made, as in `/proc`. */
function makeMissing(path: string, mode: number): boolean {
  try {
    return makeOne(path, mode);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' || dirname(path) === path) throw error;
  }
  makeMissing(dirname(path), mode);
  return makeOne(path, mode);
}

function makeOne(path: string, mode: number): boolean {
  try {
    mkdirSync(path, { mode });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST' && statSync(path).isDirectory()) return false;
    throw error;
  }
}

function isSuperuser(): boolean {
  return process.geteuid?.() === 0;
}

function isOpenToOthers(mode: number): boolean {
  return (mode & 0o022) !== 0;
}
