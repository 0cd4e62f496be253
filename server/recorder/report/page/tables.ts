/** The tables of a flight's page: key figures, the session, each drone. Knows what was found; no page around them. */
import { type Html, html } from '../../../../lib/show/report/html.js';
import { clockTime } from '../../../../lib/show/report/words.js';
import { type DroneOutcome, isOverPlan } from '../drone-outcome.js';
import type { FlightPageData } from '../flight-page-data.js';
import {
  counted,
  durationText,
  metres,
  milliseconds,
  momentText,
  percent,
  signed,
  unknown,
} from './words.js';

/** A start error of one picture of a film and more is marked, ms. */
const seenMs = 40;

/** The flight in numbers, as tiles. */
export function flightCards({ report, drones }: FlightPageData): Html {
  const { totals, flight } = report;
  const flew = drones.filter(({ part }) => part === 'flew');
  const farM = flew.flatMap(({ tracking }) => tracking?.maxM ?? []);
  const left = flew.flatMap(({ battery }) => battery?.endShare ?? []);
  const over = flew.filter((drone) => isOverPlan(drone) === true).length;
  const planned = flew.filter((drone) => isOverPlan(drone) !== undefined).length;
  const cards = [
    ['flown', counted(flew.length, 'drone'), `${totals.landed} landed as planned`],
    [
      'from start to end',
      durationText(flight.untilUtcMs - flight.fromUtcMs),
      `show: ${showLength(report.show?.durationS)}`,
    ],
    [
      'greatest start error',
      milliseconds(totals.startErrorMaxMs),
      `p95 ${milliseconds(totals.startErrorP95Ms)}`,
    ],
    ['farthest off its path', metres(greatest(farM)), `known of ${farM.length} of ${flew.length}`],
    ['least battery at the end', percent(least(left)), `known of ${left.length} of ${flew.length}`],
    ['used more than planned', planned === 0 ? unknown : counted(over, 'drone'), `plan known of ${planned}`],
    ['connections lost', String(totals.losses), 'while the flight lasted'],
    [
      'alerts',
      String(alertCount(report)),
      `${counted(totals.errors, 'error')}, ${counted(totals.warnings, 'warning')} in all`,
    ],
  ];
  return html`<section class="facts">${cards.map(([name = '', value = '', more = '']) => html`<div><span>${name}</span><b>${value}</b><span>${more}</span></div>`)}</section>`;
}

function alertCount({ timeline }: FlightPageData['report']): number {
  return timeline.filter(({ kind, level }) => kind === 'alert' && level !== 'info').length;
}

function showLength(durationS: number | undefined): string {
  return durationS === undefined ? unknown : clockTime(durationS);
}

/** Who recorded what, and when; name and value. */
export function sessionRows({ session, report, flightNumber, flights }: FlightPageData): string[][] {
  const { show, server, flight } = report;
  const which = flights === 1 ? 'the only one' : `${flightNumber} of ${flights} (--flight N chooses)`;
  return [
    ['show', show?.name ?? unknown],
    ['digest (SHA-256)', show?.digest || unknown],
    ['start of the show', flight.startUtcMs === undefined ? unknown : momentText(flight.startUtcMs)],
    ['start given', momentText(flight.fromUtcMs)],
    ['show over', momentText(flight.overUtcMs)],
    ['motors off, or the record ends', momentText(flight.untilUtcMs)],
    ['flight of the session', which],
    [
      'session',
      `${session.name}, begun ${momentText(session.startUtcMs)}, ${durationText(session.durationMs)} long`,
    ],
    ['server', server.id || unknown],
    ['software of the server', server.software || unknown],
  ];
}

/** In a longer table nobody finds the rows that matter: they come first. */
const longTable = 30;

/** Longer names are broken into lines. */
const longName = 24;

/** A row a drone: those that flew first, and in a long table those that need a look before the others. */
export function outcomeTable(drones: readonly DroneOutcome[]): Html {
  const order = ['flew', 'stayed', 'aside'] as const;
  const rows = order.flatMap((part) => drones.filter((drone) => drone.part === part));
  if (rows.length > longTable)
    rows.sort((a, b) => order.indexOf(a.part) - order.indexOf(b.part) || rank(a) - rank(b));
  return html`<table class="drones"><thead><tr><th class="words">Drone</th><th class="words">Slot</th><th class="words">How it ended</th><th>Start error, ms</th><th>Clock, ± ms</th><th>Off path, most, m</th><th>RMS, m</th><th>Battery used</th><th>Plan</th><th>Left</th><th>Alerts</th><th>Link lost</th></tr></thead><tbody>
${rows.map(outcomeRow)}
</tbody></table>`;
}

function rank(drone: DroneOutcome): number {
  const { end, report } = drone;
  if (end.kind === 'bad') return 0;
  if (end.kind === 'unknown') return 1;
  const isTold = report.alerts.length > 0 || report.losses.length > 0 || isOverPlan(drone) === true;
  return isTold || isLate(report) ? 2 : 3;
}

function isLate({ startErrorMs }: DroneOutcome['report']): boolean {
  return startErrorMs !== null && Math.abs(startErrorMs) >= seenMs;
}

function name(text: string): Html {
  return text.length > longName
    ? html`<td class="words">${text}</td>`
    : html`<td class="words name">${text}</td>`;
}

function outcomeRow(drone: DroneOutcome): Html {
  const { id, slot, report, end, battery, tracking, part } = drone;
  const ends = part === 'aside' ? 'not in the show' : end.text;
  const rowClass = end.kind === 'bad' ? 'bad-row' : part === 'flew' ? '' : 'aside';
  const cells = [
    cell(fixed(report.startErrorMs, 1), isLate(report)),
    cell(fixed(report.clockUncertaintyMs, 1)),
    cell(tracking ? `${tracking.maxM.toFixed(2)}${tracking.by === 'log' ? ' ¹' : ''}` : '?'),
    cell(fixed(tracking?.rmsM, 2)),
    cell(
      battery ? `${percent(battery.usedShare)}${battery.by === 'telemetry' ? ' ²' : ''}` : '?',
      isOverPlan(drone) === true,
    ),
    cell(battery?.plannedShare === undefined ? '?' : percent(battery.plannedShare)),
    cell(battery ? percent(battery.endShare) : '?'),
    cell(String(report.alerts.length)),
    cell(report.losses.length === 0 ? '0' : lossText(report.losses)),
  ];
  const shown = part === 'flew' ? cells : [...cells.slice(0, 7).map(() => cell('–')), ...cells.slice(7)];
  return html`<tr class="${rowClass}">${name(id)}${name(slot ?? '–')}<td class="words">${ends}</td>${shown}</tr>\n`;
}

function lossText(losses: DroneOutcome['report']['losses']): string {
  const isGone = losses.at(-1)?.untilUtcMs === undefined;
  return `${losses.length}${isGone ? ', not back' : ''}`;
}

function cell(text: string, isOver = false): Html {
  return isOver ? html`<td class="over">${text}</td>` : html`<td>${text}</td>`;
}

function fixed(value: number | null | undefined, digits: number): string {
  return value === null || value === undefined ? '?' : signed(value.toFixed(digits));
}

function greatest(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : Math.max(...values);
}

function least(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : Math.min(...values);
}
