/** Ends a flight by the autopilot's own mode and watches until the motors stand. Knows no show and no setpoints. */
import { errorText } from '../../lib/errors.js';
import type { Cancel, Clock } from '../../lib/time/clock.js';
import type { Vehicle } from '../vehicle/vehicle.js';
import type { Ending } from './ending.js';

/** What a flight's report says of an autopilot that did not take the command. */
const unwilling = 'the autopilot did not take the command: it came down when our setpoints had ended';

/** How often a landing is looked after: asked for again when it was refused, disarmed when it took too long, ms. */
const watchMs = 1000;

export type LandingOptions = {
  /** `return`: flies home first. */
  readonly kind: 'land' | 'return';
  readonly clock: Clock;
  readonly vehicle: Vehicle;
  /** Armed for longer than this after the command: plain disarm, which an autopilot refuses in the air, ms. */
  readonly timeoutMs: number;
  /** The motors stand; `how`: in another way than by what was commanded. */
  readonly onDisarmed: (how?: string) => void;
  readonly onWarning: (text: string) => void;
};

/** One landing, from `begin` until disarmed or `cancel`. */
export class Landing implements Ending {
  readonly #options: LandingOptions;
  readonly #beganMs: number;
  #accepted: 'no' | 'asked' | 'yes' = 'no';
  #hasFailed = false;
  /** The autopilot was seen in a mode that ends the flight while our setpoints still flowed. */
  #hasTaken = false;
  #isOver = false;
  #cancelTimer: Cancel | undefined;

  constructor(options: LandingOptions) {
    this.#options = options;
    this.#beganMs = options.clock.monotonicMs();
  }

  get kind(): 'land' | 'return' {
    return this.#options.kind;
  }

  /**
   * Until the autopilot flies by itself; not for ever: our own stream is better ended when that takes too long, so
   * that the autopilot's loss-of-offboard action ends the flight.
   */
  get wantsHold(): boolean {
    return this.#accepted !== 'yes' && !this.#isOverdue;
  }

  get isTaken(): boolean {
    return this.#accepted === 'yes' || this.#hasTaken;
  }

  get #isOverdue(): boolean {
    const { clock, timeoutMs } = this.#options;
    return clock.monotonicMs() - this.#beganMs > timeoutMs;
  }

  /** Commands the landing. Rejects with the vehicle's reason; even then it is tried again until `cancel`. */
  async begin(): Promise<void> {
    this.#watchLater();
    await this.#ask();
  }

  async again(): Promise<void> {
    if (this.#accepted !== 'yes') await this.#ask();
  }

  /** Looks at the state anew; to be called when the vehicle's state changed. */
  check(): void {
    const { connected, armed, role } = this.#options.vehicle.state;
    this.#hasTaken ||= connected && !this.#isOverdue && (role === 'land' || role === 'return');
    if (this.#isOver || !connected || armed) return;
    this.cancel();
    this.#options.onDisarmed(this.#hasFailed && !this.#hasTaken ? unwilling : undefined);
  }

  tick(): void {
    return;
  }

  cancel(): void {
    this.#isOver = true;
    this.#cancelTimer?.();
  }

  async #ask(): Promise<void> {
    this.#accepted = 'asked';
    try {
      await this.#command();
      this.#accepted = 'yes';
    } catch (error) {
      this.#accepted = 'no';
      this.#hasFailed = true;
      this.#options.onWarning(`${this.kind}: ${errorText(error)}`);
      throw error;
    } finally {
      this.check();
    }
  }

  /** One that can not return lands where it is. */
  async #command(): Promise<void> {
    const { kind, vehicle, onWarning } = this.#options;
    if (kind === 'land') return vehicle.land();
    await vehicle.returnHome().catch((error: unknown) => {
      if (this.#isOver) throw error;
      onWarning(`return: ${errorText(error)}: it lands where it is`);
      return vehicle.land();
    });
  }

  #watchLater(): void {
    this.#cancelTimer = this.#options.clock.after(watchMs, () => {
      this.check();
      if (this.#isOver) return;
      this.#watchLater();
      // What was refused is told by whoever asked.
      this.#lookAfter().catch(() => undefined);
    });
  }

  async #lookAfter(): Promise<void> {
    const { vehicle, onWarning } = this.#options;
    // The autopilot refuses it in the air: it need not be asked to.
    const isInAir = vehicle.state.landed === 'in_air' || vehicle.state.landed === 'taking_off';
    if (this.kind === 'land' && this.#isOverdue && !isInAir)
      await vehicle.disarm().catch((error: unknown) => onWarning(`landing: ${errorText(error)}`));
    this.check();
    if (!this.#isOver && this.#accepted === 'no') await this.#ask();
  }
}
