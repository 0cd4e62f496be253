/** The two lines at the top: the show, its phase, the time; the fleet in numbers, and where drones connect. */
import type { LoadedShow, ServerSnapshot } from '../snapshot.js';
import { countOf, formatCountdown, formatDuration, formatUtc } from './format.js';
import type { Context, PanelState } from './state.js';
import { bold, type Role, type Span, type StyledLine, span, spread } from './styled.js';
import { cleanText, displayWidth, fitText } from './text.js';

/** At most two lines; on a screen of few rows only the first is shown. */
export function viewHeader(state: PanelState, { snapshot, size }: Context, lines: number): StyledLine[] {
  const { columns } = size;
  const top = spread(
    [bold(' STARLING  '), ...phase(snapshot), span('  '), ...loadedShow(snapshot.show, columns)],
    [span(' '), ...security(snapshot, columns), span(` ${formatUtc(snapshot.utcMs)} UTC `)],
    columns,
  );
  const label = size.columns >= 100 ? 'drones connect to ' : '';
  const address = span(` ${label}${cleanText(snapshot.address)} `, 'muted');
  return [top, spread(counts(state, snapshot), [address], columns)].slice(0, lines);
}

/** Where the show is; also what a screen reader or a log of the screen would want to find first. */
function phase({ phase, utcMs, show, authorization }: ServerSnapshot): Span[] {
  switch (phase.phase) {
    case 'idle':
      return [bold('IDLE', 'muted'), ...authorized(authorization)];
    case 'countdown':
      return [bold(` T-${formatCountdown(phase.startUtcMs - utcMs)} `, 'alarm')];
    case 'running': {
      const total = show ? ` of ${formatDuration(show.durationS)}` : '';
      return [bold(`SHOW ${formatDuration((utcMs - phase.startUtcMs) / 1000)}${total}`, 'accent')];
    }
    case 'paused':
      return [bold(`PAUSED at ${formatDuration((phase.pausedUtcMs - phase.startUtcMs) / 1000)}`, 'missing')];
  }
}

function loadedShow(show: LoadedShow | undefined, columns: number): Span[] {
  if (!show) return [span('no show loaded', 'missing')];
  const name = cleanText(show.name);
  const shown = fitText(name, Math.min(displayWidth(name), Math.max(8, columns - 62)));
  return [
    bold(shown),
    span(` ${countOf(show.slots.length, 'slot')}, ${formatDuration(show.durationS)}`, 'muted'),
  ];
}

function security({ isOpen }: ServerSnapshot, columns: number): Span[] {
  if (!isOpen) return [bold('SECURE', 'good')];
  return [bold(columns >= 120 ? ' OPEN: drones are not authenticated ' : ' OPEN ', 'alarm')];
}

/** What may be started, and for how long still; red when the operator overrode what the check found. */
function authorized(authorization: ServerSnapshot['authorization']): Span[] {
  if (!authorization) return [];
  const { scope, override, leftS } = authorization;
  const what = scope === 'lights' ? 'MAY LIGHT' : 'MAY FLY';
  return [span('  '), bold(`${what} ${formatDuration(leftS)}`, override === undefined ? 'good' : 'bad')];
}

function counts(state: PanelState, { drones }: ServerSnapshot): Span[] {
  const connected = drones.filter(({ record }) => record.isConnected);
  const lost = drones.length - connected.length;
  const ready = drones.filter(({ isReady }) => isReady).length;
  const armed = drones.filter(({ isArmed }) => isArmed).length;
  return [
    count(connected.length, 'connected', 'text'),
    count(ready, 'ready', ready === connected.length && ready > 0 ? 'good' : 'text'),
    count(armed, 'armed', armed > 0 ? 'accent' : 'text'),
    count(lost, 'lost', lost > 0 ? 'bad' : 'text'),
    count(state.selected.size, 'selected', 'text'),
  ];
}

function count(value: number, noun: string, role: Role): Span {
  return { text: ` ${value} ${noun} `, role, isBold: role !== 'text' };
}
