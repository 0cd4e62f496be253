import type { Vec3 } from '../../../../lib/geo/frames.js';
import type { Segment, Show, SlotShow } from '../../../../lib/show/show.js';
import { checkShow } from '../../../../lib/show/validate/check-show.js';
import type { ShowLimits } from '../../../../lib/show/validate/limits.js';
import type { Violation, ViolationKind } from '../../../../lib/show/validate/result.js';

export const p = (x: number, y: number, z: number): Vec3 => ({ x, y, z });

export function linear(endS: number, toM: Vec3): Segment {
  return { kind: 'linear', endS, toM };
}

/** Stands on its pad unless told otherwise. */
export function slot(
  startM: Vec3,
  segments: readonly Segment[] = [],
  more: Partial<SlotShow> = {},
): SlotShow {
  return {
    trajectory: { startS: 0, startM, segments },
    lights: { kind: 'step', timesS: new Float64Array(0), colors: new Uint8Array(0) },
    yaw: { timesS: new Float64Array(0), yawsRad: new Float64Array(0) },
    pyro: [],
    homeM: { ...startM, z: 0 },
    ...more,
  };
}

export function showOf(slots: Readonly<Record<string, SlotShow>>): Show {
  const entries = new Map(Object.entries(slots));
  return { title: 't', slots: entries, cues: [], segments: {}, limits: {} };
}

export function violation(
  kind: ViolationKind,
  slots: Readonly<Record<string, SlotShow>>,
  limits: Partial<ShowLimits> = {},
): Violation | undefined {
  return checkShow(showOf(slots), { limits }).violations.find((found) => found.kind === kind);
}
