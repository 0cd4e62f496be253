/** Who may command the server, on the disk: as it is changed, and as a running server sees it. Knows no network. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../../config/adapters/atomic-file.js';
import { type Access, type AccessEntry, formatAccess, localName, parseAccess } from '../access/access.js';
import { Gatekeeper } from '../access/gatekeeper.js';
import { hashPassword, type PasswordHash } from '../access/password.js';
import { tokenKeys } from '../access/token.js';
import { keyBytes } from '../keys.js';
import { compareBcrypt } from './bcrypt-thread.js';
import { withLock } from './file-lock.js';
import { makePrivateFolder, readPrivateFile, unreadable } from './private-file.js';
import { WatchedFile } from './watched-file.js';

/** Room for a thousand names with everything that one can have. */
const maxBytes = 4 * 1024 * 1024;

const saltBytes = 16;
const decoyBytes = 80;

/** Where a server with that state folder keeps it. */
export function accessPath(stateFolder: string): string {
  return join(stateFolder, 'access.json');
}

/** Nobody where there is no file. @throws ConfigError when others can read it, or it is damaged. */
export function readAccess(stateFolder: string): Access {
  return existsSync(accessPath(stateFolder)) ? readPresent(stateFolder) : new Map();
}

/**
 * Changes who has access, one change after the other; gives what is there then.
 * @throws what `change` throws; ConfigError when the file is open to others or damaged; RefusedError when it is locked.
 */
export async function updateAccess(stateFolder: string, change: (access: Access) => Access): Promise<Access> {
  await makePrivateFolder(stateFolder);
  const path = accessPath(stateFolder);
  return withLock({ path: `${path}.lock`, what: 'who has access' }, async () => {
    const access = change(readAccess(stateFolder));
    await writeFileAtomic(path, formatAccess(access), { mode: 0o600 });
    return access;
  });
}

/** 32 random bytes as text. */
export function makeToken(): string {
  return randomBytes(keyBytes).toString('base64url');
}

/** With a salt of its own. */
export function newPasswordHash(password: string): Promise<PasswordHash> {
  return hashPassword(password, randomBytes(saltBytes));
}

export type OpenGatekeeperOptions = {
  readonly stateFolder: string;
  /** The token that the server made for its own machine. */
  readonly localToken: string;
  readonly clock: { utcMs(): number; monotonicMs(): number };
  /** Told once when the file can not be read later: what was read last holds on. */
  readonly onProblem: (text: string) => void;
};

/** Lets in who is in the file, by every change of it, and the server's own machine. @throws ConfigError as `readAccess`. */
export function openGatekeeper(options: OpenGatekeeperOptions): Gatekeeper {
  const { stateFolder, localToken, clock, onProblem } = options;
  const local: AccessEntry = {
    ...{ role: 'admin', token: tokenKeys(localToken) },
    ...{ password: undefined, expiresUtcMs: undefined },
  };
  const withLocal = (access: Access): Access => new Map(access).set(localName, local);
  const file = new WatchedFile<Access>({
    path: accessPath(stateFolder),
    what: 'who has access',
    first: withLocal(readAccess(stateFolder)),
    read: () => withLocal(readPresent(stateFolder)),
    whenGone: () => withLocal(new Map()),
    onProblem,
  });
  return new Gatekeeper({
    access: () => file.current,
    utcMs: () => clock.utcMs(),
    monotonicMs: () => clock.monotonicMs(),
    decoy: randomBytes(decoyBytes),
    compareBcrypt,
  });
}

function readPresent(stateFolder: string): Access {
  const path = accessPath(stateFolder);
  try {
    return parseAccess(readPrivateFile(path, maxBytes), path);
  } catch (error) {
    throw unreadable('who has access,', path, error);
  }
}
