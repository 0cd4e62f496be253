/** Who may log in to a wevis server, proven by a salted hash, and how often at a time. Knows no connection. */
import { Buffer } from 'node:buffer';
import { createHash, timingSafeEqual } from 'node:crypto';

/** What a client shows. */
export type WevisLogin = {
  readonly user: string;
  /** 128 lowercase hex digits when it is one: the SHA-512 of password and salt. */
  readonly proof: string;
  /** What this connection was welcomed with. */
  readonly salt: string;
  readonly version: string;
};

/** Let in as `user`, or refused; without a reason the client reads "Invalid credentials.". */
export type WevisVerdict =
  | { readonly isGood: true; readonly user: string }
  | { readonly isGood: false; readonly reason?: string };

export type WevisLoginCheck = (login: WevisLogin) => WevisVerdict;

/** The proof that somebody knows the password: lowercase hex SHA-512 of the UTF-8 of password and salt. */
export function wevisProof(password: string, salt: string): string {
  return createHash('sha512')
    .update(password + salt, 'utf8')
    .digest('hex');
}

/**
 * A welcome's salt from at least 16 random bytes.
 * Source: wevis 0.0.4 sends the hex SHA-512 of a random text between two fixed words; clients take it as it is.
 */
export function wevisSalt(random: Uint8Array): string {
  if (random.length < 16) throw new RangeError(`a salt needs 16 random bytes, not ${random.length}`);
  return createHash('sha512').update('where-is-').update(random).update('-ben-nevis').digest('hex');
}

/**
 * A check against passwords by user name; with none, every login is refused. An unknown name takes as long as a wrong
 * password. The passwords must be plain ones: the salt is new for each connection, and a stored hash can not be salted.
 */
export function checkWevisUsers(passwords: ReadonlyMap<string, string>): WevisLoginCheck {
  return ({ user, proof, salt }) => {
    const password = passwords.get(user);
    const isProven = isSameText(proof, wevisProof(password ?? '', salt));
    return isProven && password !== undefined ? { isGood: true, user } : { isGood: false };
  };
}

/** How many connections each user has; one for all sessions of a server. */
export class WevisUserLimit {
  readonly #most: number;
  readonly #counts = new Map<string, number>();

  /** @param most Connections of one user at a time. */
  constructor(most = 1) {
    this.#most = most;
  }

  /** Counts one more connection in; false when that would be too many. */
  enter(user: string): boolean {
    const count = this.#counts.get(user) ?? 0;
    if (count >= this.#most) return false;
    this.#counts.set(user, count + 1);
    return true;
  }

  /** Counts one out. */
  leave(user: string): void {
    const count = this.#counts.get(user) ?? 0;
    if (count > 1) this.#counts.set(user, count - 1);
    else this.#counts.delete(user);
  }
}

function isSameText(a: string, b: string): boolean {
  const [bytesA, bytesB] = [Buffer.from(a), Buffer.from(b)];
  return bytesA.length === bytesB.length && timingSafeEqual(bytesA, bytesB);
}
