/** A token of which nothing is known but the bcrypt hash that an older server kept. Pure: compares nothing. */
import { createHash } from 'node:crypto';
import { RefusedError } from '../../errors.js';
import type { TokenKeys } from './token.js';

/** Of one such token. No key can be made of it: its holder can not prove it in a handshake, only show it. */
export type BcryptToken = {
  /** `$2b$12$…`, as the older server had it. */
  readonly bcrypt: string;
  /** Tells it from a later token of the same name, 32 hexadecimal digits; it stands in no handshake. */
  readonly identity: string;
};

/**
 * 60 characters. The cost is bounded by what a server can work off: each step up doubles it, 15 takes some seconds.
 * Source: OpenBSD's bcrypt; `$2a$` and `$2y$` are the same for texts.
 */
const hashPattern = /^\$2[aby]\$(?:0[4-9]|1[0-5])\$[./A-Za-z0-9]{53}$/;

/** Undefined for what is no such hash. */
export function bcryptToken(hash: unknown): BcryptToken | undefined {
  if (typeof hash !== 'string' || !hashPattern.test(hash)) return undefined;
  const identity = createHash('sha256')
    .update(`starling old token ${hash}`, 'utf8')
    .digest('hex')
    .slice(0, 32);
  return { bcrypt: hash, identity };
}

/** Whether only a bcrypt hash is known of it. */
export function isOldToken(token: TokenKeys | BcryptToken): token is BcryptToken {
  return 'bcrypt' in token;
}

/** As somebody typed it. @throws RefusedError `bad_argument` that says what is expected. */
export function expectBcryptToken(hash: string): BcryptToken {
  const token = bcryptToken(hash.trim());
  if (token) return token;
  throw new RefusedError(
    'bad_argument',
    'that is no bcrypt hash: 60 characters that begin with $2a$, $2b$ or $2y$ and a cost of 04 to 15, in single quotes, or the shell takes $2b for a variable',
  );
}
