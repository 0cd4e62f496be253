/** A gatekeeper whose list of names is in the test's hands; by default one admin with one token. */
import type { AccessEntry } from '../../../../../lib/security/access/access.js';
import { Gatekeeper } from '../../../../../lib/security/access/gatekeeper.js';
import type { CompareBcrypt } from '../../../../../lib/security/access/old-tokens.js';
import type { Role } from '../../../../../lib/security/access/role.js';
import { tokenKeys } from '../../../../../lib/security/access/token.js';
import { compareBcrypt } from '../../../../../lib/security/adapters/bcrypt-thread.js';

export function entryOf(
  token: string,
  role: Role = 'admin',
  changes: Partial<AccessEntry> = {},
): AccessEntry {
  return { role, token: tokenKeys(token), password: undefined, expiresUtcMs: undefined, ...changes };
}

export type Times = { utcMs(): number; monotonicMs(): number };

const standing: Times = { utcMs: () => 0, monotonicMs: () => 0 };

export function gatekeeperOver(
  access: Map<string, AccessEntry>,
  times: Times = standing,
  compare: CompareBcrypt = compareBcrypt,
): Gatekeeper {
  return new Gatekeeper({
    access: () => access,
    utcMs: () => times.utcMs(),
    monotonicMs: () => times.monotonicMs(),
    decoy: new Uint8Array(80).fill(7),
    compareBcrypt: compare,
  });
}

export function gatekeeperOf(token: string): Gatekeeper {
  return gatekeeperOver(new Map([['local', entryOf(token)]]));
}
