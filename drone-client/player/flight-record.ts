/** What is measured of one flight for the report after the show. Knows no plan, no vehicle and no wire. */

/** Plain JSON; null where unknown. Instants are seconds of the server's clock. */
export type FlightReport = {
  readonly result: string;
  readonly isFlying: boolean;
  readonly plannedStartS: number | null;
  readonly firstSetpointS: number | null;
  readonly startErrorMs: number | null;
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
  #plannedMs: number | undefined;
  #plannedUtcMs: number | undefined;
  #firstMs: number | undefined;
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

  /** The first setpoint of the show itself was handed to the vehicle; later ones change nothing. */
  firstSetpoint(instant: { plannedMs: number; sentMs: number }): void {
    if (this.#firstMs !== undefined) return;
    this.#plannedMs = instant.plannedMs;
    this.#firstMs = instant.sentMs;
    this.#plannedUtcMs = this.#toServerMs(instant.plannedMs);
    this.#firstUtcMs = this.#toServerMs(instant.sentMs);
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
    const { value: startErrorMs } = difference(this.#firstMs, this.#plannedMs);
    return {
      result: this.#result ?? this.#unfinished(isHeard),
      isFlying: this.#result === undefined,
      plannedStartS: seconds(this.#plannedUtcMs),
      firstSetpointS: seconds(this.#firstUtcMs),
      startErrorMs,
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
  clockUncertaintyMs: null,
  maxDistanceM: null,
  rmsDistanceM: null,
  samples: 0,
};

function seconds(ms: number | undefined): number | null {
  return ms === undefined ? null : ms / 1000;
}

function difference(a: number | undefined, b: number | undefined): { value: number | null } {
  return { value: a === undefined || b === undefined ? null : a - b };
}
