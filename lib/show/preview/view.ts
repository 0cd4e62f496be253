/** The preview's screen: a show at one moment as lines. Pure: knows a scene, a state and a size; no terminal. */

import { clockTime } from '../report/words.js';
import type { StageName } from '../stages.js';
import { drawCanvas, planeOf } from './canvas.js';
import { fitLine, type PreviewLine, type ScreenSize, spread } from './lines.js';
import { type Moment, momentOf, type Scene } from './scene.js';
import type { PreviewState } from './state.js';

/** Lines around the picture. */
const frameRows = 5;
const leastSize: ScreenSize = { columns: 40, rows: 10 };

const stageNames: Readonly<Record<StageName, string>> = {
  staticBegin: 'before take-off',
  takeoff: 'take-off',
  route: 'route',
  land: 'landing',
  staticEnd: 'landed',
};

const help = 'space pause  ←/→ 5 s  ,/. frame  home/end  v view  q quit';

/** Exactly `rows` lines of exactly `columns` columns. */
export function view(scene: Scene, state: PreviewState, size: ScreenSize): PreviewLine[] {
  if (size.columns < leastSize.columns || size.rows < leastSize.rows) return tooSmall(size);
  const moment = momentOf(scene, state.tS);
  const plane = planeOf(scene, state.side);
  const canvas = drawCanvas(scene, moment, {
    plane,
    size: { columns: size.columns, rows: size.rows - frameRows },
  });
  const axes = `${state.side === 'top' ? 'from above' : 'from the side'}: ${plane.across} →, ${plane.up} ↑, ${canvas.perColumnM.toFixed(2)} m a column`;
  const cue = scene.cues.findLast(({ tS }) => tS <= state.tS);
  return [
    spread([{ text: scene.title, isBold: true }], ` ${timeText(scene, state)}`, size.columns),
    progress(scene, state, size.columns),
    ...canvas.lines,
    spread([{ text: cue ? `cue: ${cue.name}` : `${scene.drones.length} drones` }], ` ${axes}`, size.columns),
    statusLine(moment),
    [{ text: help }],
  ].map((line) => fitLine(line, size.columns));
}

function timeText({ endS }: Scene, { tS, isPlaying }: PreviewState): string {
  return `${isPlaying ? '▶' : 'paused'} ${clockTime(tS)} of ${clockTime(endS)}`;
}

function progress({ startS, endS, cues }: Scene, { tS }: PreviewState, columns: number): PreviewLine {
  const columnOf = (time: number) =>
    Math.round(((time - startS) / Math.max(0.001, endS - startS)) * (columns - 1));
  const marks = new Set(cues.map((cue) => columnOf(cue.tS)));
  const now = columnOf(tS);
  const text = Array.from({ length: columns }, (_, i) => (marks.has(i) ? '┃' : i <= now ? '━' : '─')).join(
    '',
  );
  return [{ text: text.slice(0, now + 1), isBold: true }, { text: text.slice(now + 1) }];
}

function statusLine({ stages, closest, positionsM }: Moment): PreviewLine {
  const counts = new Map<StageName, number>();
  for (const stage of stages) counts.set(stage, (counts.get(stage) ?? 0) + 1);
  const stage = [...counts].map(([name, n]) =>
    n === stages.length ? stageNames[name] : `${stageNames[name]} ${n}`,
  );
  const highestM = Math.max(...positionsM.map(({ z }) => z));
  const near = closest
    ? `closest ${closest.distanceM.toFixed(2)} m: ${closest.slots.join(', ')}`
    : 'nobody near in the air';
  return [{ text: `${stage.join(', ')} │ ${near} │ highest ${highestM.toFixed(1)} m` }];
}

function tooSmall({ columns, rows }: ScreenSize): PreviewLine[] {
  const text = `at least ${leastSize.columns}×${leastSize.rows}, q quits`;
  return Array.from({ length: rows }, (_, row) => fitLine(row === 0 ? [{ text }] : [], columns));
}
