/**
 * Says who a caller is: by the token or the name and password that it shows, by what is kept of them now. Knows no file,
 * no socket, and not what a caller wants.
 */
import { timingSafeEqual } from 'node:crypto';
import type { Access, AccessEntry } from './access.js';
import { Attempts } from './attempts.js';
import { isOldToken } from './bcrypt-token.js';
import { type CompareBcrypt, OldTokens } from './old-tokens.js';
import { decoyHash, isPassword, maxPasswordLength, type PasswordHash } from './password.js';
import type { Role } from './role.js';
import { type TokenKeys, tokenHash } from './token.js';
import { Turns } from './turns.js';

/** Somebody who has shown who it is. `identity`: of its token, which tells it from a later one of the same name. */
export type Caller = { readonly name: string; readonly role: Role; readonly identity: string };

/** The caller whose name and password, or whose old token, it is; `wait`: it was not looked at. */
export type SlowVerdict =
  | { readonly kind: 'known'; readonly caller: Caller }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'wait'; readonly waitMs: number };

export type GatekeeperOptions = {
  /** As it is now: whoever is not in it any more is out at once. */
  readonly access: () => Access;
  readonly utcMs: () => number;
  readonly monotonicMs: () => number;
  /** 80 random bytes: what stands for the secrets of those who have none. */
  readonly decoy: Uint8Array;
  readonly compareBcrypt: CompareBcrypt;
};

/** One password is hashed at a time, for 32 MiB each, and so many wait; a flood of them holds up nothing else. */
const maxWaiting = 16;
const busyWaitMs = 2_000;

export class Gatekeeper {
  readonly #options: GatekeeperOptions;
  readonly #attempts = new Attempts();
  readonly #decoyPassword: PasswordHash;
  readonly #turns = new Turns(maxWaiting);
  readonly #oldTokens: OldTokens;

  constructor(options: GatekeeperOptions) {
    this.#options = options;
    this.#decoyPassword = decoyHash(options.decoy.subarray(32, 80));
    const { access, monotonicMs, compareBcrypt: compare } = options;
    this.#oldTokens = new OldTokens({ access, monotonicMs, compare });
  }

  /**
   * Whose token it is. All are compared, each in a time that does not depend on it; a token needs no limit on how often
   * it is tried, so that nobody can lock its holder out. One of an older server is known only when `checkToken` has
   * found it before.
   */
  callerOf(token: string): Caller | undefined {
    const hash = Buffer.from(tokenHash(token), 'hex');
    let found: Caller | undefined;
    for (const [name, entry] of this.#options.access()) {
      const isIt = !isOldToken(entry.token) && timingSafeEqual(hash, Buffer.from(entry.token.hash, 'hex'));
      if (isIt && this.#isValid(entry)) found = callerIs(name, entry);
    }
    const old = found ? undefined : this.#oldTokens.find(token);
    return old && this.#isValid(old.entry) ? callerIs(old.name, old.entry) : found;
  }

  /**
   * Whose token it is, those of older servers included, of which only a slow hash is kept; an address is made to wait
   * after some that were wrong, where there are such tokens at all.
   */
  async checkToken(token: string, address: string): Promise<SlowVerdict> {
    const caller = this.callerOf(token);
    if (caller) return { kind: 'known', caller };
    const verdict = await this.#oldTokens.check(token, address);
    if (verdict.kind !== 'known') return verdict;
    const { name, entry } = verdict;
    return this.#isValid(entry) ? { kind: 'known', caller: callerIs(name, entry) } : { kind: 'wrong' };
  }

  /** Whose name and password it is; one address is made to wait after some that were wrong. */
  async checkPassword(name: string, password: string, address: string): Promise<SlowVerdict> {
    const { monotonicMs, access } = this.#options;
    const waitMs = this.#attempts.waitMs(address, monotonicMs());
    if (waitMs > 0) return { kind: 'wait', waitMs };
    if (this.#turns.isFull) return { kind: 'wait', waitMs: busyWaitMs };
    // Counted before it is known to be wrong: those that come at the same time count too.
    this.#attempts.failed(address, monotonicMs());
    if (password.length > maxPasswordLength) return { kind: 'wrong' };
    const kept = access().get(name);
    const isRight = await this.#turns.take(() => isPassword(password, kept?.password ?? this.#decoyPassword));
    const entry = access().get(name);
    const isSame = entry !== undefined && entry.password?.hash === kept?.password?.hash;
    if (!isRight || !isSame || !entry.password || !this.#isValid(entry)) return { kind: 'wrong' };
    this.#attempts.succeeded(address);
    return { kind: 'known', caller: callerIs(name, entry) };
  }

  /** Whether a caller of before still has the same role. */
  holds({ name, role, identity }: Caller): boolean {
    const entry = this.#options.access().get(name);
    return entry?.role === role && entry.token.identity === identity && this.#isValid(entry);
  }

  /** The key of what a caller says it is in a handshake; one that nobody holds for a stranger. */
  pskOf(identity: string): Uint8Array {
    const keys = this.#keysOf(identity);
    return keys ? Buffer.from(keys.psk, 'hex') : this.#options.decoy.subarray(0, 32);
  }

  /** Whether that identity is of a token that opens something now. */
  knows(identity: string): boolean {
    return this.#keysOf(identity) !== undefined;
  }

  #keysOf(identity: string): TokenKeys | undefined {
    for (const entry of this.#options.access().values())
      if (!isOldToken(entry.token) && entry.token.identity === identity && this.#isValid(entry))
        return entry.token;
    return undefined;
  }

  #isValid({ expiresUtcMs }: AccessEntry): boolean {
    return expiresUtcMs === undefined || this.#options.utcMs() < expiresUtcMs;
  }
}

function callerIs(name: string, { role, token }: AccessEntry): Caller {
  return { name, role, identity: token.identity };
}
