/** `starling access`: who may command a server: names with a role, a token, and perhaps a password. */
import { existsSync } from 'node:fs';
import { writeFileAtomic } from '../../lib/config/adapters/atomic-file.js';
import { errorText, UsageError } from '../../lib/errors.js';
import { lineWriter } from '../../lib/output/adapters/line-output.js';
import { defaultStateFolder, tokenPath } from '../../lib/protocols/tpp/adapters/token-file.js';
import {
  type Access,
  type AccessEntry,
  addEntry,
  expectEntry,
  localName,
  revokeEntry,
  setPassword,
} from '../../lib/security/access/access.js';
import { expectBcryptToken, isOldToken } from '../../lib/security/access/bcrypt-token.js';
import { expectPassword } from '../../lib/security/access/password.js';
import type { Role } from '../../lib/security/access/role.js';
import { tokenKeys } from '../../lib/security/access/token.js';
import {
  makeToken,
  newPasswordHash,
  readAccess,
  updateAccess,
} from '../../lib/security/adapters/access-file.js';
import { readPassword } from './read-password.js';

type AccessOptions = { readonly state?: string };

const dayMs = 24 * 3600 * 1000;

/** Nothing but the token itself makes the key of TLS without a certificate. */
const whereOldTokens =
  "on the server's own machine, and from afar over TLS with the server's certificate ([CONTROL] tls_certificate); TLS with the key of a token can not be had with it, for a hash makes no key";

export type AddOptions = AccessOptions & {
  readonly role: Role;
  readonly expires?: number;
  readonly output?: string;
  /** Of an older server's token, which is nowhere in clear. */
  readonly bcryptHash?: string;
};

/** Adds a name and prints its token, which nobody can show again; the exit code. @throws RefusedError, ConfigError */
export async function runAccessAdd(name: string, options: AddOptions): Promise<number> {
  const { output, bcryptHash } = options;
  if (bcryptHash !== undefined) return addOldToken(name, bcryptHash, options);
  if (output !== undefined && existsSync(output))
    throw new UsageError(`${output} is there already: choose another file for the token`);
  const token = makeToken();
  const is = await add(name, tokenKeys(token), options);
  if (output === undefined) lineWriter(1)(token);
  else await write(output, name, token);
  const where = output ?? 'keep that line in a file of mode 600';
  say()(`${is}; its token is for "starling ctl --token-file" and not shown again: ${where}`);
  return 0;
}

async function addOldToken(name: string, hash: string, options: AddOptions): Promise<number> {
  if (options.output !== undefined)
    throw new UsageError('-o is for a new token; with --bcrypt-hash the old one goes on to hold');
  const is = await add(name, expectBcryptToken(hash), options);
  say()(`${is} with the token that it has: ${whereOldTokens}`);
  return 0;
}

/** Gives what the name is then, for people. */
async function add(
  name: string,
  token: AccessEntry['token'],
  { role, expires, ...options }: AddOptions,
): Promise<string> {
  const expiresUtcMs = expires === undefined ? undefined : Date.now() + expires * dayMs;
  const entry: AccessEntry = { role, token, password: undefined, expiresUtcMs };
  await updateAccess(stateFolder(options), (access) => addEntry(access, name, entry));
  const until = expiresUtcMs === undefined ? '' : ` until ${new Date(expiresUtcMs).toISOString()}`;
  return `${name} is ${role}${until}`;
}

async function write(output: string, name: string, token: string): Promise<void> {
  try {
    await writeFileAtomic(output, `${token}\n`, { mode: 0o600 });
  } catch (error) {
    throw new UsageError(
      `${output} can not be written: ${errorText(error)}; ${name} was added: revoke it, and add it with another file`,
    );
  }
}

/** Gives a name a password beside its token, or another one; the exit code. @throws RefusedError, UsageError, ConfigError */
export async function runAccessPassword(
  name: string,
  { passwordStdin: isStdin = false, ...options }: AccessOptions & { readonly passwordStdin?: boolean },
): Promise<number> {
  expectEntry(readAccess(stateFolder(options)), name);
  const password = await readPassword({ isStdin, isNew: true, prompt: `password of ${name}` });
  expectPassword(password);
  const hash = await newPasswordHash(password);
  await updateAccess(stateFolder(options), (access) => setPassword(access, name, hash));
  say()(`${name} has that password from now on`);
  return 0;
}

/** Its token and password open nothing any more; the exit code. @throws RefusedError when there is no such name. */
export async function runAccessRevoke(name: string, options: AccessOptions): Promise<number> {
  await updateAccess(stateFolder(options), (access) => revokeEntry(access, name));
  say()(`${name} is out: a running server knows it at once`);
  return 0;
}

/** Prints who has access; the exit code. */
export async function runAccessList({
  json,
  ...options
}: AccessOptions & { readonly json?: boolean }): Promise<number> {
  const list = listOf(readAccess(stateFolder(options)));
  const print = lineWriter(1);
  if (json) {
    print(JSON.stringify(list));
    return 0;
  }
  print(`${localName.padEnd(20)}  admin     this machine's own token (${tokenPath(stateFolder(options))})`);
  for (const { name, role, hasPassword, isOldToken, expires, isExpired } of list) {
    const until = expires === null ? '' : `, ${isExpired ? 'EXPIRED' : 'until'} ${expires}`;
    const what = isOldToken ? "an older server's token" : 'token';
    print(`${name.padEnd(20)}  ${role.padEnd(8)}  ${what}${hasPassword ? ' and password' : ''}${until}`);
  }
  return 0;
}

function listOf(access: Access) {
  const nowMs = Date.now();
  return [...access]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { role, token, password, expiresUtcMs }]) => ({
      name,
      role,
      hasPassword: password !== undefined,
      isOldToken: isOldToken(token),
      expires: expiresUtcMs === undefined ? null : new Date(expiresUtcMs).toISOString(),
      isExpired: expiresUtcMs !== undefined && expiresUtcMs <= nowMs,
    }));
}

function say() {
  return lineWriter(2, 'starling access');
}

function stateFolder({ state }: AccessOptions): string {
  return state ?? defaultStateFolder(process.env);
}
