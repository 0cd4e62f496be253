/** What a reader has to know first of a flight: how it ended. Pure: knows no page. */
import type { DroneOutcome, EndKind } from '../drone-outcome.js';
import type { FlightPageData } from '../flight-page-data.js';
import { counted, someOf } from './words.js';

/** `warn`: nothing is known to be wrong, and not all is known to be well. */
export type FlightVerdict = {
  readonly tone: 'good' | 'warn' | 'bad';
  readonly title: string;
  readonly text: string;
};

/** Drones that are named in a sentence. */
export const maxNamed = 8;

export function verdictOf(data: FlightPageData): FlightVerdict {
  const { drones, health, report } = data;
  const flew = drones.filter(({ part }) => part === 'flew');
  const of = (kind: EndKind) => idsOf(flew.filter(({ end }) => end.kind === kind));
  const [bad, open, commanded] = [of('bad'), of('unknown'), of('commanded')];
  const text = `${restOf(data)} ${report.flight.isCut ? 'The record ends before the show does.' : ''}`.trim();
  if (health.state === 'tampered')
    return {
      tone: 'bad',
      title: '✗ TAMPERED: this record is not what was written',
      text: 'It was changed by a hand, or damaged by a disk; "The record" below says where. Whatever else stands here proves nothing.',
    };
  if (flew.length === 0) return { tone: 'warn', title: '? Nothing tells of a drone that flew', text };
  if (bad.length > 0)
    return {
      tone: 'bad',
      title: `✗ ${bad.length} of ${counted(flew.length, 'drone')} did not land as planned${open.length > 0 ? `; how ${open.length} more ended is not known` : ''}`,
      text: `${someOf(bad, maxNamed)}. ${text}`,
    };
  if (open.length > 0)
    return {
      tone: 'warn',
      title: `? Of ${open.length} of ${counted(flew.length, 'drone')} it is not known how the flight ended`,
      text: `${someOf(open, maxNamed)}. ${text}`,
    };
  if (commanded.length > 0)
    return {
      tone: 'warn',
      title: `The flight was ended by people: ${commanded.length} of ${counted(flew.length, 'drone')} landed on command`,
      text: `${commanded.length === flew.length ? '' : 'The others landed as planned. '}${text}`,
    };
  const all = flew.length === 1 ? 'The one drone' : `All ${flew.length} drones`;
  return { tone: 'good', title: `✓ ${all} that flew landed as planned`, text };
}

function restOf({ drones, report }: FlightPageData): string {
  const stayed = idsOf(drones.filter(({ part }) => part === 'stayed'));
  const { errors, warnings } = report.totals;
  const onGround =
    stayed.length === 0
      ? ''
      : `${counted(stayed.length, 'drone')} of the show did not fly: ${someOf(stayed, maxNamed)}. `;
  const said =
    errors + warnings === 0
      ? 'No warnings and no errors.'
      : `${counted(errors, 'error')} and ${counted(warnings, 'warning')} in the time line.`;
  return `${onGround}${said}`;
}

/** Names of drones. */
export function idsOf(drones: readonly DroneOutcome[]): string[] {
  return drones.map(({ id }) => id);
}
