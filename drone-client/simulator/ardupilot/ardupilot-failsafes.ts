/** Which of the simulated Copter's failsafes have just fired, and the mode that each wants. Knows no messages. */
import type { Situation } from '../commander.js';
import type { Parameters } from '../parameters.js';

/** What a failsafe wants; `stop` is the end of all flight. */
export type ArdupilotAction = 'LAND' | 'RTL' | 'BRAKE' | 'ALT_HOLD' | 'stop';
export type Fired = { readonly text: string; readonly action: ArdupilotAction | undefined };

type Cause = 'gcs' | 'batteryLow' | 'batteryCritical' | 'fence' | 'ekf';
type ActionTable = ReadonlyMap<number, ArdupilotAction>;

// Source: ArduPilot parameter list, Copter 4.6. SMART_RTL is not flown here: it is what stands beside it.
const gcsActions: ActionTable = new Map([
  [1, 'RTL'],
  [3, 'RTL'],
  [4, 'LAND'],
  [5, 'LAND'],
  [6, 'RTL'],
  [7, 'BRAKE'],
]);
const batteryActions: ActionTable = new Map([
  [1, 'LAND'],
  [2, 'RTL'],
  [3, 'RTL'],
  [4, 'LAND'],
  [5, 'stop'],
  [6, 'RTL'],
  [7, 'BRAKE'],
]);
const fenceActions: ActionTable = new Map([
  [1, 'RTL'],
  [2, 'LAND'],
  [3, 'RTL'],
  [4, 'BRAKE'],
  [5, 'LAND'],
]);
const ekfActions: ActionTable = new Map([
  [1, 'LAND'],
  [2, 'ALT_HOLD'],
  [3, 'LAND'],
]);
const fenceTypes = { ceiling: 1, circle: 2 } as const;
/** Modes that fly by position. */
const positionModes: ReadonlySet<string> = new Set(['GUIDED', 'LOITER', 'RTL', 'BRAKE']);

export class ArdupilotFailsafes {
  readonly #parameters: Parameters;
  /** Those that are on: each fires once. */
  readonly #active = new Set<Cause>();
  #lowSinceMs: number | undefined;
  #criticalSinceMs: number | undefined;

  constructor(parameters: Parameters) {
    this.#parameters = parameters;
  }

  get isAnyActive(): boolean {
    return this.#active.size > 0;
  }

  /** Nothing is wrong while the motors stand. */
  clear(): void {
    this.#active.clear();
    this.#lowSinceMs = undefined;
    this.#criticalSinceMs = undefined;
  }

  /** To be called at every step with running motors. */
  fired(situation: Situation, mode: string): Fired[] {
    const fired: Fired[] = [];
    const watch = (cause: Cause, isWrong: boolean, what: Fired): void => {
      if (!isWrong) this.#active.delete(cause);
      else if (!this.#active.has(cause)) {
        this.#active.add(cause);
        fired.push(what);
      }
    };
    watch('gcs', this.#isGcsLost(situation), this.#firing('GCS Failsafe', gcsActions, 'FS_GCS_ENABLE'));
    if (this.#isBatteryLow(situation))
      watch('batteryLow', true, this.#firing('Battery 1 is low', batteryActions, 'BATT_FS_LOW_ACT'));
    if (this.#isBatteryCritical(situation))
      watch(
        'batteryCritical',
        true,
        this.#firing('Battery 1 is critical', batteryActions, 'BATT_FS_CRT_ACT'),
      );
    watch('fence', this.#isOut(situation), this.#firing('Fence Breached', fenceActions, 'FENCE_ACTION'));
    const isBlind = !situation.hasPosition && !situation.isLanded;
    const isEkfLost = isBlind && (positionModes.has(mode) || this.#active.has('ekf'));
    watch('ekf', isEkfLost, this.#firing('EKF Failsafe', ekfActions, 'FS_EKF_ACTION'));
    return fired;
  }

  #firing(text: string, actions: ActionTable, id: string): Fired {
    return { text, action: actions.get(this.#parameters.number(id)) };
  }

  /** One that was never heard is not missed. */
  #isGcsLost({ groundStationSilenceMs }: Situation): boolean {
    if (this.#parameters.number('FS_GCS_ENABLE') === 0 || groundStationSilenceMs === undefined) return false;
    return groundStationSilenceMs > this.#parameters.number('FS_GCS_TIMEOUT') * 1000;
  }

  #isBatteryLow({ batteryV, nowMs }: Situation): boolean {
    const isLow = batteryV < this.#parameters.number('BATT_LOW_VOLT');
    this.#lowSinceMs = isLow ? (this.#lowSinceMs ?? nowMs) : undefined;
    return this.#hasLasted(this.#lowSinceMs, nowMs);
  }

  #isBatteryCritical({ batteryV, nowMs }: Situation): boolean {
    const isLow = batteryV < this.#parameters.number('BATT_CRT_VOLT');
    this.#criticalSinceMs = isLow ? (this.#criticalSinceMs ?? nowMs) : undefined;
    return this.#hasLasted(this.#criticalSinceMs, nowMs);
  }

  #hasLasted(sinceMs: number | undefined, nowMs: number): boolean {
    return sinceMs !== undefined && nowMs - sinceMs >= this.#parameters.number('BATT_LOW_TIMER') * 1000;
  }

  #isOut({ positionM, homeM }: Situation): boolean {
    if (this.#parameters.number('FENCE_ENABLE') === 0 || !homeM) return false;
    const types = this.#parameters.number('FENCE_TYPE');
    const awayM = Math.hypot(positionM.x - homeM.x, positionM.y - homeM.y);
    const isHigh = positionM.z - homeM.z > this.#parameters.number('FENCE_ALT_MAX');
    const isFar = awayM > this.#parameters.number('FENCE_RADIUS');
    return ((types & fenceTypes.ceiling) !== 0 && isHigh) || ((types & fenceTypes.circle) !== 0 && isFar);
  }
}
