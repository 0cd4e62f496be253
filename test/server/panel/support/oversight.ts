/** What a server's oversight says, for panels in tests: alerts, a checklist, a policy. */
import type { ActiveAlert } from '../../../../server/alerts/alerts.js';
import {
  checklistRecord,
  checklistStanding,
  type Ticks,
  ticksHoldS,
} from '../../../../server/checklist/checklist.js';
import { parseChecklist } from '../../../../server/checklist/checklist-file.js';
import type { HeldView, OversightView } from '../../../../server/oversight/oversight-view.js';
import { showNightUtcMs } from './fake-fleet.js';

export function alert(name: string, more: Partial<ActiveAlert> = {}): ActiveAlert {
  return {
    ...{ name, measure: 'wind', level: 'warning', action: 'alert', sinceMs: 35_000 },
    ...{ drones: ['drone-1'], of: 3, isAccepted: false },
    text: `${name} 8.0 m/s or more at 1 of 3 drones, drone-1 (most 9.1 m/s at drone-1): wait until all tell less than 6.8 m/s`,
    ...more,
  };
}

/** Holds the fleet. */
export const storm = alert('wind_high', { level: 'alarm', action: 'hold_fleet' });
/** Holds the start. */
export const gusty = alert('gust', { action: 'hold_start', measure: 'gust' });

export function held(what: HeldView['what'], ...reasons: string[]): HeldView {
  return { what, reasons, sinceUtcMs: showNightUtcMs - 42_000 };
}

export function oversight(more: Partial<OversightView> = {}): OversightView {
  const { alerts = [] } = more;
  const holding = alerts.filter(({ action, isAccepted }) => action !== 'alert' && !isAccepted);
  return {
    ...{ alerts, unwatched: [], held: undefined, checklist: undefined, isRecording: undefined },
    startObstacle: holding.length > 0 ? holding.map(({ text }) => text).join('; ') : undefined,
    policy: ['2 of 3 drones have to be left in the show (80%)', 'one drone lost: the others fly on'],
    ...more,
  };
}

const list = parseChecklist(
  '[Weather]\nwind below 8 m/s\nno rain\n[People]\ncordon closed\nlicence at hand\n',
  'list.txt',
);

/** Items that are ticked, by number from 1; those of `stale` too long ago. */
export function checklist(
  ticked: readonly number[],
  stale: readonly number[] = [],
): NonNullable<OversightView['checklist']> {
  const old = showNightUtcMs - (ticksHoldS + 60) * 1000;
  const at = (numbers: readonly number[], atUtcMs: number) =>
    numbers.map((number) => [list.items[number - 1]?.id ?? '', { by: 'panel', atUtcMs }] as const);
  const ticks: Ticks = new Map([...at(ticked, showNightUtcMs - 65_000), ...at(stale, old)]);
  return {
    standing: checklistStanding(list, ticks, { nowUtcMs: showNightUtcMs }),
    items: checklistRecord(list, ticks),
  };
}
