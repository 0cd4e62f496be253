/** The report on a show as one page that needs nothing beside itself. Knows what was found; no file, no clock. */
import { positionAt } from '../path.js';
import type { Show } from '../show.js';
import type { ShowLimits } from '../validate/limits.js';
import type { CheckResult } from '../validate/result.js';
import { type Chart, chart, chartCaption } from './charts.js';
import { count, gridText } from './check-text.js';
import { type Html, html, trusted } from './html.js';
import { headRows } from './info-text.js';
import { lightStrip } from './light-strip.js';
import { findingsSection } from './report-findings.js';
import { droneTable, factCards, limitTable, pairTable } from './report-tables.js';
import { reportCss } from './style.js';
import type { Survey } from './survey.js';
import { type Closest, sideView, topView } from './views.js';
import { clockTime, measure, names } from './words.js';

export type ReportInput = {
  readonly show: Show;
  readonly format: string;
  readonly notes: readonly string[];
  readonly limits: ShowLimits;
  readonly result: CheckResult;
  readonly survey: Survey;
  /** Of the whole show as it is flown; SHA-256 in hexadecimal. */
  readonly digest: string;
  /** Who made it and when, one line. */
  readonly made: string;
};

/** A whole HTML document; every text from a file is escaped. */
export function reportHtml(input: ReportInput): string {
  const { show, made } = input;
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${show.title}: show report</title>
<style>${trusted(reportCss)}</style>
</head>
<body>
<main>
<header>
<p class="kind">Drone show: flight safety report</p>
<h1>${show.title}</h1>
<p class="sub">${made}</p>
</header>
${verdict(input.result)}
${findingsSection(input.result)}
${factCards(input.result.stats)}
<h2>The show</h2>
${pairTable([...headRows(show, input.format), ['digest (SHA-256)', input.digest]])}
${views(input)}
${charts(input)}
${lights(input)}
${drones(input)}
${ending(input)}
</main>
</body>
</html>
`.text;
}

function verdict({ violations, warnings }: CheckResult): Html {
  const warned =
    warnings.length === 0 ? 'No warnings.' : `${count(warnings.length, 'warning')}, listed below.`;
  return violations.length === 0
    ? html`<p class="verdict good">✓ No violations<small>All limits named in this report are kept. ${warned}</small></p>`
    : html`<p class="verdict bad">✗ ${count(violations.length, 'violation')}<small>The first of each kind is listed below. ${warned}</small></p>`;
}

function views({ show, survey, limits, result }: ReportInput): Html {
  const closest = closestOf(survey, result);
  const options = { survey, limits, closest };
  const caption = closest ? `Red: the two drones nearest to each other in the air, ${closest.label}.` : '';
  const fence = limits.geofence || limits.audience ? ' Dashed: geofence and audience.' : '';
  const north = show.headingDeg === undefined ? '' : ` The x axis points to ${show.headingDeg}° from north.`;
  return html`<h2 class="page">Flight paths</h2>
<figure><h3>From above</h3>${topView(options)}
<p class="caption">Squares: pads. ${caption}${fence}${north} Both axes have the same scale.</p></figure>
<figure><h3>From the side</h3>${sideView(options)}</figure>`;
}

function closestOf({ tracks }: Survey, { stats }: CheckResult): Closest | undefined {
  const { minFlightDistanceM: leastM, minFlightDistanceT: tS, minFlightDistancePair: pair } = stats;
  const [from, to] = (pair ?? []).map((slot) => tracks.find((track) => track.slot === slot)?.path);
  if (leastM === null || tS === null || !pair || !from || !to) return undefined;
  return {
    fromM: positionAt(from, tS),
    toM: positionAt(to, tS),
    label: `${measure(leastM, 'm')} at ${clockTime(tS)} (${names(pair)})`,
  };
}

function charts({ show, survey, limits }: ReportInput): Html {
  const { bands, grid } = survey;
  const most = { side: 'most' as const, cues: show.cues };
  const all: Chart[] = [
    {
      ...most,
      title: 'speed over ground',
      unit: 'm/s',
      band: bands.speedXYMPerS,
      limit: limits.maxSpeedXYMPerS,
    },
    {
      ...{ ...most, title: 'climb and descent', unit: 'm/s', band: bands.climbMPerS },
      ...{ limit: limits.maxSpeedUpMPerS, floor: -limits.maxSpeedDownMPerS },
    },
    {
      ...most,
      title: 'acceleration',
      unit: 'm/s²',
      band: bands.accelerationMPerS2,
      limit: limits.maxAccelerationMPerS2,
    },
    { ...most, title: 'height', unit: 'm', band: bands.altitudeM, limit: limits.maxAltitudeM },
    {
      ...{ title: 'nearest other drone', unit: 'm', band: bands.neighbourM, limit: limits.minDistanceM },
      ...{ side: 'least' as const, cues: show.cues },
    },
  ];
  const cues = show.cues.length > 0 ? ' Dotted uprights: cues.' : '';
  return html`<h2 class="page">Over time</h2>
<p class="caption">Band: from the least to the greatest of all drones; dark line: the median drone. Red: the limit.${cues} Sampled at ${Number((1 / grid.stepS).toFixed(1))} Hz; the checks themselves are made on the paths.</p>
${all.map((each) => {
  const caption = chartCaption(each);
  return html`<figure><h3>${each.title[0]?.toUpperCase() ?? ''}${each.title.slice(1)}</h3>${chart(each)}${caption === '' ? html`` : html`<p class="caption">${caption}</p>`}</figure>`;
})}`;
}

function lights({ show, survey: { grid } }: ReportInput): Html {
  const { picture, every } = lightStrip(show, grid);
  const left = every === 1 ? 'A row a drone.' : `A row for every ${every}th drone.`;
  return html`<h2>Lights</h2>
<figure>${picture}<p class="caption">${left} Black: off.</p></figure>`;
}

function drones({ survey, limits }: ReportInput): Html {
  return html`<h2 class="page">Drones</h2>
<p class="caption">Pad in the axes of the show; times from the show's zero; nearest other drone with at least one of the two in the air.</p>
${droneTable(survey.drones, limits)}`;
}

function ending({ limits, notes, result }: ReportInput): Html {
  const noted =
    notes.length === 0
      ? html`<p class="caption">None: the file could be taken over as it is.</p>`
      : html`<ul>${notes.map((note) => html`<li>${note}</li>`)}</ul>`;
  return html`<h2>Limits used</h2>
${limitTable(limits)}
<p class="caption">Paths are judged at every moment, ways out of the show in steps: ${gridText(result.grid)}.</p>
<h2>Notes on the file</h2>
${noted}
<section class="sign"><div>Operator</div><div>Date</div><div>Signature</div></section>`;
}
