/** How it is seen that this is a recording, where it stands, and what can be done with it. Knows no keys' effects. */
import type { ReplayView } from '../recorder/replay/replay-view.js';
import { formatDuration, progressBar } from './format.js';
import { type Binding, bindings } from './key-map.js';
import { isForReplay } from './reduce-replay.js';
import { replayBindings } from './replay-keys.js';
import { bold, lineWidth, type Span, type StyledLine, span } from './styled.js';
import { cleanText } from './text.js';

/** In every place where something else stands while drones are live. */
export const replayBadge: Span = { text: ' REPLAY ', role: 'accent', isBold: true, isInverse: true };

const barWidths = { least: 6, most: 60 } as const;

/** Playing or not, the time, a bar, the speed, and whether the recording is whole. */
export function viewReplay(replay: ReplayView, columns: number): StyledLine {
  const { tMs, durationMs, speed, chain } = replay;
  const state = stateOf(replay);
  const time = `${formatDuration(tMs / 1000)} of ${formatDuration(durationMs / 1000)}`;
  const left = [bold(` ${state.padEnd(7)} `, replay.isPlaying ? 'good' : 'missing'), span(`${time} `)];
  const right: Span[] = [bold(` ${speed}x`, speed === 1 ? 'text' : 'accent'), span('  '), chainSpan(chain)];
  const room = columns - lineWidth(left) - lineWidth(right) - 1;
  const width = Math.max(barWidths.least, Math.min(room, barWidths.most));
  const share = durationMs === 0 ? 1 : tMs / durationMs;
  return [...left, span(progressBar(share, width), 'accent'), ...right];
}

function stateOf({ isBehind, isPlaying, tMs, durationMs }: ReplayView): string {
  if (isBehind) return 'READING';
  if (isPlaying) return 'PLAYING';
  return tMs >= durationMs ? 'END' : 'PAUSED';
}

function chainSpan({ state, text }: ReplayView['chain']): Span {
  if (state === 'broken') return bold(` ${cleanText(text)} `, 'alarm');
  return span(cleanText(text), state === 'intact' ? 'good' : 'muted');
}

/** What is to be known of this moment, or what comes next. */
export function replayHint({ tMs, durationMs, gap, next, trouble }: ReplayView): Span[] {
  if (trouble !== undefined)
    return [bold(cleanText(` the recording can not be read here: ${trouble} `), 'alarm')];
  if (gap !== undefined) return [bold(cleanText(` ${gap}: the fleet is seen as it was before `), 'alarm')];
  if (tMs >= durationMs) return [span(' this is the end of the recording: Home goes to its beginning')];
  if (!next) return [span(' nothing worth a line happens until the end', 'muted')];
  const inS = formatDuration(Math.max(0, next.tMs - tMs) / 1000);
  return [bold(` NEXT in ${inS} `, 'accent'), span(cleanText(next.text))];
}

/** Keys that move the recording, then those that only look; as many as fit. */
export function replayBar(dialogKeys: string | undefined, columns: number): StyledLine {
  const line: Span[] = [replayBadge];
  if (dialogKeys !== undefined) return [...line, span(`  ${dialogKeys}`)];
  const rank = ({ action }: Binding) => (action === 'help' ? 0 : action === 'quit' ? 1 : 2);
  const others = bindings.filter(({ action }) => isForReplay(action)).sort((a, b) => rank(a) - rank(b));
  for (const { shown, label } of [...replayBindings, ...others]) {
    if (label === undefined) continue;
    const item = [span(' '), bold(shown, 'accent'), span(` ${label}`)];
    if (lineWidth(line) + lineWidth(item) > columns) break;
    line.push(...item);
  }
  return line;
}
