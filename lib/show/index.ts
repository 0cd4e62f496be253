/** The public part of the show library: animations in, flight plans out. Opening shows of any format is `adapters/open-show.ts`. */
export { buildFlightPlan } from './flight-plan.js';
export { noAnimationId, parseCleverShowCsv, toCleverShowCsv } from './formats/clever-show-csv.js';
export { checkGround } from './ground-check.js';
export {
  type Animation,
  type AnimationFrame,
  black,
  type FlightPlan,
  type PlanStart,
  type PlanStep,
  type Rgb,
  type TrajectoryPoint,
} from './model.js';
export {
  type AnimationSettings,
  defaultAnimationSettings,
  defaultFlightSettings,
  type FlightSettings,
  type OutputFlags,
} from './settings.js';
export { type StageName, type Stages, splitStages, stageOf } from './stages.js';
export { type StartPosition, startPosition, startPositionTelemetry } from './start-position.js';
export { colorAt, stepAt, trajectoryAt } from './trajectory.js';
export { transformFrames } from './transform.js';
