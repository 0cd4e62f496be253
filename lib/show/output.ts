/** Chooses the frames that one drone plays, and which of them it flies. Knows nothing of the manoeuvres around them. */
import type { Animation, AnimationFrame } from './model.js';
import type { AnimationSettings } from './settings.js';
import { type StageName, splitStages, stageOf } from './stages.js';
import { transformFrames } from './transform.js';

/** One frame that is played. `index` is its place in the file; a jump in it is a gap of removed stages. */
export type OutputFrame = {
  readonly frame: AnimationFrame;
  readonly index: number;
  readonly stage: StageName;
  /** Flown; otherwise the drone stands on the ground and only its colours play. */
  readonly isFlown: boolean;
};

/** Transformed frames of the stages that the output flags keep, in order. */
export function selectOutput(animation: Animation, settings: AnimationSettings): OutputFrame[] {
  const stages = splitStages(animation.frames);
  const frames = transformFrames(animation.frames, settings);
  const standing: Partial<Record<StageName, boolean>> = {
    staticBegin: isBelow(frames[0], settings.takeoffLevelM),
    staticEnd: isBelow(frames.at(-1), settings.takeoffLevelM),
  };
  return frames
    .map((frame, index): OutputFrame => {
      const stage = stageOf(stages, index);
      return { frame, index, stage, isFlown: !standing[stage] };
    })
    .filter(({ stage }) => settings.output[stage]);
}

/** Which variant plays: the drone's own take-off when the output begins above the take-off level. */
export function chooseVariant(
  output: readonly OutputFrame[],
  settings: AnimationSettings,
): 'fly' | 'takeoff' {
  if (settings.startAction !== 'auto') return settings.startAction;
  const first = output[0];
  return first !== undefined && first.frame.positionM.z > settings.takeoffLevelM ? 'takeoff' : 'fly';
}

/** The output without the file's own take-off, where the drone's replaces it. */
export function dropFileTakeoff(output: readonly OutputFrame[], takeoffLevelM: number): OutputFrame[] {
  const first = output.find(({ stage }) => stage === 'takeoff');
  if (!isBelow(first?.frame, takeoffLevelM)) return [...output];
  return output.filter(({ stage }) => stage !== 'takeoff');
}

function isBelow(frame: AnimationFrame | undefined, levelM: number): boolean {
  return frame !== undefined && frame.positionM.z < levelM;
}
