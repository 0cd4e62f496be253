/** The text of a file of wevis users: `name role password` a line. Pure: knows no file. */
import { ConfigError } from '../../../lib/errors.js';
import type { WevisUser, WevisUsers } from './users.js';

/**
 * Users by name. A line that begins with `#` is a comment; a password goes to the end of its line and may have blanks in it.
 * @param path What the text is called in errors.
 * @throws ConfigError that names the line and what is expected; never a password.
 */
export function parseWevisUsers(text: string, path: string): WevisUsers {
  const users = new Map<string, WevisUser>();
  for (const [index, line] of text.split(/\r\n|\r|\n/).entries()) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const where = `${path}, line ${index + 1}`;
    // Nobody could log in with what another encoding has made of it.
    if (line.includes('\ufffd')) throw new ConfigError(`${where}: this is not UTF-8; save the file as such`);
    const [name, user] = parseUser(trimmed, where);
    if (users.has(name)) throw new ConfigError(`${where}: there is a user "${name}" already`);
    users.set(name, user);
  }
  return users;
}

function parseUser(line: string, where: string): [string, WevisUser] {
  const [, name, role, password] = /^(\S+)(?:\s+(\S+)(?:\s+(.*))?)?$/u.exec(line) ?? [];
  if (name === undefined || role === undefined || password === undefined)
    throw new ConfigError(`${where}: a name, a role and a password are expected, with blanks between`);
  if (role !== 'viewer' && role !== 'operator')
    throw new ConfigError(
      `${where}: the role of "${name}" must be viewer (watches, fires cues) or operator (acts); it stands behind the name`,
    );
  if (/\s#/.test(password))
    throw new ConfigError(
      `${where}: a comment stands on a line of its own, and a password has no # behind a blank`,
    );
  return [name, { password, role }];
}
