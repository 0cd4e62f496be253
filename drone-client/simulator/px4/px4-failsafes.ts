/** Which of the simulated PX4's failsafes want to act, and how. Knows parameters and the situation, decides nothing. */
import type { Situation } from '../commander.js';
import type { Parameters } from '../parameters.js';
import { isAttitude } from '../position-control.js';

export type Px4Cause = 'positionLost' | 'offboardLost' | 'batteryLow' | 'dataLinkLost' | 'fenceBreached';

/** In the order of severity. `sink` is what POSCTL without a pilot does. */
const px4Actions = ['none', 'sink', 'hold', 'return', 'land', 'disarm', 'terminate'] as const;
export type Px4Action = (typeof px4Actions)[number];

type ActionTable = ReadonlyMap<number, Px4Action>;

// Source: PX4 parameter reference, releases 1.14 to 1.16. A number that is not there lands.
const offboardLossActions: ActionTable = new Map([
  [0, 'sink'],
  [1, 'sink'],
  [2, 'sink'],
  [3, 'return'],
  [4, 'land'],
  [5, 'hold'],
  [6, 'terminate'],
  [7, 'disarm'],
]);
const dataLinkActions: ActionTable = new Map([
  [0, 'none'],
  [1, 'hold'],
  [2, 'return'],
  [3, 'land'],
  [5, 'terminate'],
  [6, 'disarm'],
]);
const fenceActions: ActionTable = new Map([
  [0, 'none'],
  [1, 'none'],
  [2, 'hold'],
  [3, 'return'],
  [4, 'terminate'],
  [5, 'land'],
]);

/** What needs a horizontal position; OFFBOARD does unless it is steered by attitude. */
const positionModes: ReadonlySet<string> = new Set([
  'OFFBOARD',
  'AUTO.TAKEOFF',
  'AUTO.LOITER',
  'AUTO.RTL',
  'POSCTL',
]);

/** Bit 2 of COM_DLL_EXCEPT: OFFBOARD. */
const offboardBit = 4;

export class Px4Failsafes {
  readonly #parameters: Parameters;

  constructor(parameters: Parameters) {
    this.#parameters = parameters;
  }

  /** For setpoints that stopped. */
  get offboardLossAction(): Px4Action {
    return offboardLossActions.get(this.#parameters.number('COM_OBL_RC_ACT')) ?? 'land';
  }

  /** It descends where it is, which shows as AUTO.LAND. Source: PX4, mode fall-back without manual control. */
  positionLossAction({ hasPosition, stream }: Situation, mode: string): Px4Action {
    if (hasPosition || !positionModes.has(mode)) return 'none';
    const isByAttitude = mode === 'OFFBOARD' && stream.demand !== undefined && isAttitude(stream.demand);
    return isByAttitude ? 'none' : 'land';
  }

  /** COM_LOW_BAT_ACT: 2 lands at BAT_CRIT_THR; 3 returns there, and lands at BAT_EMERGEN_THR. */
  batteryAction({ batteryFraction }: Situation): Px4Action {
    const action = this.#parameters.number('COM_LOW_BAT_ACT');
    const isCritical = batteryFraction < this.#parameters.number('BAT_CRIT_THR');
    const isEmergency = batteryFraction < this.#parameters.number('BAT_EMERGEN_THR');
    if (!isCritical || action === 0) return 'none';
    return action === 2 || isEmergency ? 'land' : 'return';
  }

  /** NAV_DLL_ACT, when no ground station was heard for COM_DL_LOSS_T. */
  dataLinkAction(situation: Situation, mode: string): Px4Action {
    const isExcepted = mode === 'OFFBOARD' && (this.#parameters.number('COM_DLL_EXCEPT') & offboardBit) !== 0;
    if (isExcepted || this.hasGroundStation(situation)) return 'none';
    return dataLinkActions.get(this.#parameters.number('NAV_DLL_ACT')) ?? 'land';
  }

  hasGroundStation({ groundStationSilenceMs }: Situation): boolean {
    const silenceMs = groundStationSilenceMs ?? Number.POSITIVE_INFINITY;
    return silenceMs <= this.#parameters.number('COM_DL_LOSS_T') * 1000;
  }

  /** GF_ACTION, above GF_MAX_VER_DIST or further than GF_MAX_HOR_DIST from home; 0 = no limit. */
  fenceAction({ positionM, homeM }: Situation): Px4Action {
    if (!homeM) return 'none';
    const isOut = (id: string, distanceM: number): boolean => {
      const limitM = this.#parameters.number(id);
      return limitM > 0 && distanceM > limitM;
    };
    const awayM = Math.hypot(positionM.x - homeM.x, positionM.y - homeM.y);
    if (!isOut('GF_MAX_VER_DIST', positionM.z - homeM.z) && !isOut('GF_MAX_HOR_DIST', awayM)) return 'none';
    return fenceActions.get(this.#parameters.number('GF_ACTION')) ?? 'land';
  }
}

/** The more severe of the two. */
export function isWorse(one: Px4Action, other: Px4Action): boolean {
  return px4Actions.indexOf(one) > px4Actions.indexOf(other);
}
