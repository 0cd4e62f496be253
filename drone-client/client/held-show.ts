/** What a drone's file of a show says: its plan, its digest, or why there is none. Pure: bytes in, no disk. */
import type { Config } from '../../lib/config/index.js';
import { errorText, ShowError } from '../../lib/errors.js';
import {
  type Animation,
  buildFlightPlan,
  type FlightPlan,
  parseCleverShowCsv,
} from '../../lib/show/index.js';
import { decodePart, digestOf } from '../../lib/show/part/part-codec.js';
import { planOfPart } from '../../lib/show/part/part-plan.js';
import type { PartCommon } from '../../lib/show/part/show-part.js';
import { animationPath, showPartPath } from './file-jail.js';
import { readAnimationSettings, readFlightSettings } from './settings.js';

/** `state` is `OK` with a plan; `digest` and `common` are those of a part, whether it can be flown or not. */
export type HeldShow = {
  readonly id: string | undefined;
  readonly plan: FlightPlan | undefined;
  readonly state: string;
  readonly digest: string | undefined;
  readonly common: PartCommon | undefined;
};

export const noShow: HeldShow = {
  id: undefined,
  plan: undefined,
  state: 'no animation: upload the show',
  digest: undefined,
  common: undefined,
};

/** The file could not be read at all. */
export function unreadable(error: unknown): HeldShow {
  return { ...noShow, state: errorText(error) };
}

/** A part of a Starling show: flown as it is, whatever the configuration says. */
export function heldPart(content: Uint8Array): HeldShow {
  const digest = digestOf(content);
  let held: HeldShow = { ...noShow, digest };
  try {
    const part = decodePart(content, showPartPath);
    held = { ...held, id: part.common.title, common: part.common };
    return { ...held, plan: planOfPart(part), state: 'OK' };
  } catch (error) {
    return { ...held, state: errorText(error) };
  }
}

/** A clever-show animation: placed and cut by the drone's own configuration, and without a digest. */
export function heldAnimation(content: Uint8Array, config: Config): HeldShow {
  let animation: Animation | undefined;
  try {
    const text = new TextDecoder().decode(content);
    const frameDelayS = config.getNumber('ANIMATION/frame_delay');
    animation = parseCleverShowCsv(text, animationPath, { frameDelayS });
    const plan = buildFlightPlan(animation, readAnimationSettings(config), readFlightSettings(config));
    return { ...noShow, id: animation.id, plan, state: 'OK' };
  } catch (error) {
    return { ...noShow, id: animation?.id, state: errorText(error) };
  }
}

/**
 * The configuration must not move what the server has proven: a part is flown where it says.
 * @throws ShowError naming the option that would.
 */
export function expectUnmoved(config: Config): void {
  const { ratio, privateOffsetM, commonOffsetM, yaw } = readAnimationSettings(config);
  const isUnit = ratio.x === 1 && ratio.y === 1 && ratio.z === 1;
  const moved = [
    ...(isUnit ? [] : ['ratio']),
    ...(Math.hypot(privateOffsetM.x, privateOffsetM.y, privateOffsetM.z) === 0 ? [] : ['private_offset']),
    ...(Math.hypot(commonOffsetM.x, commonOffsetM.y, commonOffsetM.z) === 0 ? [] : ['common_offset']),
    ...(typeof yaw === 'number' ? ['yaw'] : []),
  ];
  if (moved.length > 0)
    throw new ShowError(
      `[ANIMATION] ${moved.join(', ')} of this drone would move the show, which the server has checked where it is: ` +
        'set it back here, and in [SHOW] of the server instead',
    );
}
