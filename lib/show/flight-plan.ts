/** Builds one drone's flight plan from its animation and settings. Knows no vehicle, no clock and no files. */
import { expectDuration, expectNearby, expectTakeoffHeight } from './limits.js';
import type { Animation, AnimationFrame, FlightPlan, PlanStart } from './model.js';
import { chooseVariant, dropFileTakeoff, type OutputFrame, selectOutput } from './output.js';
import type { AnimationSettings, FlightSettings } from './settings.js';
import { layOut, type PlanItem } from './timeline.js';

/**
 * The plan of the variant that `settings.startAction` names (`auto`: that fits the first output frame).
 * - *fly*: `arm` at the first flying frame, then the points; the last one waits `landDelayS` and becomes `land`.
 * - *takeoff*: the drone's own take-off and `reach` replace the file's take-off and first point; `land` as in *fly*.
 * An animation that never flies gives a plan that only stands.
 * @throws ShowError for places, heights and times that no drone can be asked for.
 */
export function buildFlightPlan(
  animation: Animation,
  settings: AnimationSettings,
  flight: FlightSettings,
): FlightPlan {
  const output = selectOutput(animation, settings);
  expectNearby(output.map(({ frame }) => frame.positionM));
  expectTakeoffHeight(flight.takeoffHeightM);
  const variant = chooseVariant(output, settings);
  const played = variant === 'takeoff' ? dropFileTakeoff(output, settings.takeoffLevelM) : output;
  const flown = played.filter(({ isFlown }) => isFlown);
  const begin = variant === 'takeoff' ? takeoffItems(flown, flight) : flyItems(flown, flight);
  const firstFlown = played.findIndex(({ isFlown }) => isFlown);
  const before = firstFlown < 0 ? played : played.slice(0, firstFlown);
  const after = firstFlown < 0 ? [] : played.slice(firstFlown + flown.length);
  const plan = layOut([...standItems(before), ...begin, ...landItems(flown, flight), ...standItems(after)]);
  expectDuration(plan.durationS);
  return {
    animationId: animation.id,
    variant,
    ...plan,
    start: findStart(output),
    lowestZM: flown.length === 0 ? Number.NaN : lowestZ(played),
  };
}

function standItems(frames: readonly OutputFrame[]): PlanItem[] {
  return frames.map(({ frame }) => ({ kind: 'stand', frame, durationS: frame.durationS, glides: false }));
}

function flyItems(flown: readonly OutputFrame[], flight: FlightSettings): PlanItem[] {
  const first = flown[0];
  if (!first) return [];
  const arm: PlanItem = { kind: 'arm', frame: first.frame, durationS: flight.armingTimeS, glides: false };
  return [arm, ...pointItems(flown, 0)];
}

function takeoffItems(flown: readonly OutputFrame[], flight: FlightSettings): PlanItem[] {
  const first = flown[0];
  if (!first) return [];
  const { frame } = first;
  const totalS = Math.max(0, flight.reachFirstPointTimeS);
  // The point is left in the last frame's time of `reach`, so that the next point is met in motion and on time.
  const leaveS = follows(first, flown[1]) ? Math.min(frame.durationS, totalS) : 0;
  return [
    { kind: 'takeoff', heightM: flight.takeoffHeightM, durationS: flight.takeoffTimeS },
    { kind: 'reach', frame, durationS: totalS - leaveS, glides: false },
    { kind: 'reach', frame, durationS: leaveS, glides: true },
    ...pointItems(flown, 1),
  ];
}

/** The points flown through: from `from` on, without the last, which becomes `land`. */
function pointItems(flown: readonly OutputFrame[], from: number): PlanItem[] {
  return flown.slice(from, -1).map((point, i) => ({
    kind: 'fly',
    frame: point.frame,
    durationS: point.frame.durationS,
    glides: follows(point, flown[from + i + 1]),
  }));
}

function landItems(flown: readonly OutputFrame[], flight: FlightSettings): PlanItem[] {
  const frame = flown.at(-1)?.frame;
  if (!frame) return [];
  return [
    { kind: 'fly', frame, durationS: flight.landDelayS, glides: false },
    { kind: 'land', frame, durationS: frame.durationS, glides: false },
  ];
}

/** Whether the two are neighbours in the file, with nothing removed between them. */
function follows(a: OutputFrame, b: OutputFrame | undefined): boolean {
  return b?.index === a.index + 1;
}

function findStart(output: readonly OutputFrame[]): PlanStart | undefined {
  const index = output.findIndex(({ isFlown }) => isFlown);
  const first: AnimationFrame | undefined = output[index]?.frame;
  if (!first) return undefined;
  const { durationS } = layOut(standItems(output.slice(0, index)));
  return { positionM: first.positionM, yawRad: first.yawRad, delayS: durationS };
}

function lowestZ(frames: readonly OutputFrame[]): number {
  return frames.reduce((lowest, { frame }) => Math.min(lowest, frame.positionM.z), Number.POSITIVE_INFINITY);
}
