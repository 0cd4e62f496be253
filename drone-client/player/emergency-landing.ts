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
  #isOver = false;

  constructor(options: EmergencyLandingOptions) {
    this.#options = options;
    this.#ramp = new EmergencyRamp(options.settings);
    this.#beganMs = options.clock.monotonicMs();
  }

  async begin(): Promise<void> {
    this.tick(this.#beganMs);
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
    const elapsedS = (nowMs - this.#beganMs) / 1000;
    const thrust = this.#ramp.thrustAt(elapsedS);
    vehicle.sendAttitude({ thrust, rollRad: 0, pitchRad: 0, yawRad: Number.NaN });
    if (nowMs - this.#askedMs < askMs) return;
    const isLate = elapsedS >= Math.max(settings.disarmTimeoutS, settings.decreaseAfterS);
    if (this.#ramp.isOver(elapsedS) || isLate) this.#ask(nowMs, 'disarm');
    else if (vehicle.state.role !== 'offboard') this.#ask(nowMs, 'enterOffboard');
  }

  cancel(): void {
    this.#isOver = true;
  }

  /** The plain command: an autopilot refuses to stop the motors in the air. */
  #ask(nowMs: number, command: 'disarm' | 'enterOffboard'): void {
    this.#askedMs = nowMs;
    const { vehicle, onWarning } = this.#options;
    vehicle[command]().catch((error: unknown) => {
      if (!this.#isOver) onWarning(`emergency landing: ${errorText(error)}`);
    });
  }
}
