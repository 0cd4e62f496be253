/** Passwords as they are kept: scrypt with a salt. Works beside the event loop, never on it. Makes no salts. */
import { scrypt, timingSafeEqual } from 'node:crypto';
import { RefusedError } from '../../errors.js';
import { isHex } from '../hex.js';

/** A password's hash with all that is needed to make it again; `salt` and `hash` are hexadecimal. */
export type PasswordHash = PasswordCost & { readonly salt: string; readonly hash: string };

/** What one guess costs: memory is 128 · N · r bytes. */
export type PasswordCost = { readonly N: number; readonly r: number; readonly p: number };

/** 32 MiB, and about a tenth of a second of one core. Source: RFC 7914. */
const params = { N: 2 ** 15, r: 8, p: 1 } as const;

const hashBytes = 32;

/** The least and most characters of a password. */
const minPasswordLength = 10;
export const maxPasswordLength = 200;

/** @throws RefusedError `bad_argument` for a password that is too short, too long, or holds control characters. */
export function expectPassword(password: string): void {
  const { length } = password;
  if (length >= minPasswordLength && length <= maxPasswordLength && !/\p{Cc}/u.test(password)) return;
  throw new RefusedError(
    'bad_argument',
    `a password has ${minPasswordLength} to ${maxPasswordLength} characters, and no control characters`,
  );
}

/** `salt`: 16 random bytes. */
export async function hashPassword(
  password: string,
  salt: Uint8Array,
  cost: PasswordCost = params,
): Promise<PasswordHash> {
  const hash = await derive(password, salt, cost);
  return { salt: Buffer.from(salt).toString('hex'), hash: hash.toString('hex'), ...cost };
}

/** Takes as long for a wrong password as for the right one. */
export async function isPassword(password: string, kept: PasswordHash): Promise<boolean> {
  const expected = Buffer.from(kept.hash, 'hex');
  const hash = await derive(password, Buffer.from(kept.salt, 'hex'), kept);
  return hash.length === expected.length && timingSafeEqual(hash, expected);
}

/** A hash that no password has, at the same cost: what is checked for a name that nobody has. `bytes`: 48 random ones. */
export function decoyHash(bytes: Uint8Array): PasswordHash {
  const hex = Buffer.from(bytes).toString('hex');
  return { salt: hex.slice(0, 32), hash: hex.slice(32, 96), ...params };
}

/** Undefined for what is no hash, or one whose cost nobody here has chosen. */
export function readPasswordHash(value: unknown): PasswordHash | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { salt, hash, N, r, p } = value as { readonly [key: string]: unknown };
  if (!isHex(salt, 32) || !isHex(hash, 2 * hashBytes)) return undefined;
  if (!isCost(N, 2 ** 14, 2 ** 18) || !isCost(r, 8, 16) || !isCost(p, 1, 8)) return undefined;
  return (N & (N - 1)) === 0 ? { salt, hash, N, r, p } : undefined;
}

function isCost(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
}

function derive(password: string, salt: Uint8Array, { N, r, p }: PasswordCost): Promise<Buffer> {
  const options = { N, r, p, maxmem: 2 * 128 * N * r };
  // One character can be written in two ways that look the same: keyboards differ.
  const text = password.normalize('NFKC');
  return new Promise((resolve, reject) => {
    scrypt(text, salt, hashBytes, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}
