/** All that the page of a flight shows, and what `--json` prints. Pure: puts together what others found. */

import type { DroneOutcome } from './drone-outcome.js';
import { droneOutcome } from './drone-outcome.js';
import type { PlannedUse } from './drone-report.js';
import type { FleetSeries } from './fleet-series.js';
import type { RecordHealth } from './record-health.js';
import type { SessionReport } from './session-report.js';

/** Where the drones' own logs were looked for. */
type LogsRead = {
  /** Undefined: nobody said where they are. */
  readonly folder: string | undefined;
  readonly files: number;
  readonly ofOtherTimes: number;
  readonly troubles: readonly string[];
};

export type FlightPageData = {
  readonly session: {
    readonly name: string;
    readonly startUtcMs: number;
    readonly durationMs: number;
  };
  /** From 1. */
  readonly flightNumber: number;
  readonly flights: number;
  readonly report: SessionReport;
  readonly health: RecordHealth;
  readonly fleet: FleetSeries;
  readonly logs: LogsRead;
  /** In the order of the report. */
  readonly drones: readonly DroneOutcome[];
};

export type FlightPageParts = Omit<FlightPageData, 'drones'> & {
  readonly plannedUse?: PlannedUse | undefined;
};

export function flightPageData({ plannedUse, ...parts }: FlightPageParts): FlightPageData {
  const { seen, slots } = parts.fleet;
  const drones = parts.report.drones.map((report) =>
    droneOutcome({
      report,
      flight: parts.report.flight,
      slot: slots.get(report.id),
      seen: seen.get(report.id),
      plannedUse,
    }),
  );
  return { ...parts, drones };
}

/** As JSON has it: what is unknown is absent. */
export function flightJson({ fleet, drones, report, ...rest }: FlightPageData): object {
  const { timeline, totals, flight, show, server } = report;
  return {
    ...rest,
    ...{ server, show, flight, totals },
    drones: drones.map(({ report: own, ...outcome }) => ({ ...own, ...outcome })),
    fleet: { stepS: fleet.stepS, points: fleet.points },
    timeline,
  };
}
