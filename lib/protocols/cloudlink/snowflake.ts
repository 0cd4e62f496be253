/** CL4's user ids: when, where, and which of that moment, in one number. Knows the time it is given alone. */

/** The number of this server among those that make ids; CloudLink has one. */
const workerId = 42n;

const sequencesPerMs = 4096;

/** In decimal. `unixMs`: whole ms since 1970; `sequence`: 0–4095, another for each of one ms. */
export function snowflakeOf(unixMs: number, sequence: number): string {
  return ((BigInt(unixMs) << 22n) | (workerId << 12n) | BigInt(sequence)).toString();
}

/** Gives no id twice, even when the clock steps back or thousands come in one ms. */
export class Snowflakes {
  #lastMs = 0;
  #sequence = 0;

  next(unixMs: number): string {
    const nowMs = Math.floor(unixMs);
    this.#sequence = nowMs > this.#lastMs ? 0 : this.#sequence + 1;
    this.#lastMs = Math.max(nowMs, this.#lastMs);
    if (this.#sequence === sequencesPerMs) {
      this.#lastMs += 1;
      this.#sequence = 0;
    }
    return snowflakeOf(this.#lastMs, this.#sequence);
  }
}
