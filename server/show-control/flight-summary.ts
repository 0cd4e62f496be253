/** What became of a flown show: one line a drone and the fleet's totals, from the drones' own reports. Pure. */

/** A drone's own report of its last flight, as it answers `flight_report`; null where it does not know. */
export type FlightReport = {
  readonly result: string;
  /** Of the first setpoint of the show, s of this server's clock. */
  readonly plannedStartS: number | null;
  readonly firstSetpointS: number | null;
  readonly startErrorMs: number | null;
  /** How late its show's clock was by what it knew of this one then, ms. */
  readonly clockOffsetMs: number | null;
  /** How well it knew this clock at its start: ± ms at 95 %. */
  readonly clockUncertaintyMs: number | null;
  readonly maxDistanceM: number | null;
  readonly rmsDistanceM: number | null;
};

/**
 * `startErrorMs`: first setpoint of the show handed to the vehicle link, on the server's clock, minus its planned
 * moment. Distances: the autopilot's reported position from the trajectory at the moment of receipt, m.
 */
export type DroneSummary = FlightReport & { readonly id: string };

export type FlightSummary = {
  readonly show: string;
  readonly drones: readonly DroneSummary[];
  readonly totals: {
    readonly drones: number;
    readonly landed: number;
    /** Percentiles (nearest rank) and the greatest of the absolute start errors, ms; null when none is known. */
    readonly startErrorP50Ms: number | null;
    readonly startErrorP95Ms: number | null;
    readonly startErrorMaxMs: number | null;
    readonly maxDistanceM: number | null;
  };
};

/** The report of a drone from what it answered; anything else becomes a report that says so. */
export function readFlightReport(answer: unknown): FlightReport {
  if (typeof answer !== 'object' || answer === null) return noReport('no report');
  const fields = answer as Record<string, unknown>;
  return {
    result: typeof fields.result === 'string' ? fields.result : 'no report',
    plannedStartS: finiteOrNull(fields.plannedStartS),
    firstSetpointS: finiteOrNull(fields.firstSetpointS),
    startErrorMs: finiteOrNull(fields.startErrorMs),
    clockOffsetMs: finiteOrNull(fields.clockOffsetMs),
    clockUncertaintyMs: finiteOrNull(fields.clockUncertaintyMs),
    maxDistanceM: finiteOrNull(fields.maxDistanceM),
    rmsDistanceM: finiteOrNull(fields.rmsDistanceM),
  };
}

export function noReport(result: string): FlightReport {
  return readFlightReport({ result });
}

export function summarizeFlight(show: string, drones: readonly DroneSummary[]): FlightSummary {
  const errorsMs = drones.flatMap(({ startErrorMs }) =>
    startErrorMs === null ? [] : [Math.abs(startErrorMs)],
  );
  const distancesM = drones.flatMap(({ maxDistanceM }) => (maxDistanceM === null ? [] : [maxDistanceM]));
  return {
    show,
    drones,
    totals: {
      drones: drones.length,
      landed: drones.filter(hasFlownAndLanded).length,
      startErrorP50Ms: percentile(errorsMs, 0.5),
      startErrorP95Ms: percentile(errorsMs, 0.95),
      startErrorMaxMs: percentile(errorsMs, 1),
      maxDistanceM: distancesM.length === 0 ? null : Math.max(...distancesM),
    },
  };
}

/** A drone that flew and landed: its own word, and positions measured in flight that prove it. */
export function hasFlownAndLanded({ result, startErrorMs, maxDistanceM }: FlightReport): boolean {
  return result === 'landed' && startErrorMs !== null && maxDistanceM !== null;
}

/** The report as lines of text. */
export function formatSummary({ show, drones, totals }: FlightSummary): string[] {
  const width = Math.max(5, ...drones.map(({ id }) => id.length));
  const rows = drones.map((drone) => [
    drone.id.padEnd(width),
    drone.result.padEnd(8),
    momentText(drone.plannedStartS).padEnd(12),
    momentText(drone.firstSetpointS).slice(-6).padEnd(6),
    number(drone.startErrorMs, 1).padStart(6),
    number(drone.clockOffsetMs, 1).padStart(6),
    number(drone.clockUncertaintyMs, 1).padStart(5),
    number(drone.maxDistanceM, 2).padStart(5),
    number(drone.rmsDistanceM, 2).padStart(5),
  ]);
  return [
    `${''.padEnd(width)}            first setpoint        error  clock      ±    off path, m`,
    `${'drone'.padEnd(width)}  result    planned, UTC  sent       ms     ms     ms    max    rms`,
    ...rows.map((cells) => cells.join('  ')),
    `show ${show}: ${totals.landed} of ${totals.drones} flew and landed; start error p50 ` +
      `${number(totals.startErrorP50Ms, 1)}, p95 ${number(totals.startErrorP95Ms, 1)}, max ${number(totals.startErrorMaxMs, 1)} ms; ` +
      `farthest from its path ${number(totals.maxDistanceM, 2)} m`,
  ];
}

/** Time of day of a moment in s, with ms. */
function momentText(atS: number | null): string {
  return atS === null ? '-' : new Date(atS * 1000).toISOString().slice(11, 23);
}

function percentile(values: readonly number[], share: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}

function number(value: number | null, digits: number): string {
  return value === null ? '-' : value.toFixed(digits);
}

function finiteOrNull(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
