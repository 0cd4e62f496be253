/** The report on a flight as one page that needs nothing beside itself. Knows what was found; no file, no clock. */
import { type Html, html, trusted } from '../../../../lib/show/report/html.js';
import { pairTable } from '../../../../lib/show/report/report-tables.js';
import { reportCss } from '../../../../lib/show/report/style.js';
import type { FlightPageData } from '../flight-page-data.js';
import type { RecordHealth } from '../record-health.js';
import { findingsOf } from './findings.js';
import { figuresOf } from './plots.js';
import { flightCards, outcomeTable, sessionRows } from './tables.js';
import { scriptSource, timeLineCss, timeLineSection } from './time-line.js';
import { verdictOf } from './verdict.js';
import { counted, dayTime, momentText } from './words.js';

const pageCss = `
main { max-width: 1040px; }
.verdict.warn { color: var(--warn); border-color: var(--warn); background: #fffbeb; }
table.drones th { vertical-align: bottom; }
table.drones th, table.drones td { overflow-wrap: normal; }
table.drones td:not(.words) { white-space: nowrap; }
table.drones td:first-child, table.drones .words { white-space: normal; overflow-wrap: anywhere; min-width: 5em; max-width: 22em; }
table.drones td.name { white-space: nowrap; min-width: 0; }
tr.aside td { color: var(--soft); }
.hash { font-family: ui-monospace, "Liberation Mono", monospace; font-size: 11.5px; overflow-wrap: anywhere; }
`;

export type FlightPageInput = {
  readonly data: FlightPageData;
  /** Who made it and when, one line. */
  readonly made: string;
};

/** A whole HTML document; every text from a record or a drone is escaped. */
export function flightPage({ data, made }: FlightPageInput): string {
  const { report } = data;
  const title = report.show?.name ?? 'unknown show';
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src ${scriptSource}`;
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy)}">
<title>${title}: flight report</title>
<style>${trusted(reportCss)}${trusted(pageCss)}${trusted(timeLineCss)}</style>
</head>
<body>
<main>
<header>
<p class="kind">Drone show: report of a flight</p>
<h1>${title}</h1>
<p class="sub">Flown ${momentText(report.flight.startUtcMs ?? report.flight.fromUtcMs)}. ${made}</p>
</header>
${verdictBox(data)}
${findingTable(data)}
${flightCards(data)}
<h2>The flight</h2>
${pairTable(sessionRows(data))}
${droneSection(data)}
${plotSection(data)}
<h2>Time line</h2>
${timeLineSection(data)}
${recordSection(data)}
</main>
</body>
</html>
`.text;
}

function verdictBox(data: FlightPageData): Html {
  const { tone, title, text } = verdictOf(data);
  return html`<p class="verdict ${tone}">${title}<small>${text}</small></p>`;
}

function findingTable(data: FlightPageData): Html {
  const found = findingsOf(data);
  if (found.length === 0) return html``;
  return html`<h2>To look at</h2>
<table class="found"><tbody>
${found.map(({ what, text, isBad }) => html`<tr class="${isBad ? 'bad-row' : ''}"><td>${what}</td><td class="words">${text}</td></tr>\n`)}
</tbody></table>`;
}

function droneSection({ drones }: FlightPageData): Html {
  return html`<h2>Drones</h2>
<p class="caption">?: not known. Start error: when the first setpoint of the show went to the autopilot, against the plan, as exact as its clock. Off its path: the autopilot's own position from where it was to be in the show; ¹ by its flight log, take-off included, where it gave no report. Battery used while armed, by its flight log; ² by what it told the server. Plan: for the time that it flew.</p>
${outcomeTable(drones)}`;
}

function plotSection(data: FlightPageData): Html {
  const figures = figuresOf(data);
  if (figures.length === 0)
    return html`<h2>Over time</h2><p class="caption">The record has no telemetry of this flight.</p>`;
  return html`<h2>Over time</h2>
<p class="caption">Red, dotted: alerts.</p>
${figures.map(({ title, picture, caption }) => html`<figure><h3>${title}</h3>${picture}<p class="caption">${caption}</p></figure>`)}`;
}

const stateWords: Readonly<Record<RecordHealth['state'], string>> = {
  whole: 'intact: every record follows the one before, from the first to the last',
  open: 'intact as far as it goes, without its end',
  tampered: 'TAMPERED, or damaged',
};

function recordSection({ health, logs }: FlightPageData): Html {
  const { state, findings, findingCount, gaps, last, records } = health;
  const rest = findingCount - findings.length;
  const from =
    logs.folder === undefined
      ? 'none were looked for'
      : `${counted(logs.files, 'file')} in ${logs.folder}, ${logs.ofOtherTimes} of them of other flights`;
  return html`<h2>The record</h2>
${pairTable([
  ['chain of the record', stateWords[state]],
  ['records of the journal', String(records)],
  ['gaps', gaps.length === 0 ? 'none' : String(gaps.length)],
  ['flight logs of drones', from],
])}
${findings.length === 0 ? html`` : html`<ul>${findings.map((text) => html`<li>${text}</li>`)}${rest > 0 ? html`<li>and ${rest} more</li>` : html``}</ul>`}
${gaps.map(
  ({ stream, fromUtcMs, untilUtcMs, lost }) =>
    html`<p class="caption">Gap in the ${stream}, ${dayTime(fromUtcMs)} to ${dayTime(untilUtcMs)} UTC: ${lostText(lost)}</p>`,
)}
${last ? html`<p class="caption">The journal ends with record ${last.seq}, whose hash is <span class="hash">${last.hash}</span>. Keep it elsewhere: no other journal ends with it.</p>` : html``}`;
}

function lostText(lost: { readonly [kind: string]: number }): string {
  const counts = Object.entries(lost).map(([kind, count]) => `${kind} ${count}`);
  return counts.length === 0 ? 'how much is not known.' : `lost: ${counts.join(', ')}.`;
}
