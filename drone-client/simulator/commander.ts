/**
 * The autopilot's decisions: arming, modes, the loss of the setpoint stream, disarming by itself; as PX4 takes them.
 * Knows no messages and no physics; time and what it must know of the flight come as arguments.
 */
import { common } from 'mavlink-mappings';
import type { OffboardStream } from './offboard-stream.js';
import type { Parameters } from './parameters.js';
import type { Random } from './random.js';

/** What the commander looks at. */
export type Situation = {
  readonly nowMs: number;
  readonly isLanded: boolean;
  /** The estimator has settled. */
  readonly isSettled: boolean;
  readonly stream: OffboardStream;
};

/** Why something was refused or done; goes out as an EVENT. */
export type Reason =
  | 'estimatorNotReady'
  | 'noOffboardSetpoints'
  | 'modePreventsArming'
  | 'notLanded'
  | 'modeUnavailable'
  | 'offboardLost'
  | 'autoDisarmed';

const { ACCEPTED, TEMPORARILY_REJECTED } = common.MavResult;

/** The modes that this autopilot flies. Others want a pilot's sticks, a mission or a global position. */
const flownModes = new Set(['OFFBOARD', 'AUTO.TAKEOFF', 'AUTO.LOITER', 'AUTO.LAND', 'POSCTL']);
/** It can not be armed in these, nor does it return to them after a landing. */
const notArmable = new Set(['AUTO.LAND']);
/** COM_OBL_RC_ACT: what to do when the setpoints stop; anything else lands. Source: PX4 parameter reference. */
const lossActions: ReadonlyMap<number, string> = new Map([
  [0, 'POSCTL'],
  [5, 'AUTO.LOITER'],
]);

export class Commander {
  readonly #parameters: Parameters;
  readonly #random: Random;
  readonly #tell: (reason: Reason) => void;
  #armed = false;
  #mode = 'AUTO.LOITER';
  #modeAfterDisarm = 'AUTO.LOITER';
  /** OFFBOARD is still intended, but the setpoints stopped; a commanded mode ends it. */
  #isFailsafe = false;
  #armedAtMs = 0;
  #hasFlown = false;
  #landedAtMs = 0;
  #lossAfterMs = 0;
  #resumeAfterMs = 0;

  constructor(options: { parameters: Parameters; random: Random; tell: (reason: Reason) => void }) {
    this.#parameters = options.parameters;
    this.#random = options.random;
    this.#tell = options.tell;
    this.#drawDelays();
  }

  get armed(): boolean {
    return this.#armed;
  }

  /** The mode that is flown; during a failsafe not the intended one. */
  get mode(): string {
    return this.#mode;
  }

  get isFailsafe(): boolean {
    return this.#isFailsafe;
  }

  /** How long the motors have run, ms; 0 when they stand. */
  armedForMs(nowMs: number): number {
    return this.#armed ? nowMs - this.#armedAtMs : 0;
  }

  /** Why arming would be refused now. */
  armingObstacle(situation: Situation): Reason | undefined {
    if (!situation.isSettled) return 'estimatorNotReady';
    if (notArmable.has(this.#mode)) return 'modePreventsArming';
    const isStreaming = situation.stream.silenceMs(situation.nowMs) < this.#lossTimeMs;
    return this.#mode === 'OFFBOARD' && !isStreaming ? 'noOffboardSetpoints' : undefined;
  }

  /** Returns a MAV_RESULT. Forced, it arms whatever speaks against it. */
  arm(situation: Situation, isForced: boolean): number {
    if (this.#armed) return ACCEPTED;
    const obstacle = isForced ? undefined : this.armingObstacle(situation);
    if (obstacle) return this.#refuse(obstacle);
    this.#armed = true;
    this.#armedAtMs = situation.nowMs;
    this.#landedAtMs = situation.nowMs;
    this.#hasFlown = false;
    return ACCEPTED;
  }

  /** Returns a MAV_RESULT. Forced, it stops the motors in the air as well. */
  disarm(situation: Situation, isForced: boolean): number {
    if (this.#armed && !situation.isLanded && !isForced) return this.#refuse('notLanded');
    if (this.#armed) this.#stopMotors();
    return ACCEPTED;
  }

  /** Returns a MAV_RESULT. */
  setMode(mode: string, situation: Situation): number {
    if (!flownModes.has(mode)) return this.#refuse('modeUnavailable');
    const isStreaming = situation.stream.silenceMs(situation.nowMs) < this.#lossTimeMs;
    if (mode === 'OFFBOARD' && !isStreaming && !situation.isLanded)
      return this.#refuse('noOffboardSetpoints');
    this.#mode = mode;
    if (!notArmable.has(mode)) this.#modeAfterDisarm = mode;
    this.#isFailsafe = false;
    return ACCEPTED;
  }

  /** AUTO.TAKEOFF has reached its height. */
  takeoffCompleted(): void {
    this.#mode = 'AUTO.LOITER';
    this.#modeAfterDisarm = 'AUTO.LOITER';
  }

  step(situation: Situation): void {
    if (!this.#armed) return;
    this.#watchStream(situation);
    this.#watchLanding(situation);
  }

  get #lossTimeMs(): number {
    return this.#parameters.number('COM_OF_LOSS_T') * 1000;
  }

  #watchStream({ stream, nowMs }: Situation): void {
    if (this.#mode === 'OFFBOARD' && stream.silenceMs(nowMs) > this.#lossAfterMs) {
      this.#mode = lossActions.get(this.#parameters.number('COM_OBL_RC_ACT')) ?? 'AUTO.LAND';
      this.#isFailsafe = true;
      this.#tell('offboardLost');
    } else if (this.#isFailsafe && stream.flowingMs(nowMs) > this.#resumeAfterMs) {
      this.#mode = 'OFFBOARD';
      this.#isFailsafe = false;
      this.#drawDelays();
    }
  }

  #watchLanding({ isLanded, nowMs }: Situation): void {
    if (!isLanded) {
      this.#hasFlown = true;
      this.#landedAtMs = nowMs;
      return;
    }
    const isEnding = this.#hasFlown || this.#mode === 'AUTO.LAND';
    const patienceS = this.#parameters.number(isEnding ? 'COM_DISARM_LAND' : 'COM_DISARM_PRFLT');
    if (patienceS <= 0 || nowMs - this.#landedAtMs < patienceS * 1000) return;
    this.#tell('autoDisarmed');
    this.#stopMotors();
  }

  /** The last commanded mode in which it could be armed comes back. Source: observed on PX4. */
  #stopMotors(): void {
    this.#armed = false;
    this.#isFailsafe = false;
    this.#mode = this.#modeAfterDisarm;
    this.#drawDelays();
  }

  #refuse(reason: Reason): number {
    this.#tell(reason);
    return TEMPORARILY_REJECTED;
  }

  /** OFFBOARD is left 0.95…1.3 s after the last setpoint, and taken up again within 2 s. Source: observed on PX4. */
  #drawDelays(): void {
    this.#lossAfterMs = this.#lossTimeMs + this.#random.between(-50, 300);
    this.#resumeAfterMs = this.#random.between(500, 1700);
  }
}
