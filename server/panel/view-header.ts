/** The two lines at the top: the show, its phase, the time; the fleet in numbers, and where drones connect. */
import { isInState } from '../fleet/selection-words.js';
import type { ReplayView } from '../recorder/replay/replay-view.js';
import type { DroneView, LoadedShow, ServerSnapshot } from '../snapshot.js';
import { isInAir } from './cells.js';
import { countOf, formatCountdown, formatDate, formatDuration, formatUtc } from './format.js';
import type { Context, PanelState } from './state.js';
import { bold, type Role, type Span, type StyledLine, span, spread } from './styled.js';
import { cleanText, displayWidth, fitText } from './text.js';
import { replayBadge } from './view-replay.js';

/** So much of a show's name is seen at least, columns. */
const leastName = 8;

/** On a screen narrower than this the phase matters more than the time of day, columns. */
const narrow = 60;

/** At most two lines; on a screen of few rows only the first is shown. */
export function viewHeader(state: PanelState, { snapshot, size }: Context, lines: number): StyledLine[] {
  const { columns } = size;
  const isNarrow = columns < narrow;
  const { replay, utcMs } = snapshot;
  const name = replay ? [replayBadge, span('  ')] : [bold(isNarrow ? ' ' : ' STARLING  ')];
  const left = [...name, ...phase(snapshot), span('  ')];
  const clock = isNarrow ? ' ' : ` ${replay ? `${formatDate(utcMs)} ` : ''}${formatUtc(utcMs)} UTC `;
  const right = [
    span(' '),
    ...blackBox(snapshot, columns),
    ...(replay ? [] : security(snapshot, columns)),
    span(clock),
  ];
  const room = columns - widthOf(left) - widthOf(right);
  const top = spread([...left, ...loadedShow(snapshot.show, room)], right, columns);
  const fleet = counts(state, snapshot, columns);
  const besideFleet = columns - widthOf(fleet);
  const address = replay ? sessionText(replay, besideFleet) : addressText(snapshot.address, besideFleet);
  return [top, spread(fleet, [span(address, 'muted')], columns)].slice(0, lines);
}

/** The numbers matter more than an address that has not changed all evening: it comes as far as there is room. */
function addressText(address: string, columns: number): string {
  const clean = cleanText(address);
  const texts = [` drones connect to ${clean} `, ` ${clean} `];
  return texts.find((text) => displayWidth(text) <= columns) ?? '';
}

/** Which recording it is. */
function sessionText({ session, newestOf = 1 }: ReplayView, columns: number): string {
  const clean = cleanText(session);
  const texts = [...(newestOf > 1 ? [` ${clean} (newest of ${newestOf}) `] : []), ` ${clean} `];
  return texts.find((text) => displayWidth(text) <= columns) ?? '';
}

/** Where the show is; also what a screen reader or a log of the screen would want to find first. */
function phase({ phase, utcMs, show, authorization }: ServerSnapshot): Span[] {
  switch (phase.phase) {
    case 'idle':
      return [bold('IDLE', 'muted'), ...authorized(authorization)];
    case 'countdown':
      return [
        bold(` T-${formatCountdown(phase.startUtcMs - utcMs)} `, 'alarm'),
        span(
          ` ${phase.holding}/${phase.of} hold it${phase.toldOnly === undefined ? '' : ` (${phase.toldOnly} old, not asked)`}`,
          phase.holding === phase.of ? 'good' : 'missing',
        ),
      ];
    case 'running': {
      const total = show ? ` of ${formatDuration(show.durationS)}` : '';
      const what = phase.scope === 'lights' ? 'LIGHTS' : 'SHOW';
      return [bold(`${what} ${formatDuration((utcMs - phase.startUtcMs) / 1000)}${total}`, 'accent')];
    }
    case 'paused':
      return [bold(`PAUSED at ${formatDuration((phase.pausedUtcMs - phase.startUtcMs) / 1000)}`, 'missing')];
  }
}

/** The name gives way to what is told of it, as far as it can; the beginning of the digest stays. */
function loadedShow(show: LoadedShow | undefined, columns: number): Span[] {
  if (!show) return [span('no show loaded', 'missing')];
  const name = cleanText(show.name);
  const digest = cleanText(show.digest.slice(0, 8));
  const slots = countOf(show.slots.length, 'slot');
  const duration = formatDuration(show.durationS);
  const abouts = [` ${digest} ${slots}, ${duration}`, ` ${digest} ${duration}`, ` ${digest}`];
  const least = Math.min(leastName, displayWidth(name));
  const about = abouts.find((text) => displayWidth(text) + least <= columns) ?? ` ${digest}`;
  const room = Math.max(least, columns - displayWidth(about));
  return [bold(fitText(name, Math.min(displayWidth(name), room))), span(about, 'muted')];
}

function widthOf(spans: readonly Span[]): number {
  return spans.reduce((sum, { text }) => sum + displayWidth(text), 0);
}

function security({ isOpen, supersededBy }: ServerSnapshot, columns: number): Span[] {
  if (supersededBy) {
    const by = columns >= 120 ? `: ${cleanText(supersededBy.id)} took over` : '';
    return [bold(` NOT IN CHARGE${by} `, 'alarm')];
  }
  if (!isOpen) return [bold('SECURE', 'good')];
  return [bold(columns >= 120 ? ' OPEN: drones are not authenticated ' : ' OPEN ', 'alarm')];
}

/** Whoever flies without a record should know it. */
function blackBox({ oversight }: ServerSnapshot, columns: number): Span[] {
  if (oversight?.isRecording !== false) return [];
  return [bold(columns < 120 ? ' NOT RECORDED ' : ' BLACK BOX: NOT RECORDED ', 'alarm'), span(' ')];
}

/** What may be started, and for how long still; another word, in red, when the operator overrode what the check found. */
function authorized(authorization: ServerSnapshot['authorization']): Span[] {
  if (!authorization) return [];
  const { scope, override, leftS } = authorization;
  const may = scope === 'lights' ? 'MAY LIGHT' : 'MAY FLY';
  const what = override === undefined ? may : 'OVERRIDE';
  const left = Number.isFinite(leftS) ? ` ${formatDuration(leftS)}` : '';
  return [span('  '), bold(`${what}${left}`, override === undefined ? 'good' : 'bad')];
}

function counts(
  state: PanelState,
  { drones, replay, visitors = 0 }: ServerSnapshot,
  columns: number,
): Span[] {
  const connected = drones.filter(({ record }) => record.isConnected);
  const numberOf = (holds: (drone: DroneView) => boolean) => drones.filter(holds).length;
  const lost = drones.length - connected.length;
  const ready = numberOf(({ isReady }) => isReady);
  const armed = numberOf(({ isArmed }) => isArmed);
  const warning = numberOf((drone) => isInState(drone, 'warning'));
  return [
    count(connected.length, 'connected', 'text'),
    count(ready, 'ready', ready === connected.length && ready > 0 ? 'good' : 'text'),
    count(armed, 'armed', armed > 0 ? 'accent' : 'text'),
    ...(columns >= 100 ? [count(numberOf(isInAir), 'flying', armed > 0 ? 'accent' : 'text')] : []),
    ...(warning > 0 || columns >= 100 ? [count(warning, 'warn', warning > 0 ? 'missing' : 'text')] : []),
    count(lost, 'lost', lost > 0 ? 'bad' : 'text'),
    ...(replay ? [] : [count(state.selected.size, 'selected', 'text')]),
    ...(visitors > 0 && columns >= 100 ? [count(visitors, 'visitors', 'text')] : []),
  ];
}

/** Besides the colour a mark, where something is wrong. */
function count(value: number, noun: string, role: Role): Span {
  const mark = role === 'bad' ? '✗' : role === 'missing' ? '!' : '';
  return { text: ` ${mark}${value} ${noun} `, role, isBold: role !== 'text' };
}
