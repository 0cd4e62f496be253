/**
 * Lands without a position: level, at a thrust that is lowered step by step, until the motors stand. Knows no show.
 * The autopilot must follow our setpoints for it: it is put back under our control as long as it is not.
 */
import { errorText } from '../../lib/errors.js';
import type { Clock } from '../../lib/time/clock.js';
import { EmergencyRamp, type EmergencyThrustSettings } from '../failsafe/emergency-thrust.js';
import type { Vehicle } from '../vehicle/vehicle.js';
import type { Ending } from './ending.js';

/** How often the mode, and at the end the motors' stop, is asked for, ms. */
const askMs = 1000;

type Command = 'disarm' | 'enterOffboard' | 'land';

export type EmergencyLandingOptions = {
  readonly clock: Clock;
  readonly vehicle: Vehicle;
  readonly settings: EmergencyThrustSettings & { readonly disarmTimeoutS: number };
  /** The motors stand. */
  readonly onDisarmed: (how?: string) => void;
  readonly onWarning: (text: string) => void;
};

/** One emergency landing, from `begin` until disarmed or `cancel`. */
export class EmergencyLanding implements Ending {
  readonly kind = 'emergency land';
  readonly wantsHold = false;
  readonly #options: EmergencyLandingOptions;
  readonly #ramp: EmergencyRamp;
  readonly #beganMs: number;
  #askedMs = Number.NEGATIVE_INFINITY;
  #lastTickMs: number;
  /** How long the autopilot has followed: what it did not hear lowers no thrust, ms. */
  #followedMs = 0;
  #isTaken = false;
  #isOver = false;

  constructor(options: EmergencyLandingOptions) {
    this.#options = options;
    this.#ramp = new EmergencyRamp(options.settings);
    this.#beganMs = options.clock.monotonicMs();
    this.#lastTickMs = this.#beganMs;
  }

  get isTaken(): boolean {
    return this.#isTaken;
  }

  async begin(): Promise<void> {
    this.tick(this.#beganMs);
  }

  async again(): Promise<void> {
    return;
  }

  check(): void {
    const { connected, armed } = this.#options.vehicle.state;
    if (this.#isOver || !connected || armed) return;
    this.cancel();
    this.#options.onDisarmed();
  }

  /** Sends this moment's thrust; asks for the mode, or for the motors' stop, once a second. */
  tick(nowMs: number): void {
    if (this.#isOver) return;
    const { vehicle, settings } = this.#options;
    const followedS = this.#followedS(nowMs);
    const thrust = this.#ramp.thrustAt(followedS);
    vehicle.sendAttitude({ thrust, rollRad: 0, pitchRad: 0, yawRad: Number.NaN });
    if (nowMs - this.#askedMs < askMs) return;
    const lateS = Math.max(settings.disarmTimeoutS, settings.decreaseAfterS);
    const isLate = nowMs - this.#beganMs >= lateS * 1000;
    const command = this.#wanted(isLate, isLate || this.#ramp.isOver(followedS));
    if (command) this.#ask(nowMs, command);
  }

  /** Where the autopilot does not follow us at all, its own landing is better than none. */
  #wanted(isLate: boolean, mayStop: boolean): Command | undefined {
    const { role, landed } = this.#options.vehicle.state;
    if (mayStop && (role === 'offboard' || landed === 'on_ground')) return 'disarm';
    if (role === 'offboard') return undefined;
    if (this.#isTaken || !isLate) return 'enterOffboard';
    return role === 'land' ? undefined : 'land';
  }

  #followedS(nowMs: number): number {
    const isFollowing = this.#options.vehicle.state.role === 'offboard';
    if (isFollowing && this.#isTaken) this.#followedMs += nowMs - this.#lastTickMs;
    this.#isTaken ||= isFollowing;
    this.#lastTickMs = nowMs;
    return this.#followedMs / 1000;
  }

  cancel(): void {
    this.#isOver = true;
  }

  /** The plain command: an autopilot refuses to stop the motors in the air. */
  #ask(nowMs: number, command: Command): void {
    this.#askedMs = nowMs;
    const { vehicle, onWarning } = this.#options;
    vehicle[command]().catch((error: unknown) => {
      if (!this.#isOver) onWarning(`emergency landing: ${errorText(error)}`);
    });
  }
}
