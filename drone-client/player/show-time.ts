/** How far a show has come at a moment: it may slow down to a pause and go on. Pure; knows no plan and no clock. */

/** A clock that is further off than this was set by somebody, ms. */
export const maxSteerMs = 250;

/** So long before its beginning a show moves no more, ms. */
const settledMs = 500;

/** 0.5 ms a second: crystals of small computers drift by 100 ppm at most, and no drone feels it. */
const maxSteerRate = 500e-6;

type Pause = {
  readonly atMs: number;
  /** From full speed to standing, and back. */
  readonly rampMs: number;
  /** When the show was planned to begin, as the clock that is followed had it then. */
  readonly toldMs: number | undefined;
  /** So much later than meant it began here: it ends so much later too. */
  readonly lateMs: number;
  /** When it goes on; infinite while nobody has said so. */
  readonly resumeAtMs: number;
};

/**
 * Show time in ms as a function of moments (monotonic ms). A pause does not stop the show at once: its speed falls evenly
 * to 0 over the ramp, so that every drone brakes along its own path, and rises evenly over the same time when it goes
 * on. What the one gains the other loses: after both the show is late by exactly the time between the two moments,
 * however long the ramp was. Whoever was told the same moments has the same show time.
 */
export class ShowTime {
  #plannedAtMs: number;
  /** By how much pauses have moved the beginning on that the clock that is followed knows nothing of. */
  #heldBackMs = 0;
  #steeredMs: number | undefined;
  #toldMs: number | undefined;
  /** In order; each begins when the show runs at full speed again. */
  readonly #pauses: Pause[] = [];

  constructor(startAtMs: number) {
    this.#plannedAtMs = startAtMs;
  }

  /** When the show began, as if it had never been paused: each pause that is to end moves it on. */
  get startAtMs(): number {
    return this.#pauses.reduce(
      (startMs, { atMs, resumeAtMs }) => startMs + finite(resumeAtMs - atMs),
      this.#plannedAtMs,
    );
  }

  /** Since when it is paused; undefined once somebody said when it goes on. */
  get pausedSinceMs(): number | undefined {
    const last = this.#pauses.at(-1);
    return last && last.resumeAtMs === Number.POSITIVE_INFINITY ? last.atMs : undefined;
  }

  /**
   * Slows down from `atMs` on, or when it runs at full speed again. A show that is paused keeps its first moment.
   * `meantMs`: when the others slow down, where this one heard of it too late; it is ahead of them then, and stands for
   * as much longer, so that all are together again afterwards.
   */
  pause(atMs: number, rampMs: number, meantMs = atMs): void {
    if (this.pausedSinceMs !== undefined) return;
    const last = this.#pauses.at(-1);
    const runsMs = last ? last.resumeAtMs + last.rampMs : Number.NEGATIVE_INFINITY;
    const fromMs = Math.max(atMs, runsMs);
    // What lies before the beginning of the show is not flown by anybody.
    const othersMs = Math.max(meantMs, runsMs - (last?.lateMs ?? 0), this.startAtMs);
    const hasBegun = this.showMs(fromMs) >= 0;
    // In the countdown nothing moves that would have to brake.
    this.#pauses.push({
      atMs: fromMs,
      rampMs: hasBegun ? rampMs : 0,
      toldMs: this.#toldMs,
      lateMs: hasBegun ? Math.max(0, fromMs - othersMs) : 0,
      resumeAtMs: Number.POSITIVE_INFINITY,
    });
  }

  /**
   * Goes on at `atMs`, or when it has come to a stand if that is later. A show that was paused in its countdown begins
   * when it was planned to, or at `atMs` if that is over.
   */
  resume(atMs: number): void {
    const last = this.pausedSinceMs === undefined ? undefined : this.#pauses.pop();
    if (!last) return;
    const startMs = this.startAtMs;
    if (last.atMs < startMs) {
      if (atMs <= startMs) return;
      this.#holdBack(atMs - startMs);
      this.#leaveDrift(last);
    } else {
      const resumeAtMs = Math.max(atMs + last.lateMs, last.atMs + last.rampMs);
      this.#pauses.push({ ...last, resumeAtMs });
      this.#leaveDrift(last);
    }
  }

  /**
   * Follows a clock that is known better by now, or drifts: the moment at which the show was planned to begin is
   * `plannedAtMs`. Before it begins that is taken as it is; later the show runs faster or slower by 500 ppm at most, so
   * that nothing jumps.
   * A moment that lies further off than clocks drift is not followed (somebody has set a clock), nor any in a pause.
   */
  steer(plannedAtMs: number, nowMs: number): void {
    const sinceMs = nowMs - (this.#steeredMs ?? nowMs);
    this.#steeredMs = nowMs;
    const offMs = -this.offsetMs(plannedAtMs);
    if (!(Math.abs(offMs) <= maxSteerMs)) return;
    this.#toldMs = plannedAtMs;
    if (this.rateAt(nowMs) < 1) return;
    if (nowMs < this.#plannedAtMs - settledMs) {
      this.#plannedAtMs += offMs;
      return;
    }
    const mostMs = maxSteerRate * Math.max(0, sinceMs);
    this.#plannedAtMs += Math.max(-mostMs, Math.min(mostMs, offMs));
  }

  /** By how much the show runs late by a clock that says that it was planned to begin at `plannedAtMs`, ms. */
  offsetMs(plannedAtMs: number): number {
    return this.#plannedAtMs - this.#heldBackMs - plannedAtMs;
  }

  showMs(nowMs: number): number {
    const { pause, startMs } = this.#governing(nowMs);
    if (!pause) return nowMs - startMs;
    const { atMs, rampMs, resumeAtMs } = pause;
    const heldMs = atMs - startMs;
    const goingMs = Math.max(0, nowMs - resumeAtMs);
    if (goingMs >= rampMs && nowMs >= resumeAtMs) return heldMs + goingMs;
    const brakingMs = Math.min(nowMs - atMs, rampMs);
    const part = (ms: number) => (rampMs === 0 ? 0 : ms ** 2 / (2 * rampMs));
    return heldMs + brakingMs - part(brakingMs) + part(goingMs);
  }

  /** Show seconds a second: 1 while it runs, 0 while it stands. */
  rateAt(nowMs: number): number {
    const { pause } = this.#governing(nowMs);
    if (!pause) return 1;
    const { atMs, rampMs, resumeAtMs } = pause;
    if (nowMs >= resumeAtMs) return rampMs === 0 ? 1 : Math.min(1, (nowMs - resumeAtMs) / rampMs);
    return rampMs === 0 ? 0 : Math.max(0, 1 - (nowMs - atMs) / rampMs);
  }

  /** When the show comes to a time of its own; never (infinity) while nobody has said when it goes on. */
  momentOf(showMs: number): number {
    let startMs = this.#plannedAtMs;
    for (const { atMs, rampMs, resumeAtMs } of this.#pauses) {
      const beyondMs = startMs + showMs - atMs;
      if (beyondMs <= 0) break;
      if (beyondMs <= rampMs / 2) return atMs + rampMs - Math.sqrt(rampMs * (rampMs - 2 * beyondMs));
      if (beyondMs < rampMs) return resumeAtMs + Math.sqrt(rampMs * (2 * beyondMs - rampMs));
      startMs += resumeAtMs - atMs;
    }
    return startMs + showMs;
  }

  /** What the clocks drifted apart in a pause is in its two moments already: it is not steered out once more. */
  #leaveDrift({ toldMs }: Pause): void {
    if (toldMs !== undefined && this.#toldMs !== undefined) this.#heldBackMs += toldMs - this.#toldMs;
  }

  #holdBack(byMs: number): void {
    this.#plannedAtMs += byMs;
    this.#heldBackMs += byMs;
  }

  /** The last pause that began before a moment, and when the show began as the pauses before that one have moved it. */
  #governing(nowMs: number): { readonly pause: Pause | undefined; readonly startMs: number } {
    let pause: Pause | undefined;
    let startMs = this.#plannedAtMs;
    for (const next of this.#pauses) {
      if (next.atMs >= nowMs) break;
      if (pause) startMs += pause.resumeAtMs - pause.atMs;
      pause = next;
    }
    return { pause, startMs };
  }
}

function finite(ms: number): number {
  return Number.isFinite(ms) ? ms : 0;
}
