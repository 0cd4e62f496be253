/** The plan for batteries that a record has of a flight: what each drone was to use for the time that it flew. Pure. */
import { plannedCharge } from '../../alerts/battery-plan.js';
import type { JournalRecord } from '../record.js';
import type { PlannedUse } from './drone-report.js';
import type { Flight } from './flights.js';
import { fieldsOf, readState } from './read-record.js';

/** Undefined for a record without one. */
export function plannedUseOf(records: readonly JournalRecord[], flight: Flight): PlannedUse | undefined {
  const said = records.findLast(
    (record) => record.utcMs <= flight.untilUtcMs && readState(record)?.what === 'battery_plan',
  );
  const { reserve, flightS } = fieldsOf(said && readState(said)?.value);
  if (typeof reserve !== 'number') return undefined;
  const lengthsS = fieldsOf(flightS);
  return (id, flownS, startShare) => {
    const lengthS = lengthsS[id];
    if (typeof lengthS !== 'number') return undefined;
    return startShare - plannedCharge({ atTakeoff: startShare, reserve, flightS: lengthS }, flownS);
  };
}
