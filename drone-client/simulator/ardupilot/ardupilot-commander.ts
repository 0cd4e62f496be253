/**
 * ArduPilot Copter's decisions: arming, modes, take-off, failsafes, disarming by itself. Knows no messages and no
 * physics. Simplified: there is no pilot's receiver, and no failsafe for that.
 */
import { common } from 'mavlink-mappings';
import type { Commander, ModeSource, Situation } from '../commander.js';
import type { CommanderOptions } from '../firmware.js';
import type { FlightMode } from '../flight-mode.js';
import { Motors } from '../motors.js';
import type { Notice } from '../notice.js';
import type { Parameters } from '../parameters.js';
import { type ArdupilotAction, ArdupilotFailsafes } from './ardupilot-failsafes.js';
import { ardupilotNotice, modeRefusal, settlingTexts } from './ardupilot-notices.js';

const { ACCEPTED, FAILED } = common.MavResult;

/** The modes that this autopilot flies without a pilot's sticks; it has no missions. */
const flownModes = new Set(['GUIDED', 'GUIDED_NOGPS', 'LOITER', 'ALT_HOLD', 'RTL', 'LAND', 'BRAKE']);
const pilotModes = new Set([...flownModes, 'STABILIZE']);
const armableModes = new Set(['STABILIZE', 'ALT_HOLD', 'LOITER', 'GUIDED', 'GUIDED_NOGPS']);
const positionModes = new Set(['GUIDED', 'LOITER', 'RTL', 'BRAKE']);
const guidedModes = new Set(['GUIDED', 'GUIDED_NOGPS']);
const landingModes = new Set(['LAND', 'RTL']);
/** From touch-down to standing motors it takes 2 s, of which the land detector has had 0.9. Source: observed. */
const landedToDisarmMs = 1100;
const sensors = [
  ['INS_GYR_ID', 'Arm: Gyros not calibrated'],
  ['INS_ACC_ID', 'Arm: 3D Accel calibration needed'],
  ['COMPASS_DEV_ID', 'Arm: Compass not calibrated'],
] as const;

export class ArdupilotCommander implements Commander {
  readonly #parameters: Parameters;
  readonly #flightMode: FlightMode;
  readonly #settleMs: number;
  readonly #tell: (notice: Notice) => void;
  readonly #failsafes: ArdupilotFailsafes;
  readonly #motors = new Motors();
  #mode = 'STABILIZE';
  #landedMs: number | undefined;

  constructor({ parameters, flightMode, settleMs, tell }: CommanderOptions) {
    this.#parameters = parameters;
    this.#flightMode = flightMode;
    this.#settleMs = settleMs;
    this.#tell = tell;
    this.#failsafes = new ArdupilotFailsafes(parameters);
  }

  get armed(): boolean {
    return this.#motors.armed;
  }

  get mode(): string {
    return this.#mode;
  }

  /** A failsafe changes the mode for good. */
  get intendedMode(): string {
    return this.#mode;
  }

  get isFailsafe(): boolean {
    return this.#failsafes.isAnyActive;
  }

  /** Copter can be armed again. */
  get isTerminated(): boolean {
    return false;
  }

  armedForMs(nowMs: number): number {
    return this.#motors.runningMs(nowMs);
  }

  armingObstacle(situation: Situation): Notice | undefined {
    const text = this.#textAgainstArming(situation);
    return text === undefined ? undefined : ardupilotNotice(text);
  }

  arm(situation: Situation, isForced: boolean): number {
    if (this.armed) return ACCEPTED;
    const obstacle = isForced ? undefined : this.armingObstacle(situation);
    if (obstacle) {
      this.#tell(obstacle);
      return FAILED;
    }
    this.#motors.start(situation.nowMs);
    this.#landedMs = undefined;
    this.#flightMode.takeOffTo(undefined);
    situation.stream.forget();
    this.#tell(ardupilotNotice('Arming motors', true));
    return ACCEPTED;
  }

  disarm(situation: Situation, isForced: boolean): number {
    if (this.armed && !situation.isLanded && !isForced) return FAILED;
    if (this.armed) this.#stopMotors();
    return ACCEPTED;
  }

  /** Setpoints from before GUIDED count for nothing. */
  setMode(mode: string, situation: Situation, source: ModeSource): number {
    const why = this.#reasonAgainst(mode, situation, source);
    if (why !== undefined) {
      this.#tell(modeRefusal(mode, why));
      return FAILED;
    }
    if (mode === this.#mode) return ACCEPTED;
    this.#mode = mode;
    this.#landedMs = undefined;
    this.#flightMode.takeOffTo(undefined);
    if (guidedModes.has(mode)) situation.stream.forget();
    return ACCEPTED;
  }

  /** m above home; in GUIDED, with running motors, from the ground. */
  takeOff(heightM: number, situation: Situation): number {
    const { isLanded, homeM, positionM, stream } = situation;
    const zM = (homeM?.z ?? Number.NaN) + heightM;
    if (this.#mode !== 'GUIDED' || !this.armed || !isLanded || !(zM > positionM.z)) return FAILED;
    stream.forget();
    this.#flightMode.takeOffTo(zM);
    return ACCEPTED;
  }

  /** Copter stops its motors on DO_FLIGHTTERMINATION, and could be armed again. Source: ArduPilot, GCS_Copter. */
  terminate(): number {
    if (this.armed) this.#stopMotors();
    return ACCEPTED;
  }

  takeoffCompleted(): void {
    // GUIDED's take-off ends within the mode.
  }

  step(situation: Situation): void {
    if (!this.armed) return;
    for (const { text, action } of this.#failsafes.fired(situation, this.#mode)) {
      this.#tell(ardupilotNotice(text));
      if (action && this.armed) this.#act(action, situation);
    }
    if (this.armed) this.#watchLanding(situation);
  }

  #textAgainstArming(situation: Situation): string | undefined {
    const { isSettled, sinceBootMs, hasPosition, isCalibrating } = situation;
    if (!isSettled) {
      const share = Math.max(0, sinceBootMs / Math.max(1, this.#settleMs));
      return settlingTexts[Math.min(settlingTexts.length - 1, Math.floor(share * settlingTexts.length))];
    }
    if (isCalibrating) return 'Arm: calibrating';
    if (!armableModes.has(this.#mode)) return 'Arm: Mode not armable';
    const uncalibrated = sensors.find(([id]) => this.#parameters.number(id) === 0);
    if (uncalibrated) return uncalibrated[1];
    return positionModes.has(this.#mode) && !hasPosition ? 'Arm: Need Position Estimate' : undefined;
  }

  #reasonAgainst(mode: string, situation: Situation, source: ModeSource): string | undefined {
    if (!(source === 'pilot' ? pilotModes : flownModes).has(mode)) return 'init failed';
    // With standing motors nothing is checked.
    const isBlind = this.armed && positionModes.has(mode) && !situation.hasPosition;
    const isHomeless = this.armed && mode === 'RTL' && !situation.homeM;
    return isBlind || isHomeless ? 'requires position' : undefined;
  }

  /** On the ground a failsafe stops the motors; what can not be flown becomes LAND. */
  #act(action: ArdupilotAction, situation: Situation): void {
    if (action === 'stop' || situation.isLanded) this.#stopMotors();
    else if (this.#mode !== 'LAND' && this.#reasonAgainst(action, situation, 'command') === undefined)
      this.setMode(action, situation, 'command');
    else if (this.#mode !== 'LAND') this.setMode('LAND', situation, 'command');
  }

  #watchLanding({ isLanded, nowMs }: Situation): void {
    this.#motors.watch(isLanded, nowMs);
    if (!isLanded) {
      this.#landedMs = undefined;
      return;
    }
    this.#landedMs ??= nowMs;
    const hasLanded = landingModes.has(this.#mode) && nowMs - this.#landedMs >= landedToDisarmMs;
    const delayS = this.#parameters.number('DISARM_DELAY');
    const isForgotten = delayS > 0 && this.#motors.standingMs(nowMs) >= delayS * 1000;
    if (hasLanded || (isForgotten && !this.#flightMode.isTakingOff)) this.#stopMotors();
  }

  #stopMotors(): void {
    this.#motors.stop();
    this.#failsafes.clear();
    this.#flightMode.takeOffTo(undefined);
    this.#tell(ardupilotNotice('Disarming motors', true));
  }
}
