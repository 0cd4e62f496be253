/** What is measured of one flight for the report after the show. Knows no plan, no vehicle and no wire. */

/** Plain JSON; null where unknown. Instants are seconds of the server's clock. */
export type FlightReport = {
  readonly result: string;
  readonly isFlying: boolean;
  readonly plannedStartS: number | null;
  readonly firstSetpointS: number | null;
  /** The first setpoint handed to the vehicle link, on the server's clock, minus its planned moment. */
  readonly startErrorMs: number | null;
  /** How late the show's clock was by what was known of the server's at the start: part of the error. */
  readonly clockOffsetMs: number | null;
  /** How well the server's clock was known at the start: ± ms at 95 %. */
  readonly clockUncertaintyMs: number | null;
  readonly maxDistanceM: number | null;
  readonly rmsDistanceM: number | null;
  readonly samples: number;
};

/** Collects while the drone flies. Instants are monotonic ms, converted to the server's UTC ms when they are taken. */
export class FlightRecord {
  readonly #toServerMs: (monotonicMs: number) => number | undefined;
  readonly #uncertaintyMs: () => number | undefined;
  #startUncertaintyMs: number | undefined;
  #result: string | undefined;
  #endingWhy: string | undefined;
  #startErrorMs: number | undefined;
  #clockOffsetMs: number | undefined;
  #plannedUtcMs: number | undefined;
  #firstUtcMs: number | undefined;
  #maxM = 0;
  #sumOfSquares = 0;
  #samples = 0;

  constructor(
    toServerMs: (monotonicMs: number) => number | undefined,
    uncertaintyMs: () => number | undefined = () => undefined,
  ) {
    this.#toServerMs = toServerMs;
    this.#uncertaintyMs = uncertaintyMs;
  }

  /** How the flight ended; undefined while it lasts. */
  get result(): string | undefined {
    return this.#result;
  }

  /** The first setpoint of the show has not been told yet. */
  get lacksStart(): boolean {
    return this.#startErrorMs === undefined;
  }

  /**
   * The first setpoint of the show itself was handed to the vehicle; later ones change nothing. `plannedMs`: by the show's
   * clock, which is `clockOffsetMs` late by the server's as it is known now.
   */
  firstSetpoint(instant: { plannedMs: number; sentMs: number; clockOffsetMs: number }): void {
    if (this.#startErrorMs !== undefined) return;
    const { plannedMs, sentMs, clockOffsetMs } = instant;
    this.#startErrorMs = sentMs - plannedMs + clockOffsetMs;
    this.#clockOffsetMs = clockOffsetMs;
    this.#plannedUtcMs = this.#toServerMs(plannedMs - clockOffsetMs);
    this.#firstUtcMs = this.#toServerMs(sentMs);
    this.#startUncertaintyMs = this.#uncertaintyMs();
  }

  /** A reported position lay this far from the trajectory at the moment it was received, m. */
  addDistance(distanceM: number): void {
    this.#samples += 1;
    this.#maxM = Math.max(this.#maxM, distanceM);
    this.#sumOfSquares += distanceM * distanceM;
  }

  /** The flight is being ended, for this reason; it is not over yet. */
  ending(why: string): void {
    this.#endingWhy ??= why;
  }

  /** Ends the flight; the first result stays. */
  end(result: string): void {
    this.#result ??= result;
  }

  /** `isHeard`: the autopilot is; a flight that it does not tell of any more is not known to be over. */
  report(isHeard = true): FlightReport {
    const isMeasured = this.#samples > 0;
    return {
      result: this.#result ?? this.#unfinished(isHeard),
      isFlying: this.#result === undefined,
      plannedStartS: seconds(this.#plannedUtcMs),
      firstSetpointS: seconds(this.#firstUtcMs),
      startErrorMs: this.#startErrorMs ?? null,
      clockOffsetMs: this.#clockOffsetMs ?? null,
      clockUncertaintyMs: this.#startUncertaintyMs ?? null,
      maxDistanceM: isMeasured ? this.#maxM : null,
      rmsDistanceM: isMeasured ? Math.sqrt(this.#sumOfSquares / this.#samples) : null,
      samples: this.#samples,
    };
  }

  #unfinished(isHeard: boolean): string {
    const silence = isHeard
      ? ''
      : '; the autopilot is not heard any more: its own last-resort action ends the flight';
    return this.#endingWhy === undefined
      ? `flying${silence}`
      : `${this.#endingWhy}; not seen on the ground yet${silence}`;
  }
}

/** What is reported before the first flight. */
export const noFlight: FlightReport = {
  result: 'no flight',
  isFlying: false,
  plannedStartS: null,
  firstSetpointS: null,
  startErrorMs: null,
  clockOffsetMs: null,
  clockUncertaintyMs: null,
  maxDistanceM: null,
  rmsDistanceM: null,
  samples: 0,
};

function seconds(ms: number | undefined): number | null {
  return ms === undefined ? null : ms / 1000;
}
