/** Whether enough drones are where they should be, with reasons. Pure: positions and a plan in, a decision out. */
import { distance, isFiniteVec3, type Vec3 } from '../../lib/geo/frames.js';
import { droneList } from '../alerts/drone-list.js';
import { type Gate, type GateSettings, percentText } from './gate.js';

/** What a drone of the run said last of where it is, in the show's frame; absent when it said nothing. */
export type GateDrone = {
  readonly id: string;
  readonly reported?: {
    readonly positionM: Vec3;
    /** Show time at which it was there. */
    readonly atShowS: number;
    readonly ageS: number;
  };
};

export type GateView = {
  /** Those that have a part in the run. */
  readonly drones: readonly GateDrone[];
  /** Where a drone should be at a show time; undefined where nobody knows. */
  readonly plannedM: (id: string, showS: number) => Vec3 | undefined;
  /** Whether a drone is to be in the air at a gate's show time; absent: all are. One that stands by plan counts for nothing. */
  readonly isDue?: (id: string, gateS: number) => boolean;
};

export type GateVerdict = {
  readonly isOpen: boolean;
  readonly there: number;
  /** How many count. */
  readonly of: number;
  readonly needed: number;
  /** Farthest first; `offM` undefined for one that nobody knows a place for. */
  readonly away: readonly { readonly id: string; readonly offM: number | undefined }[];
  readonly silent: readonly string[];
  /** Sentences; the first says the outcome. */
  readonly reasons: readonly string[];
};

/** Where fewer are heard, nobody is left out: what nobody sees does not count as good. */
const leastHeardShare = 0.5;

/** For shares such as 0.9 of 10, which arithmetic makes a little more than 9. */
const roundingShare = 1e-9;

export function judgeGate(gate: Gate, settings: Omit<GateSettings, 'gates'>, view: GateView): GateVerdict {
  const silent: string[] = [];
  const away: { id: string; offM: number | undefined }[] = [];
  const due = view.drones.filter(({ id }) => view.isDue?.(id, gate.tS) ?? true);
  for (const { id, reported } of due) {
    if (!reported || !(reported.ageS <= settings.maxAgeS) || !isFiniteVec3(reported.positionM)) {
      silent.push(id);
      continue;
    }
    const plannedM = view.plannedM(id, reported.atShowS);
    const offM = plannedM && distance(reported.positionM, plannedM);
    if (offM === undefined || !(offM <= gate.withinM)) away.push({ id, offM });
  }
  const all = due.length;
  const isLeftOut = settings.silent === 'left_out' && all - silent.length >= leastHeardShare * all;
  const of = isLeftOut ? all - silent.length : all;
  const there = all - silent.length - away.length;
  const isOfNobody = all === 0 && view.drones.length > 0;
  const needed = isOfNobody ? 0 : Math.max(1, Math.ceil(gate.minShare * of - roundingShare));
  const counts = { there, of, needed, away: away.sort(compareOff), silent };
  const isOpen = there >= needed;
  return { isOpen, ...counts, reasons: reasonsOf(gate, { ...counts, isOpen, isLeftOut }) };
}

function compareOff(a: { offM: number | undefined }, b: { offM: number | undefined }): number {
  return (b.offM ?? Number.POSITIVE_INFINITY) - (a.offM ?? Number.POSITIVE_INFINITY) || 0;
}

type Counts = Omit<GateVerdict, 'reasons'> & { readonly isLeftOut: boolean };

function reasonsOf(gate: Gate, { there, of, needed, away, silent, isOpen, isLeftOut }: Counts): string[] {
  const least = `${needed} (${percentText(gate.minShare)}) ${isOpen ? 'are enough' : 'are needed'}`;
  const reasons = [
    `gate ${gate.name}: ${there} of ${of} drones are within ${gate.withinM} m of their places, ${least}`,
  ];
  const [farthest] = away;
  if (farthest) {
    const how = farthest.offM === undefined ? 'has no place that is known' : `${farthest.offM.toFixed(1)} m`;
    reasons.push(`away: ${droneList(away.map(({ id }) => id))} (farthest ${farthest.id}, ${how})`);
  }
  if (silent.length > 0) {
    const count = isLeftOut ? 'left out' : 'counted as away';
    reasons.push(`no position heard of ${droneList(silent)}, ${count}: they may not hear a hold either`);
  }
  return reasons;
}
