/** Moves an animation's frames from the file's axes to the drone's place. Knows no stages and no plan. */
import { degToRad, type Vec3 } from '../geo/frames.js';
import type { AnimationFrame } from './model.js';
import type { AnimationSettings } from './settings.js';

export type TransformSettings = Pick<AnimationSettings, 'ratio' | 'commonOffsetM' | 'privateOffsetM' | 'yaw'>;

/** Position × ratio + common offset + private offset per axis (offsets are not scaled), yaw by its setting. */
export function transformFrames(
  frames: readonly AnimationFrame[],
  settings: TransformSettings,
): AnimationFrame[] {
  return frames.map((frame) => ({
    ...frame,
    positionM: transformPosition(frame.positionM, settings),
    yawRad: transformYaw(frame.yawRad, settings.yaw),
  }));
}

function transformPosition(p: Vec3, { ratio, commonOffsetM, privateOffsetM }: TransformSettings): Vec3 {
  return {
    x: p.x * ratio.x + commonOffsetM.x + privateOffsetM.x,
    y: p.y * ratio.y + commonOffsetM.y + privateOffsetM.y,
    z: p.z * ratio.z + commonOffsetM.z + privateOffsetM.z,
  };
}

/** rad; NaN = keep the heading. */
function transformYaw(yawRad: number, setting: TransformSettings['yaw']): number {
  if (setting === 'animation') return yawRad;
  return setting === 'nan' ? Number.NaN : degToRad(setting);
}
