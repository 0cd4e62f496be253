/**
 * PX4's decisions: arming, modes, failsafes, disarming by itself. Knows no messages and no physics.
 * Simplified: no pilot's receiver is connected, which counts as "lost when it was armed", so that its loss never acts
 * in flight; OFFBOARD alone is held to COM_RCL_EXCEPT on arming.
 */
import { common } from 'mavlink-mappings';
import type { Commander, ModeSource, Situation } from '../commander.js';
import type { CommanderOptions } from '../firmware.js';
import type { FlightMode } from '../flight-mode.js';
import { Motors } from '../motors.js';
import type { Notice } from '../notice.js';
import type { Parameters } from '../parameters.js';
import type { Random } from '../random.js';
import { isWorse, type Px4Action, type Px4Cause, Px4Failsafes } from './px4-failsafes.js';
import { type Px4Reason, px4Notice } from './px4-notices.js';

const { ACCEPTED, TEMPORARILY_REJECTED, DENIED } = common.MavResult;

/** The modes that this autopilot flies without a pilot's sticks; it has no missions. */
const flownModes = new Set(['OFFBOARD', 'AUTO.TAKEOFF', 'AUTO.LOITER', 'AUTO.LAND', 'AUTO.RTL', 'POSCTL']);
const pilotModes = new Set([...flownModes, 'ALTCTL']);
/** It can not be armed in these, nor does it return to them after a landing. */
const notArmable = new Set(['AUTO.LAND', 'AUTO.RTL']);
const modeOfAction: Readonly<Record<Px4Action, string | undefined>> = {
  none: undefined,
  sink: 'POSCTL',
  hold: 'AUTO.LOITER',
  return: 'AUTO.RTL',
  land: 'AUTO.LAND',
  disarm: undefined,
  terminate: undefined,
};
/** These end by themselves, and can not be overruled: they are about what a mode needs. */
const passingCauses: ReadonlySet<Px4Cause> = new Set(['offboardLost', 'positionLost']);
const sensorIds = ['CAL_ACC0_ID', 'CAL_GYRO0_ID', 'CAL_MAG0_ID'];
/** COM_RC_IN_MODE: a joystick alone, and no sticks at all. The others want a receiver. */
const modesWithoutReceiver = new Set([1, 4]);
const offboardBit = 4;

type Failsafe = { readonly cause: Px4Cause; readonly action: Px4Action; readonly mode: string };

export class Px4Commander implements Commander {
  readonly #parameters: Parameters;
  readonly #random: Random;
  readonly #flightMode: FlightMode;
  readonly #failsafes: Px4Failsafes;
  readonly #tell: (notice: Notice) => void;
  readonly #motors = new Motors();
  #intended = 'AUTO.LOITER';
  #modeAfterDisarm = 'AUTO.LOITER';
  #failsafe: Failsafe | undefined;
  /** Failsafes that somebody has overruled by another mode, until disarming. */
  readonly #overruled = new Map<Px4Cause, Px4Action>();
  #isTerminated = false;
  #isOffboardLost = false;
  #lossAfterMs = 0;
  #resumeAfterMs = 0;

  constructor(options: CommanderOptions) {
    this.#parameters = options.parameters;
    this.#random = options.random;
    this.#flightMode = options.flightMode;
    this.#tell = options.tell;
    this.#failsafes = new Px4Failsafes(options.parameters);
    this.#drawDelays();
  }

  get armed(): boolean {
    return this.#motors.armed;
  }

  get mode(): string {
    return this.#failsafe?.mode ?? this.#intended;
  }

  get intendedMode(): string {
    return this.#intended;
  }

  get isFailsafe(): boolean {
    return this.#failsafe !== undefined;
  }

  get isTerminated(): boolean {
    return this.#isTerminated;
  }

  armedForMs(nowMs: number): number {
    return this.#motors.runningMs(nowMs);
  }

  armingObstacle(situation: Situation): Notice | undefined {
    const reason = this.#reasonAgainstArming(situation);
    return reason && px4Notice(reason);
  }

  arm(situation: Situation, isForced: boolean): number {
    if (this.armed) return ACCEPTED;
    if (this.#isTerminated) return this.#refuse('terminated');
    const reason = isForced ? undefined : this.#reasonAgainstArming(situation);
    if (reason) return this.#refuse(reason);
    this.#motors.start(situation.nowMs);
    return ACCEPTED;
  }

  disarm(situation: Situation, isForced: boolean): number {
    if (this.armed && !situation.isLanded && !isForced) return this.#refuse('notLanded');
    if (this.armed) this.#stopMotors();
    return ACCEPTED;
  }

  setMode(mode: string, situation: Situation, source: ModeSource): number {
    const isFlown = (source === 'pilot' ? pilotModes : flownModes).has(mode);
    if (!isFlown || !this.#hasWhatItTakes(mode, situation)) return this.#refuse('modeUnavailable');
    if (mode === 'OFFBOARD' && !this.#isStreaming(situation) && !situation.isLanded)
      return this.#refuse('noOffboardSetpoints');
    if (this.#failsafe && !passingCauses.has(this.#failsafe.cause))
      this.#overruled.set(this.#failsafe.cause, this.#failsafe.action);
    this.#failsafe = undefined;
    this.#isOffboardLost = false;
    this.#intended = mode;
    if (!notArmable.has(mode)) this.#modeAfterDisarm = mode;
    return ACCEPTED;
  }

  takeOff(heightM: number, situation: Situation): number {
    this.#flightMode.takeOffTo(Number.isFinite(heightM) ? heightM : undefined);
    return this.setMode('AUTO.TAKEOFF', situation, 'command');
  }

  /** The motors stop at once, unless its circuit breaker says otherwise. Source: PX4 CBRK_FLIGHTTERM. */
  terminate(): number {
    if (this.#parameters.number('CBRK_FLIGHTTERM') !== 0) {
      this.#tell(px4Notice('terminationOff'));
      return DENIED;
    }
    this.#terminate();
    return ACCEPTED;
  }

  takeoffCompleted(): void {
    this.#intended = 'AUTO.LOITER';
    this.#modeAfterDisarm = 'AUTO.LOITER';
  }

  step(situation: Situation): void {
    if (!this.armed) return;
    this.#watchStream(situation);
    this.#chooseFailsafe(situation);
    if (this.armed) this.#watchLanding(situation);
  }

  #reasonAgainstArming(situation: Situation): Px4Reason | undefined {
    const { isSettled, hasPosition, hasGpsFix, isCalibrating } = situation;
    if (isCalibrating) return 'calibrating';
    if (!isSettled || !hasPosition) return 'estimatorNotReady';
    if (sensorIds.some((id) => this.#parameters.number(id) === 0)) return 'sensorNotCalibrated';
    if (this.#parameters.number('COM_ARM_WO_GPS') === 0 && !hasGpsFix) return 'gpsRequired';
    if (notArmable.has(this.mode)) return 'modePreventsArming';
    if (this.#failsafes.batteryAction(situation) !== 'none') return 'batteryTooLow';
    if (this.#parameters.number('NAV_DLL_ACT') > 0 && !this.#failsafes.hasGroundStation(situation))
      return 'noGroundStation';
    if (this.mode !== 'OFFBOARD') return undefined;
    if (!this.#isStreaming(situation)) return 'noOffboardSetpoints';
    return this.#needsPilot ? 'noManualControl' : undefined;
  }

  get #needsPilot(): boolean {
    const isExcepted = (this.#parameters.number('COM_RCL_EXCEPT') & offboardBit) !== 0;
    return !isExcepted && !modesWithoutReceiver.has(this.#parameters.number('COM_RC_IN_MODE'));
  }

  get #lossTimeMs(): number {
    return this.#parameters.number('COM_OF_LOSS_T') * 1000;
  }

  #isStreaming({ stream, nowMs }: Situation): boolean {
    return stream.silenceMs(nowMs) < this.#lossTimeMs;
  }

  #hasWhatItTakes(mode: string, situation: Situation): boolean {
    if (mode === 'AUTO.RTL') return situation.hasGlobalPosition && situation.homeM !== undefined;
    return mode === 'AUTO.LAND' || mode === 'ALTCTL' || situation.isLanded || situation.hasPosition;
  }

  /** OFFBOARD stays intended when the setpoints stop, and is taken up again when they come back. */
  #watchStream({ stream, nowMs }: Situation): void {
    const wasLost = this.#isOffboardLost;
    if (this.#intended !== 'OFFBOARD') this.#isOffboardLost = false;
    else if (stream.silenceMs(nowMs) > this.#lossAfterMs) this.#isOffboardLost = true;
    else if (stream.flowingMs(nowMs) > this.#resumeAfterMs) this.#isOffboardLost = false;
    if (wasLost && !this.#isOffboardLost) this.#drawDelays();
  }

  /** The worst of what is wrong is flown. What ends by itself is no failsafe any more; battery and fence stay. */
  #chooseFailsafe(situation: Situation): void {
    const wanted: [Px4Cause, Px4Action][] = [
      ['positionLost', this.#failsafes.positionLossAction(situation, this.#intended)],
      ['offboardLost', this.#isOffboardLost ? this.#failsafes.offboardLossAction : 'none'],
      ['batteryLow', this.#failsafes.batteryAction(situation)],
      ['dataLinkLost', this.#failsafes.dataLinkAction(situation, this.#intended)],
      ['fenceBreached', this.#failsafes.fenceAction(situation)],
    ];
    const kept = this.#failsafe;
    let worst = kept?.cause === 'batteryLow' || kept?.cause === 'fenceBreached' ? kept : undefined;
    for (const [cause, action] of wanted) {
      const isOverruled = !isWorse(action, this.#overruled.get(cause) ?? 'none');
      if (isOverruled || !isWorse(action, worst?.action ?? 'none')) continue;
      worst = { cause, action, mode: '' };
    }
    const isSame = worst?.cause === kept?.cause && worst?.action === kept?.action;
    if (!isSame) this.#act(worst, situation);
  }

  #act(failsafe: Failsafe | undefined, situation: Situation): void {
    this.#failsafe = undefined;
    if (!failsafe) return;
    this.#tell(px4Notice(failsafe.cause));
    if (failsafe.action === 'terminate') this.#terminate();
    else if (failsafe.action === 'disarm') this.#stopMotors();
    else this.#failsafe = { ...failsafe, mode: this.#flownMode(failsafe.action, situation) };
  }

  /** What can not be flown without a position on the globe lands instead. */
  #flownMode(action: Px4Action, situation: Situation): string {
    const mode = modeOfAction[action] ?? 'AUTO.LAND';
    return this.#hasWhatItTakes(mode, situation) ? mode : 'AUTO.LAND';
  }

  #watchLanding({ isLanded, nowMs }: Situation): void {
    this.#motors.watch(isLanded, nowMs);
    if (!isLanded) return;
    const isEnding = this.#motors.hasFlown || this.mode === 'AUTO.LAND';
    const patienceS = this.#parameters.number(isEnding ? 'COM_DISARM_LAND' : 'COM_DISARM_PRFLT');
    if (patienceS <= 0 || this.#motors.standingMs(nowMs) < patienceS * 1000) return;
    this.#tell(px4Notice('autoDisarmed'));
    this.#stopMotors();
  }

  #terminate(): void {
    this.#tell(px4Notice('terminated'));
    this.#isTerminated = true;
    this.#stopMotors();
  }

  /** The last commanded mode in which it could be armed comes back. Source: observed on PX4. */
  #stopMotors(): void {
    this.#motors.stop();
    this.#failsafe = undefined;
    this.#isOffboardLost = false;
    this.#overruled.clear();
    this.#intended = this.#modeAfterDisarm;
    this.#drawDelays();
  }

  #refuse(reason: Px4Reason): number {
    this.#tell(px4Notice(reason));
    return TEMPORARILY_REJECTED;
  }

  /** OFFBOARD is left 0.95…1.3 s after the last setpoint, and taken up again within 2 s. Source: observed on PX4. */
  #drawDelays(): void {
    this.#lossAfterMs = this.#lossTimeMs + this.#random.between(-50, 300);
    this.#resumeAfterMs = this.#random.between(500, 1700);
  }
}
