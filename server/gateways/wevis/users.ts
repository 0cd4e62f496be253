/** Who may log in by wevis, by which password and as what. Knows proofs of passwords; no file and no connection. */
import { Buffer } from 'node:buffer';
import { isThisMachine } from '../../../lib/host-port.js';
import {
  checkWevisUsers,
  hasOtherSchema,
  schemaVersion,
  type WevisDefinitions,
  type WevisLogin,
  type WevisVerdict,
} from '../../../lib/protocols/wevis/index.js';
import { Attempts } from '../../../lib/security/access/attempts.js';
import type { VisitorRole } from '../../hub/hub-types.js';

export type WevisUser = { readonly password: string; readonly role: 'viewer' | 'operator' };

/** By name. */
export type WevisUsers = ReadonlyMap<string, WevisUser>;

export type UserBookOptions = {
  readonly users: WevisUsers;
  readonly definitions: WevisDefinitions;
  /** What a client must say that it is; undefined: anything. */
  readonly version: string | undefined;
};

/** What is shown, from where, and when (monotonic). */
export type Shown = WevisLogin & { readonly address: string; readonly nowMs: number };

export class UserBook {
  readonly #options: UserBookOptions;
  readonly #check: (login: WevisLogin) => WevisVerdict;
  /** Names by what the reference makes of them; it may make the same of several. */
  readonly #cutNames = new Map<string, string[]>();
  readonly #attempts = new Attempts();

  constructor(options: UserBookOptions) {
    this.#options = options;
    const users = [...options.users];
    this.#check = checkWevisUsers(new Map(users.map(([name, { password }]) => [name, password])));
    for (const [name] of users) {
      const cut = asReferenceSends(name);
      this.#cutNames.set(cut, [...(this.#cutNames.get(cut) ?? []), name]);
    }
  }

  /** As which member of the hub a user comes; `name` has logged in. */
  roleOf(name: string): VisitorRole {
    return this.#options.users.get(name)?.role === 'operator' ? 'operator' : 'guest';
  }

  /** Who is wrong too often from another machine has to wait: nobody tries all passwords there are. */
  check({ address, nowMs, ...login }: Shown): WevisVerdict {
    const isFar = !isThisMachine(address);
    const waitMs = isFar ? this.#attempts.waitMs(address, nowMs) : 0;
    if (waitMs > 0)
      return refused(`Too many wrong logins from ${address}: wait ${Math.ceil(waitMs / 1000)} s.`);
    const verdict = this.#verdictOn(login);
    if (!verdict.isGood) {
      if (isFar) this.#attempts.failed(address, nowMs);
      return verdict;
    }
    this.#attempts.succeeded(address);
    return this.#isExpected(login.version)
      ? verdict
      : refused(`Version "${this.#options.version}" is expected.`);
  }

  /** A client of ours says which definitions it has, which is more than a version. */
  #isExpected(version: string): boolean {
    const { version: expected, definitions } = this.#options;
    if (expected === undefined || version === expected) return true;
    return version === schemaVersion(definitions) || hasOtherSchema(version, definitions);
  }

  /** Of those who may be meant, whose password it is. */
  #verdictOn(login: WevisLogin): WevisVerdict {
    const { user } = login;
    const meant = new Set([user, ...(this.#cutNames.get(user) ?? [])]);
    const verdicts = [...meant].map((name) => this.#check({ ...login, user: name }));
    return verdicts.find(({ isGood }) => isGood) ?? { isGood: false };
  }
}

/** An address as people write it: sockets of IPv6 say `::ffff:` before one of IPv4. */
export function plainAddress(address: string | undefined): string {
  return (address ?? '').replace(/^::ffff:(?=[\d.]+$)/i, '');
}

function refused(reason: string): WevisVerdict {
  return { isGood: false, reason };
}

/**
 * A name as the reference's encoder cuts it, and our decoder mends it: as many bytes as it has characters.
 * Source: wevis 0.0.4.
 */
function asReferenceSends(name: string): string {
  const bytes = Buffer.from(name);
  const cut = bytes.toString('utf8', 0, [...name].length);
  return cut.replace(/\ufffd+$/, '\ufffd');
}
