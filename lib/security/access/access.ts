/** Who may command the server: names with a role, a token and perhaps a password, and the text they are kept as. Pure. */
import { ConfigError, RefusedError } from '../../errors.js';
import { isHex } from '../hex.js';
import { objectOf } from '../parse-json.js';
import { type BcryptToken, bcryptToken, isOldToken } from './bcrypt-token.js';
import { type PasswordHash, readPasswordHash } from './password.js';
import { isRole, type Role } from './role.js';
import type { TokenKeys } from './token.js';

export type AccessEntry = {
  readonly role: Role;
  readonly token: TokenKeys | BcryptToken;
  readonly password: PasswordHash | undefined;
  /** From when on neither token nor password opens anything, UTC ms; undefined: never. */
  readonly expiresUtcMs: number | undefined;
};

/** By name. */
export type Access = ReadonlyMap<string, AccessEntry>;

/** The name under which the token of the server's own machine acts; nobody else can have it. */
export const localName = 'local';

/** Names stand in log lines and files: nothing that looks like another, or like a path. */
const accessNamePattern = /^[a-z0-9][a-z0-9_-]{0,31}$/;

const accessNameExpected = '1 to 32 small letters, digits, dashes and underscores, letter or digit first';

const format = 'starling access 1';

/** More than people have keys for; it bounds the file and each look for a token. */
const maxEntries = 1000;

/** A token that nobody knows is compared with each of these, and each takes a fifth of a second and more. */
const maxOldTokens = 8;

/** @throws RefusedError for a name that is taken or can not be one. */
export function addEntry(access: Access, name: string, entry: AccessEntry): Access {
  if (!accessNamePattern.test(name))
    throw new RefusedError('bad_argument', `"${name}" can not be a name: ${accessNameExpected}`);
  if (name === localName)
    throw new RefusedError('bad_argument', `"${localName}" is the token that the server itself has made`);
  if (access.has(name))
    throw new RefusedError('taken', `${name} has access already: revoke it first, or choose another name`);
  if (access.size >= maxEntries)
    throw new RefusedError('too_many', `there are ${maxEntries} names already: revoke one first`);
  if (isOldToken(entry.token) && oldTokens(access) >= maxOldTokens)
    throw new RefusedError('too_many', `there are ${maxOldTokens} tokens of older servers: revoke one first`);
  return new Map(access).set(name, entry);
}

function oldTokens(access: Access): number {
  return [...access.values()].filter(({ token }) => isOldToken(token)).length;
}

/** @throws RefusedError when there is nobody of that name. */
export function setPassword(access: Access, name: string, password: PasswordHash): Access {
  return new Map(access).set(name, { ...expectEntry(access, name), password });
}

/** Its token and its password open nothing any more. @throws RefusedError when there is nobody of that name. */
export function revokeEntry(access: Access, name: string): Access {
  expectEntry(access, name);
  return new Map([...access].filter(([other]) => other !== name));
}

/** @throws RefusedError when there is nobody of that name. */
export function expectEntry(access: Access, name: string): AccessEntry {
  const entry = access.get(name);
  if (entry) return entry;
  const why =
    name === localName
      ? 'it is the file control-token: delete that, and start the server again, for another'
      : 'starling access list shows who is there';
  throw new RefusedError('unknown_name', `nobody called "${name}" was added: ${why}`);
}

/** The file's text. */
export function formatAccess(access: Access): string {
  return `${JSON.stringify({ format, entries: Object.fromEntries([...access].map(keptEntry)) }, undefined, 2)}\n`;
}

/** What can be made anew of a bcrypt hash is not kept beside it. */
function keptEntry([name, entry]: [string, AccessEntry]): [string, unknown] {
  return [name, isOldToken(entry.token) ? { ...entry, token: { bcrypt: entry.token.bcrypt } } : entry];
}

/** @throws ConfigError naming `path` when it is no whole list: a damaged one must not be taken for an empty one. */
export function parseAccess(text: string, path: string): Access {
  const file = objectOf(text);
  const entries = file?.entries;
  if (file?.format !== format || !isObject(entries)) throw damaged(path);
  const read = Object.entries(entries).map(([name, value]) => {
    const entry = readEntry(value);
    if (!entry || !accessNamePattern.test(name) || name === localName) throw damaged(path, name);
    return [name, entry] as const;
  });
  return new Map(read);
}

function readEntry(value: unknown): AccessEntry | undefined {
  if (!isObject(value) || !isRole(value.role) || !isObject(value.token)) return undefined;
  const token = readToken(value.token);
  if (!token) return undefined;
  const password = value.password === undefined ? undefined : readPasswordHash(value.password);
  if (value.password !== undefined && !password) return undefined;
  const { expiresUtcMs } = value;
  if (expiresUtcMs !== undefined && !(typeof expiresUtcMs === 'number' && Number.isFinite(expiresUtcMs)))
    return undefined;
  return { role: value.role, token, password, expiresUtcMs };
}

function readToken({
  hash,
  identity,
  psk,
  bcrypt,
}: {
  readonly [key: string]: unknown;
}): AccessEntry['token'] | undefined {
  if (bcrypt !== undefined) return bcryptToken(bcrypt);
  return isHex(hash, 64) && isHex(identity, 32) && isHex(psk, 64) ? { hash, identity, psk } : undefined;
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function damaged(path: string, name?: string): ConfigError {
  const where = name === undefined ? '' : ` (at "${name.slice(0, 40)}")`;
  return new ConfigError(
    `${path} is no list of who has access${where}: put a copy of it back, or delete it and add everybody anew`,
  );
}
