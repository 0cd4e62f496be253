/** The next step: one sentence for an operator who does not know what to do now. Derived from what is, never stored. */
import type { TransferView } from '../show-control/uploads.js';
import type { DroneView, ServerSnapshot } from '../snapshot.js';
import { isLanding } from './armed.js';
import { notCovered, readinessFor } from './ask.js';
import { countOf, formatCountdown, formatDuration, formatNumber, progressBar } from './format.js';
import { openItemsCount, startHeldBy } from './oversight-facts.js';
import type { PanelState } from './state.js';
import { bold, type Span, span } from './styled.js';
import { cleanText } from './text.js';
import { runningUpdate, stoppedUpdate, updateLine } from './view-update.js';

export function viewHint(state: PanelState, snapshot: ServerSnapshot): Span[] {
  return [bold(' NEXT ', 'accent'), ...nextStep(state, snapshot)];
}

function nextStep(state: PanelState, snapshot: ServerSnapshot): Span[] {
  // It keeps the lights of its drones until it ends, whether somebody looks at it or not.
  if (snapshot.visualLand)
    return [
      span('visual land is on: ', 'missing'),
      bold('w'),
      span(' goes on with it or ends it, '),
      ...landAll,
    ];
  return duringShow(snapshot) ?? withoutDrones(snapshot) ?? beforeShow(state, snapshot);
}

function duringShow({ phase, utcMs, oversight }: ServerSnapshot): Span[] | undefined {
  switch (phase.phase) {
    case 'idle':
      return undefined;
    case 'countdown':
      if (phase.scope === 'lights') return [span('the lights start soon, nothing arms: '), ...stopSelected];
      return [
        span(`motors start in ${formatCountdown(phase.startUtcMs - utcMs)}: keep clear. `),
        ...landAll,
        span(', x stops selected'),
      ];
    case 'running':
      if (phase.scope === 'lights') return [span('the lights play, nothing arms: '), ...stopSelected];
      return [span('flying: '), ...landAll, span(', p pauses the show, l lands selected')];
    case 'paused':
      if (oversight?.held)
        return [
          span('held by the server: '),
          bold('!'),
          span(' says why, r goes on all the same, '),
          ...landAll,
        ];
      return [span('paused: r goes on, l lands selected, '), ...landAll];
  }
}

const stopSelected = [span('x stops selected, '), bold('^X all', 'bad')];

const landAll = [bold('^X lands all', 'bad')];

function withoutDrones({ drones, address }: ServerSnapshot): Span[] | undefined {
  if (drones.length > 0) return undefined;
  return [span(cleanText(`no drones yet: switch them on; they connect to ${address}`))];
}

function beforeShow(state: PanelState, snapshot: ServerSnapshot): Span[] {
  const { drones, show } = snapshot;
  const armed = drones.filter(({ isArmed }) => isArmed);
  if (armed.length > 0 && armed.every(isLanding))
    return [
      span(`${countOf(armed.length)} landing: wait until nobody is armed; `),
      ...landAll,
      span(' again'),
    ];
  if (armed.length > 0)
    return [span(`${countOf(armed.length)} armed and no show: `), ...landAll, span(', l lands selected')];
  const update = runningUpdate(snapshot);
  if (update) return updateLine(update);
  if (snapshot.transfers) return transferLine(snapshot.transfers);
  const selected = drones.filter(({ record }) => state.selected.has(record.id));
  if (state.hasShowEnded)
    return [span('all landed: switch the drones off, or press A and s for another round', 'good')];
  if (selected.length === 0) {
    const stopped = stoppedUpdate(snapshot);
    if (stopped) return updateLine(stopped);
    return [
      span(show ? 'select drones: space one, a all; then u uploads the show' : 'no show loaded: o opens one'),
    ];
  }
  return withSelection(selected, snapshot);
}

/** How far the files of all of them are, together. */
function shareOf(busy: readonly DroneView[]): string {
  const shares = busy.flatMap(({ record }) => record.uploadShare ?? []);
  if (shares.length === 0) return '';
  const percent = (100 * shares.reduce((a, b) => a + b, 0)) / busy.length;
  return `, ${Math.floor(percent)} %`;
}

/** All files that are on their way: how far, how fast, how long still. */
function transferLine({ active, waiting, sentBytes, totalBytes, bytesPerS, leftS }: TransferView): Span[] {
  const share = totalBytes === 0 ? 0 : sentBytes / totalBytes;
  const pace = bytesPerS === undefined ? '' : `, ${megabytes(bytesPerS)} MB/s`;
  const left = leftS === undefined ? '' : `, ${formatDuration(leftS)} left`;
  const queue = waiting > 0 ? `, ${waiting} wait` : '';
  return [
    bold(progressBar(share, 12), 'accent'),
    span(
      ` ${Math.floor(share * 100)} % of ${megabytes(totalBytes)} MB to ${countOf(active)}${queue}${pace}${left}`,
    ),
  ];
}

function megabytes(bytes: number): string {
  return formatNumber(bytes / 1e6, bytes < 9.95e6 ? 1 : 0);
}

function withSelection(selected: readonly DroneView[], snapshot: ServerSnapshot): Span[] {
  const { show, authorization } = snapshot;
  const busy = selected.filter(({ record }) => record.busyWith !== undefined);
  if (busy.length > 0)
    return [
      span(
        cleanText(
          `wait: ${busy[0]?.record.busyWith} is under way for ${countOf(busy.length)}${shareOf(busy)}`,
        ),
      ),
    ];
  const spares = show ? selected.filter(({ slot }) => slot === undefined) : [];
  if (spares.length > 0)
    return [span(cleanText(`${spareText(spares)}: leave out with space, or ctl assign`), 'missing')];
  const isReady = readinessFor(authorization);
  const missing = selected.filter((drone) => !isReady(drone));
  const open = openItemsCount(snapshot);
  if (missing.length === 0 && notCovered(selected, authorization).length > 0 && open !== undefined)
    return [
      span(`all ${selected.length} selected ready; `),
      bold('v', 'missing'),
      span(`: ${open}`, 'missing'),
    ];
  const holder = authorization?.scope === 'live' ? startHeldBy(snapshot) : undefined;
  if (missing.length === 0 && notCovered(selected, authorization).length > 0)
    return [
      span(`all ${selected.length} selected ready: press `, 'good'),
      bold('A', 'good'),
      span(' to authorize the show', 'good'),
    ];
  if (missing.length === 0 && holder !== undefined) return [span(cleanText(holder), 'missing')];
  if (missing.length === 0)
    return [
      span(`all ${selected.length} selected ready: press `, 'good'),
      bold('s', 'good'),
      span(' to start', 'good'),
    ];
  const unloaded = selected.filter(({ blockers }) => blockers[0]?.code === 'animation_info');
  if (show && unloaded.length > 0 && unloaded.length === missing.length) {
    return [
      span('press '),
      bold('u'),
      span(` to upload the show: ${countOf(unloaded.length)} of ${selected.length} without it`),
    ];
  }
  const first = missing[0];
  const reason = first ? `${first.record.id}: ${first.blockers[0]?.text ?? 'not ready'}` : '';
  return [
    span(cleanText(`${missing.length} of ${selected.length} selected not ready. ${reason}`), 'missing'),
  ];
}

function spareText(spares: readonly DroneView[]): string {
  const first = spares[0]?.record.id ?? '';
  return spares.length === 1
    ? `${first} is a spare, without a slot`
    : `${spares.length} are spares, without a slot`;
}
