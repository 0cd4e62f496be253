/** The public part of the show library. Opening a path of any format is `adapters/open-show.ts`. */
export {
  type AssignBy,
  assignSlots,
  replaceDrone,
  type SlotAssignment,
} from './assign/assign-slots.js';
export { completeShow } from './complete.js';
export { buildFlightPlan } from './flight-plan.js';
export { exportCleverShow } from './formats/clever-show.js';
export { noAnimationId, parseCleverShowCsv, toCleverShowCsv } from './formats/clever-show-csv.js';
export type { ExportedShow, FormatId, ImportedShow, ShowSource } from './formats/format.js';
export { exportSkybrushCsv } from './formats/skybrush-csv.js';
export { exportSkyc } from './formats/skyc/index.js';
export { exportStar } from './formats/star.js';
export { readZip, writeZip } from './formats/zip.js';
export { checkGround } from './ground-check.js';
export { importShow } from './import-show.js';
export { lightTrack, trackColorAt } from './lights.js';
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
export { decodePart, digestOf, encodePart, showDigest } from './part/part-codec.js';
export { planOfPart } from './part/part-plan.js';
export { partsOf, type ShowPart, showOf } from './part/show-part.js';
export { type Motion, motionAt, type Path } from './path.js';
export { pathOf } from './path-builder.js';
export { type PreparedShow, prepareShow } from './prepare-show.js';
export {
  type AnimationSettings,
  defaultAnimationSettings,
  defaultFlightSettings,
  type FlightSettings,
  type OutputFlags,
} from './settings.js';
export type { LightProgram, Segment, Show, SlotShow, Trajectory, YawProgram } from './show.js';
export { type StageName, type Stages, splitStages, stageOf } from './stages.js';
export { type StartPosition, startPosition, startPositionTelemetry } from './start-position.js';
export { colorAt, stepAt, trajectoryAt } from './trajectory.js';
export { transformFrames } from './transform.js';
export { identityTransform, type ShowTransform, transformShow } from './transform-show.js';
export { checkShow } from './validate/check-show.js';
export { defaultLimits, type ShowLimits } from './validate/limits.js';
export type { CheckResult, CheckStats, ShowWarning, Violation } from './validate/result.js';
export { yawAt } from './yaw.js';
