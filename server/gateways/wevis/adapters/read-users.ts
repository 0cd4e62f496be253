/** Reads the file of wevis users. The protocol needs plain passwords, so nobody but its owner may read it. */
import { readPrivateFile, unreadable } from '../../../../lib/security/adapters/private-file.js';
import type { WevisUsers } from '../users.js';
import { parseWevisUsers } from '../users-file.js';

const maxFileBytes = 1024 * 1024;

/** @throws ConfigError when others can read or write the file, it can not be read, or a line in it is wrong. */
export function readWevisUsers(path: string): WevisUsers {
  try {
    return parseWevisUsers(readPrivateFile(path, maxFileBytes), path);
  } catch (error) {
    throw unreadable('the file of wevis users', path, error);
  }
}
