/**
 * Finds whose token it is among those of which only a bcrypt hash is known: seldom, one at a time, and remembers the
 * answer as long as it holds. Knows no thread and no clock of its own.
 */
import type { Access, AccessEntry } from './access.js';
import { Attempts } from './attempts.js';
import { isOldToken } from './bcrypt-token.js';
import { tokenHash } from './token.js';
import { Turns } from './turns.js';

/** Compares a token with each hash, beside the event loop. */
export type CompareBcrypt = (token: string, hashes: readonly string[]) => Promise<readonly boolean[]>;

export type OldTokensOptions = {
  readonly access: () => Access;
  readonly compare: CompareBcrypt;
  readonly monotonicMs: () => number;
};

/** `wait`: it was not looked at. */
export type OldTokenVerdict =
  | { readonly kind: 'known'; readonly name: string; readonly entry: AccessEntry }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'wait'; readonly waitMs: number };

type Known = { readonly name: string; readonly bcrypt: string };

/** So many different tokens wait for their turn. */
const maxWaiting = 16;
const busyWaitMs = 2_000;

/** Good tokens that are remembered; a token has some of them only if it is longer than the 72 bytes that count. */
const maxKnown = 64;

export class OldTokens {
  readonly #options: OldTokensOptions;
  readonly #attempts = new Attempts();
  readonly #turns = new Turns(maxWaiting);
  /** By the hash of the token. */
  readonly #known = new Map<string, Known>();
  readonly #pending = new Map<string, Promise<OldTokenVerdict>>();

  constructor(options: OldTokensOptions) {
    this.#options = options;
  }

  /** Whose token it is, if that was found out before and it is still in the list. */
  find(token: string): { readonly name: string; readonly entry: AccessEntry } | undefined {
    if (this.#known.size === 0) return undefined;
    const access = this.#options.access();
    for (const [hash, known] of this.#known) if (!isKept(access, known)) this.#known.delete(hash);
    const known = this.#known.get(tokenHash(token));
    const entry = known && access.get(known.name);
    return entry && { name: known.name, entry };
  }

  /**
   * Whose token it is. `from`: who is made to wait after some that were wrong. Callers that show the same token at once
   * share one answer.
   */
  check(token: string, from: string): Promise<OldTokenVerdict> {
    const hash = tokenHash(token);
    const pending = this.#pending.get(hash);
    if (pending !== undefined) return pending;
    const checked = this.#check(token, from).finally(() => this.#pending.delete(hash));
    this.#pending.set(hash, checked);
    return checked;
  }

  async #check(token: string, from: string): Promise<OldTokenVerdict> {
    const { access, compare, monotonicMs } = this.#options;
    const old = [...access()].flatMap(([name, { token: kept }]) =>
      isOldToken(kept) ? [{ name, bcrypt: kept.bcrypt }] : [],
    );
    if (old.length === 0 || token.includes('\0')) return { kind: 'wrong' };
    const waitMs = this.#attempts.waitMs(from, monotonicMs());
    if (waitMs > 0) return { kind: 'wait', waitMs };
    if (this.#turns.isFull) return { kind: 'wait', waitMs: busyWaitMs };
    this.#attempts.failed(from, monotonicMs());
    const hashes = old.map(({ bcrypt }) => bcrypt);
    const fits = await this.#turns.take(() => compare(token, hashes));
    const known = old.find((_each, index) => fits[index] === true);
    if (known) this.#remember(tokenHash(token), known);
    // It may have been revoked while it was looked at.
    const found = known && this.find(token);
    if (!found) return { kind: 'wrong' };
    this.#attempts.succeeded(from);
    return { kind: 'known', ...found };
  }

  #remember(hash: string, known: Known): void {
    this.#known.set(hash, known);
    const [oldest] = this.#known.keys();
    if (this.#known.size > maxKnown && oldest !== undefined) this.#known.delete(oldest);
  }
}

function isKept(access: Access, { name, bcrypt }: Known): boolean {
  const kept = access.get(name)?.token;
  return kept !== undefined && isOldToken(kept) && kept.bcrypt === bcrypt;
}
