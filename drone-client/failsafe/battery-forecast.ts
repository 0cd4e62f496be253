/** Foretells what is left in the battery at the planned touch-down, from what the flight has used so far. Pure. */

/** A battery's voltage falls at once when the motors pull: measuring begins after that, s in the air. */
const settleS = 5;

/** Autopilots tell whole per cents: a shorter measurement foretells noise, s. */
const minMeasuredS = 30;

/** How slowly the filtered fraction follows, s. */
const filterS = 5;

type Reading = {
  readonly nowMs: number;
  /** 0…1; undefined while unknown. */
  readonly fraction: number | undefined;
  readonly isInFlight: boolean;
};

/** One drone's; begins anew with each flight. */
export class BatteryForecast {
  #sinceMs: number | undefined;
  #start: { readonly atMs: number; readonly fraction: number } | undefined;
  #filtered: { readonly atMs: number; readonly fraction: number } | undefined;

  take({ nowMs, fraction, isInFlight }: Reading): void {
    if (!isInFlight) {
      this.#forget();
      return;
    }
    this.#sinceMs ??= nowMs;
    if (fraction === undefined || !Number.isFinite(fraction) || nowMs - this.#sinceMs < settleS * 1000)
      return;
    const before = this.#filtered;
    const dtS = before ? (nowMs - before.atMs) / 1000 : 0;
    const part = 1 - Math.exp(-dtS / filterS);
    const next = before ? before.fraction + (fraction - before.fraction) * part : fraction;
    this.#filtered = { atMs: nowMs, fraction: next };
    this.#start ??= this.#filtered;
  }

  /** Used per second of this flight, part of the whole; undefined until it was measured for long enough. */
  get usedPerS(): number | undefined {
    if (!this.#start || !this.#filtered) return undefined;
    const measuredS = (this.#filtered.atMs - this.#start.atMs) / 1000;
    if (measuredS < minMeasuredS) return undefined;
    // A filter of this kind is behind a steady fall by its own time.
    return Math.max(0, this.#start.fraction - this.#filtered.fraction) / (measuredS - filterS);
  }

  /** Fraction left after `remainingS` more of such flight; below 0: it does not last. Undefined while unknown. */
  leftAfter(remainingS: number): number | undefined {
    const { usedPerS } = this;
    if (usedPerS === undefined || !this.#filtered || !Number.isFinite(remainingS)) return undefined;
    return this.#filtered.fraction - usedPerS * (filterS + Math.max(0, remainingS));
  }

  #forget(): void {
    this.#sinceMs = undefined;
    this.#start = undefined;
    this.#filtered = undefined;
  }
}
