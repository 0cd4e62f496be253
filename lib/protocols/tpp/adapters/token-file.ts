/** The secret that opens the control port, in a file that only its owner can read. Knows folders, no socket. */
import { randomBytes } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { writeFileAtomic } from '../../../config/adapters/atomic-file.js';
import { makeFolder } from '../../../config/adapters/file-owner.js';
import { errorCode, RefusedError } from '../../../errors.js';

export type TokenFile = { readonly token: string; readonly path: string };

/** What a token looks like: nothing that a frame or a terminal minds. */
const tokenPattern = /^[\x21-\x7e]{1,1024}$/;

/** So long that nobody guesses it: what a server of ours takes for its own. Those of older servers are as they are. */
const leastTokenLength = 16;

/** Most bytes of a token file that are read. */
const maxFileBytes = 4096;

const tokenBytes = 32;

/** `$STARLING_STATE`, or `$XDG_STATE_HOME/starling`, or `~/.local/state/starling`. An empty variable counts as unset. */
export function defaultStateFolder(env: NodeJS.ProcessEnv): string {
  if (env.STARLING_STATE) return env.STARLING_STATE;
  const home = env.HOME || homedir();
  return join(env.XDG_STATE_HOME || join(home, '.local', 'state'), 'starling');
}

/** Where the control token of a server with that state folder is. */
export function tokenPath(stateFolder: string): string {
  return join(stateFolder, 'control-token');
}

/**
 * The token of the state folder; makes both when they are missing, the folder for its owner alone.
 * @throws RefusedError when the file or its folder is open to others, or holds no token; file system errors.
 */
export async function loadOrCreateToken(stateFolder: string): Promise<TokenFile> {
  const path = tokenPath(stateFolder);
  makeFolder(stateFolder, 0o700);
  await refuseForeignFolder(stateFolder);
  try {
    return { token: await readToken(path, leastTokenLength), path };
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
  const token = randomBytes(tokenBytes).toString('base64url');
  await writeFileAtomic(path, `${token}\n`, { mode: 0o600 });
  return { token, path };
}

/**
 * Reads a token file. `leastLength`: a shorter text is no token.
 * @throws RefusedError when others can read or write it, it is no plain file, or it holds no token; a file system
 * error (`ENOENT`, `EACCES`) when it can not be read.
 */
export async function readToken(path: string, leastLength = 1): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { mode } = await file.stat();
    if ((mode & 0o077) !== 0) {
      throw new RefusedError(
        'unsafe_token',
        `${path} can be read or written by others (mode ${(mode & 0o777).toString(8)}): delete it, so that the server makes a new one when it starts, or chmod 600 it if nobody has seen it`,
      );
    }
    const { buffer, bytesRead } = await file.read(Buffer.alloc(maxFileBytes), 0, maxFileBytes, 0);
    const token = buffer.toString('utf8', 0, bytesRead).trim();
    if (!tokenPattern.test(token) || token.length < leastLength) {
      throw new RefusedError('bad_token', `${path} holds no token: delete it, and start the server again`);
    }
    return token;
  } finally {
    await file.close();
  }
}

/** Whoever may write into the folder can put a token of their own there. */
async function refuseForeignFolder(path: string): Promise<void> {
  const { mode } = await stat(path);
  if ((mode & 0o022) === 0) return;
  throw new RefusedError(
    'unsafe_token',
    `${path} can be written by others (mode ${(mode & 0o777).toString(8)}): chmod 700 it`,
  );
}
