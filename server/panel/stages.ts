/** How far an evening's show is, from loading it to the last landing: derived from what is, never stored. Pure. */
import type { DroneView, ServerSnapshot } from '../snapshot.js';
import { notCovered, readinessFor } from './ask.js';

type StageName = 'load' | 'upload' | 'place' | 'check' | 'authorize' | 'countdown' | 'flying' | 'landed';

export type ShowStage = {
  readonly name: StageName;
  /** `next`: what has to be done now; `now`: what goes on; `open`: comes later. */
  readonly state: 'done' | 'next' | 'now' | 'open';
  /** Of how many drones it is done, where it is not done of all. */
  readonly count?: { readonly done: number; readonly of: number };
};

type Raw = { readonly name: StageName; readonly isDone: boolean; readonly count?: ShowStage['count'] };

/** Of the selected drones; with none selected, of all connected ones that have a slot in the show. */
export function stagesOf(
  snapshot: ServerSnapshot,
  selected: ReadonlySet<string>,
  hasShowEnded = false,
): ShowStage[] {
  const { phase, drones } = snapshot;
  const armed = drones.filter(({ isArmed }) => isArmed);
  if (phase.phase === 'countdown') return underWay('countdown');
  if (phase.phase !== 'idle') return underWay('flying', flyingCount(snapshot));
  if (armed.length > 0) return underWay('landed', { done: drones.length - armed.length, of: drones.length });
  if (hasShowEnded) return underWay(undefined);
  const stages = beforeShow(snapshot, chosen(snapshot, selected));
  const next = stages.find(({ isDone }) => !isDone)?.name;
  return stages.map(({ name, isDone, count }): ShowStage => {
    const state = isDone ? 'done' : name === next ? 'next' : 'open';
    return { name, state, ...(!isDone && count && { count }) };
  });
}

const order: readonly StageName[] = [
  ...(['load', 'upload', 'place', 'check'] as const),
  ...(['authorize', 'countdown', 'flying', 'landed'] as const),
];

/** All before `now` is done; all is, without one. */
function underWay(now: StageName | undefined, count?: ShowStage['count']): ShowStage[] {
  const at = now === undefined ? order.length : order.indexOf(now);
  return order.map((name, index): ShowStage => {
    if (index === at) return { name, state: 'now', ...(count && { count }) };
    return { name, state: index < at ? 'done' : 'open' };
  });
}

function flyingCount({ drones }: ServerSnapshot): ShowStage['count'] {
  return { done: drones.filter(({ isArmed }) => isArmed).length, of: drones.length };
}

function chosen({ drones, show }: ServerSnapshot, selected: ReadonlySet<string>): DroneView[] {
  if (selected.size > 0) return drones.filter(({ record }) => selected.has(record.id));
  return drones.filter(({ record, slot }) => record.isConnected && (slot !== undefined || !show));
}

function beforeShow({ show, authorization }: ServerSnapshot, drones: readonly DroneView[]): Raw[] {
  const isForLights = authorization?.scope === 'lights';
  const uncovered = new Set(notCovered(drones, authorization));
  const each = (name: StageName, isDone: (drone: DroneView) => boolean): Raw => {
    const done = drones.filter(isDone).length;
    return { name, isDone: done > 0 && done === drones.length, count: { done, of: drones.length } };
  };
  return [
    { name: 'load', isDone: show !== undefined },
    each('upload', (drone) => show !== undefined && holdsShow(drone)),
    each('place', (drone) => isForLights || isPlaced(drone)),
    each('check', readinessFor(authorization)),
    each('authorize', (drone) => !uncovered.has(drone)),
    { name: 'countdown', isDone: false },
    { name: 'flying', isDone: false },
    { name: 'landed', isDone: false },
  ];
}

function holdsShow({ checks }: DroneView): boolean {
  return checks.animation_info === 'ok';
}

function isPlaced({ checks }: DroneView): boolean {
  return checks.current_position === 'ok' && checks.start_position === 'ok';
}
