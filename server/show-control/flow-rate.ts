/** How fast something arrives, of late. Pure: knows amounts and times that it is told. */

/** What is older says nothing of now, ms. */
const windowMs = 5_000;

/** Less time than this says nothing, ms. */
const leastMs = 200;

/** Steps in which times are told apart, ms. */
const stepMs = 100;

export class FlowRate {
  readonly #steps: { readonly atMs: number; bytes: number }[] = [];
  /** When the first was told of since it was cleared. */
  #sinceMs: number | undefined;

  arrived(bytes: number, atMs: number): void {
    this.#sinceMs ??= atMs;
    const last = this.#steps.at(-1);
    if (last && atMs - last.atMs < stepMs) last.bytes += bytes;
    else this.#steps.push({ atMs, bytes });
    while ((this.#steps[0]?.atMs ?? atMs) < atMs - windowMs) this.#steps.shift();
  }

  /** Bytes/s; undefined when too little is known, or nothing has arrived for long. */
  at(nowMs: number): number | undefined {
    if (this.#sinceMs === undefined) return undefined;
    const fromMs = Math.max(this.#sinceMs, nowMs - windowMs);
    const bytes = this.#steps.filter(({ atMs }) => atMs >= fromMs).reduce((sum, step) => sum + step.bytes, 0);
    const forMs = nowMs - fromMs;
    return bytes === 0 || forMs < leastMs ? undefined : (bytes / forMs) * 1000;
  }

  clear(): void {
    this.#steps.length = 0;
    this.#sinceMs = undefined;
  }
}
