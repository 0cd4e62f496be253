/** Lays what a drone does one after the other on the time line: steps and keys. Knows not why it does it. */
import type { AnimationFrame, FlightPlan, PlanStep } from './model.js';
import { lightsOf, type PlanKey, pathOfKeys, yawOfKeys } from './plan-keys.js';

/** Something that lasts. `glides`: the place moves on to that of the next item meanwhile. */
export type PlanItem =
  | {
      readonly kind: 'stand' | 'arm' | 'reach' | 'fly' | 'land';
      readonly frame: AnimationFrame;
      readonly durationS: number;
      readonly glides: boolean;
    }
  | { readonly kind: 'takeoff'; readonly heightM: number; readonly durationS: number };

export type Timeline = Pick<FlightPlan, 'steps' | 'path' | 'yaw' | 'lights' | 'durationS'>;

/** Steps without gaps (neighbours of one kind become one step), and the keys of all that lasts and has a place. */
export function layOut(items: readonly PlanItem[]): Timeline {
  const steps: PlanStep[] = [];
  const keys: PlanKey[] = [];
  let exactS = 0;
  for (const item of items) {
    const startS = roundTime(exactS);
    exactS += Math.max(0, item.durationS);
    const endS = roundTime(exactS);
    addStep(steps, item, { startS, endS });
    if (item.kind !== 'takeoff' && endS > startS)
      keys.push({ ...item.frame, tS: startS, glides: item.glides });
  }
  const durationS = roundTime(exactS);
  return {
    steps,
    path: pathOfKeys(keys, durationS),
    yaw: yawOfKeys(keys),
    lights: lightsOf(keys),
    durationS,
  };
}

/** To whole nanoseconds: ten frames of 0.1 s end at 1 s. */
function roundTime(tS: number): number {
  return Math.round(tS * 1e9) / 1e9;
}

function addStep(steps: PlanStep[], item: PlanItem, span: { startS: number; endS: number }): void {
  const last = steps.at(-1);
  if (last && last.kind === item.kind) steps[steps.length - 1] = { ...last, endS: span.endS };
  else steps.push(toStep(item, span));
}

function toStep(item: PlanItem, span: { startS: number; endS: number }): PlanStep {
  if (item.kind === 'takeoff') return { kind: item.kind, ...span, heightM: item.heightM };
  if (item.kind !== 'reach') return { kind: item.kind, ...span };
  const { positionM, yawRad } = item.frame;
  return { kind: item.kind, ...span, positionM, yawRad };
}
