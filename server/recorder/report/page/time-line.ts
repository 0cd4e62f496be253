/** The line of time as a table that is filtered by plain CSS, and by words where scripts run. Knows entries; no record. */
import { createHash } from 'node:crypto';
import { type Html, html, trusted } from '../../../../lib/show/report/html.js';
import type { FlightPageData } from '../flight-page-data.js';
import { type FoldedEntry, foldTimeline } from '../fold-timeline.js';
import { counted, dayTime, sinceText } from './words.js';

/** What can be left out of sight: name of its class, title, kinds of entries. */
const filters = [
  { name: 'act', title: 'commands', kinds: ['action'] },
  { name: 'wish', title: 'wishes', kinds: ['wish'] },
  { name: 'out', title: 'answers of drones', kinds: ['outcome'] },
  { name: 'alert', title: 'alerts', kinds: ['alert', 'gap'] },
  { name: 'state', title: 'changes of state', kinds: ['state'] },
  { name: 'note', title: 'event log', kinds: ['note'] },
  { name: 'log', title: "drones' own notes", kinds: ['log'] },
] as const;

/** Of a line, named at once; the others unfold. */
const namedIds = 3;

/** The rules that make the boxes work. */
export const timeLineCss = `
.filters { display: flex; flex-wrap: wrap; gap: 4px 14px; font-size: 12.5px; margin: 6px 0; align-items: center; }
.filters input[type=search] { font: inherit; padding: 2px 6px; border: 1px solid var(--line); }
${filters.map(({ name }) => `.time:has(#show-${name}:not(:checked)) tr.${name} { display: none; }`).join('\n')}
.time:has(#only-bad:checked) tr.info { display: none; }
.time tr.hidden { display: none; }
.time td, .time th { text-align: left; }
.time td.when { text-align: right; white-space: nowrap; }
.time td.clock { white-space: nowrap; }
.time td:nth-child(3) { min-width: 8em; }
.time th.when { text-align: right; }
.time tr.error td.text { color: var(--bad); font-weight: 600; }
.time tr.warning td.text { color: var(--warn); }
.time tr.act td { background: #f0f9ff; }
.time details > summary { cursor: pointer; }
@media print { .filters { display: none; } .time details > summary { list-style: none; } }
`;

/** Shows the lines in which the words stand. It reads the page and nothing else. */
const script = `
{
  const box = document.getElementById('find');
  box.hidden = false;
  const rows = [...document.querySelectorAll('.time tbody tr')].map((row) => [row, row.textContent.toLowerCase()]);
  box.addEventListener('input', () => {
    const words = box.value.toLowerCase().split(/\\s+/);
    for (const [row, text] of rows) row.classList.toggle('hidden', !words.every((word) => text.includes(word)));
  });
}
`;

/** What a page's policy has to name so that this script, and no other, may run. */
export const scriptSource = `'sha256-${createHash('sha256').update(script).digest('base64')}'`;

export function timeLineSection({ report }: FlightPageData): Html {
  const { flight, timeline } = report;
  const zeroUtcMs = flight.startUtcMs ?? flight.fromUtcMs;
  const { entries, leftOut } = foldTimeline(timeline);
  const boxes = filters.flatMap(({ name, title, kinds }) => {
    const count = entries.filter(({ kind }) => kinds.some((known) => known === kind)).length;
    return count === 0
      ? []
      : [html`<label><input type="checkbox" id="show-${name}" checked> ${title} (${count})</label>`];
  });
  return html`<section class="time">
<p class="caption">From two minutes before the start was given. Time from the start of the show; the clock is the server's, UTC. What many said in the same words within 3 s is one line.${missing(leftOut)}</p>
<form class="filters">${boxes}<label><input type="checkbox" id="only-bad"> only warnings and errors</label><input type="search" id="find" placeholder="find drone or words" aria-label="find drone or words" hidden></form>
<table><thead><tr><th class="when">Time</th><th>Clock</th><th>Who</th><th>What</th></tr></thead><tbody>
${entries.map((entry) => row(entry, zeroUtcMs))}
</tbody></table>
</section>
<script>${trusted(script)}</script>`;
}

function missing(leftOut: ReadonlyMap<string, number>): string {
  if (leftOut.size === 0) return '';
  const counts = [...leftOut].map(([kind, count]) => `${count} of kind "${kind}"`);
  return ` Too many for one page, and so left out: ${counts.join(', ')}; --json has all of them.`;
}

function row(entry: FoldedEntry, zeroUtcMs: number): Html {
  const { utcMs, kind, level } = entry;
  const [actor, text] = actorOf(entry);
  const name = filters.find(({ kinds }) => kinds.some((known) => known === kind))?.name ?? 'state';
  return html`<tr class="${name} ${level}"><td class="when">${sinceText(utcMs, zeroUtcMs)}${exactness(entry)}</td><td class="clock">${dayTime(utcMs)}</td><td>${actor ?? who(entry)}</td><td class="text">${text}${again(entry)}</td></tr>\n`;
}

/** Of a command who gave it, and what it was; of all else the text alone. */
function actorOf({ kind, text }: FoldedEntry): readonly [string | undefined, string] {
  const end = kind === 'action' ? text.indexOf(': ') : -1;
  return end < 0 ? [undefined, text] : [text.slice(0, end), text.slice(end + 2)];
}

/** The server's own moments are exact; a drone's are as good as its clock was. */
function exactness({ isByDrones, uncertaintyMs }: FoldedEntry): Html {
  if (!isByDrones) return html``;
  if (uncertaintyMs === undefined) return html` <small>± ?</small>`;
  return uncertaintyMs < 50 ? html`` : html` <small>± ${(uncertaintyMs / 1000).toFixed(1)}</small>`;
}

function who({ ids, drones, isByDrones }: FoldedEntry): Html {
  if (drones === 0) return html`server`;
  if (drones <= namedIds) return html`${ids.join(', ')}`;
  const more = drones > ids.length ? ` and ${drones - ids.length} more` : '';
  const said = isByDrones ? 'say' : '';
  return html`<details><summary>${counted(drones, 'drone')} ${said}</summary>${ids.join(', ')}${more}</details>`;
}

function again({ times, drones, utcMs, untilUtcMs }: FoldedEntry): Html {
  if (times <= Math.max(1, drones)) return html``;
  return html` <small>(${times} times in ${((untilUtcMs - utcMs) / 1000).toFixed(1)} s)</small>`;
}
