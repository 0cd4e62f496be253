/** The colours of all drones over time as one picture: a row a drone. Knows light programs; no page. */

import { trackColorAt } from '../lights.js';
import type { Rgb } from '../model.js';
import type { Show } from '../show.js';
import { escapeHtml, type Html, trusted } from './html.js';
import { type Grid, playableLights } from './tracks.js';

/** Most fields of the picture, and its most rows and columns: what a page can carry. */
const maxFields = 48_000;
const maxRows = 500;
const maxColumns = 360;

const widthPx = 720;
const leftPx = 96;
const rightPx = 24;
const bottomPx = 26;
/** Rows lower than this can not have their names beside them. */
const namedRowPx = 10;

export type LightStrip = {
  readonly picture: Html;
  /** Every how manieth drone has a row. */
  readonly every: number;
};

export function lightStrip(show: Show, { startS, endS }: Pick<Grid, 'startS' | 'endS'>): LightStrip {
  const every = Math.ceil(show.slots.size / maxRows);
  const slots = [...show.slots].filter((_, i) => i % every === 0);
  const columns = Math.max(40, Math.min(maxColumns, Math.floor(maxFields / slots.length)));
  const rowPx = Math.max(1.2, Math.min(16, 420 / slots.length));
  const stepPx = (widthPx - leftPx - rightPx) / columns;
  const heightPx = Math.ceil(slots.length * rowPx);
  const spanS = endS - startS;
  const rows = slots.map(([slot, { lights }], row) => {
    const track = playableLights(lights, endS);
    const colors = Array.from({ length: columns }, (_, i) =>
      hexOf(trackColorAt(track, startS + ((i + 0.5) / columns) * spanS)),
    );
    const name = rowPx >= namedRowPx ? rowName(slot, row * rowPx + rowPx / 2) : '';
    return `${name}${rowRects(colors, { yPx: row * rowPx, rowPx, stepPx })}`;
  });
  const svg = `<svg role="img" aria-label="The colours of all drones over time" class="strip" viewBox="0 0 ${widthPx} ${heightPx + bottomPx}" width="${widthPx}" height="${heightPx + bottomPx}" font-size="10">
<rect x="${leftPx}" y="0" width="${widthPx - leftPx - rightPx}" height="${heightPx}" fill="#000"/>
${rows.join('\n')}
${timeAxis({ startS, endS, yPx: heightPx })}</svg>`;
  return { picture: trusted(svg), every };
}

function rowName(slot: string, yPx: number): string {
  const name = slot.length <= 14 ? slot : `${slot.slice(0, 13)}…`;
  return `<text x="${leftPx - 6}" y="${px(yPx + 3.5)}" text-anchor="end">${escapeHtml(name)}</text>`;
}

/** One rectangle for each run of one colour; black is the ground. */
function rowRects(
  colors: readonly string[],
  { yPx, rowPx, stepPx }: { readonly yPx: number; readonly rowPx: number; readonly stepPx: number },
): string {
  const rects: string[] = [];
  for (let from = 0; from < colors.length; ) {
    const color = colors[from] ?? '';
    let to = from + 1;
    while (to < colors.length && colors[to] === color) to++;
    if (color !== '#000')
      rects.push(
        `<rect x="${px(leftPx + from * stepPx)}" y="${px(yPx)}" width="${px((to - from) * stepPx + 0.3)}" height="${px(rowPx * 0.92)}" fill="${color}"/>`,
      );
    from = to;
  }
  return rects.join('');
}

function timeAxis({ startS, endS, yPx }: { startS: number; endS: number; yPx: number }): string {
  const spanS = endS - startS;
  const stepS = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800].find((step) => spanS / step <= 12) ?? 3600;
  const ticks: string[] = [];
  for (let tS = Math.ceil(startS / stepS) * stepS; tS <= endS; tS += stepS) {
    const x = px(leftPx + ((tS - startS) / spanS) * (widthPx - leftPx - rightPx));
    ticks.push(
      `<path d="M${x},${yPx}v5" stroke="currentColor"/><text x="${x}" y="${yPx + 16}" text-anchor="middle">${tS}</text>`,
    );
  }
  return `${ticks.join('')}<text x="${leftPx - 6}" y="${yPx + 16}" text-anchor="end">time, s</text>`;
}

/** In 16 steps: finer can not be told apart on paper, and equal neighbours become one. */
function hexOf({ red, green, blue }: Rgb): string {
  return `#${[red, green, blue].map((value) => Math.round(value / 17).toString(16)).join('')}`;
}

function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}
