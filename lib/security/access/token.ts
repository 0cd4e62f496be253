/**
 * What a server keeps of a token in its place. Pure: makes no tokens, knows no file. Whoever reads it can play the
 * server to its holder from afar, and be told the token that way; nobody can call with it alone, for each request shows
 * the token itself.
 */
import { createHash, hkdfSync } from 'node:crypto';
import { keyBytes } from '../keys.js';

/** Of one token; the token can not be found from them. */
export type TokenKeys = {
  /**
   * SHA-256 of the token, 64 hexadecimal digits. Not scrypt: a token is 32 random bytes, and whoever would try them all
   * is not held up by a slow hash; each call would be.
   */
  readonly hash: string;
  /** What a caller from afar says it is in the TLS handshake, 32 hexadecimal digits: everybody may see it. */
  readonly identity: string;
  /** The pre-shared key of that handshake, 64 hexadecimal digits. */
  readonly psk: string;
};

const identityBytes = 16;

/** Source: HKDF with SHA-256 and no salt, RFC 5869. */
export function tokenKeys(token: string): TokenKeys {
  return {
    hash: tokenHash(token),
    identity: derive(token, 'starling control identity', identityBytes).toString('hex'),
    psk: derive(token, 'starling control psk', keyBytes).toString('hex'),
  };
}

export function tokenHash(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('hex');
}

function derive(token: string, info: string, bytes: number): Buffer {
  return Buffer.from(hkdfSync('sha256', Buffer.from(token, 'utf8'), new Uint8Array(), info, bytes));
}
