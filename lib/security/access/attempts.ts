/** How often one address may be wrong with a password or an old token, and how long it then waits. Pure: time is an argument. */

/** Wrong ones that cost nothing; then the wait begins and doubles with each. */
const freeFailures = 5;
const firstWaitMs = 1_000;
const longestWaitMs = 60_000;

/** So long after its last failure an address is as new, ms. */
const forgetMs = 15 * 60_000;

/** Most addresses that are remembered; the oldest goes. */
const maxAddresses = 1_000;

type Failures = { readonly count: number; readonly lastMs: number };

export class Attempts {
  readonly #failures = new Map<string, Failures>();

  /** How long an address has to wait before its next password is looked at, ms; 0: not at all. */
  waitMs(address: string, nowMs: number): number {
    const { count = 0, lastMs = 0 } = this.#current(address, nowMs) ?? {};
    if (count < freeFailures) return 0;
    const wait = Math.min(longestWaitMs, firstWaitMs * 2 ** (count - freeFailures));
    return Math.max(0, lastMs + wait - nowMs);
  }

  failed(address: string, nowMs: number): void {
    const count = (this.#current(address, nowMs)?.count ?? 0) + 1;
    this.#failures.delete(address);
    this.#failures.set(address, { count, lastMs: nowMs });
    const [oldest] = this.#failures.keys();
    if (this.#failures.size > maxAddresses && oldest !== undefined) this.#failures.delete(oldest);
  }

  succeeded(address: string): void {
    this.#failures.delete(address);
  }

  #current(address: string, nowMs: number): Failures | undefined {
    const failures = this.#failures.get(address);
    return failures && nowMs - failures.lastMs < forgetMs ? failures : undefined;
  }
}
