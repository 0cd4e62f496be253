/** From standing to armed in offboard mode: setpoints first, then the mode, then the motors. Knows no show. */
import { errorText, RefusedError } from '../../lib/errors.js';
import type { Clock } from '../../lib/time/clock.js';
import type { Setpoint, Vehicle } from '../vehicle/vehicle.js';
import { holdAt } from './setpoint-guide.js';

/** How long setpoints stream before the mode is asked for. Source: PX4's OFFBOARD, which wants a running stream. */
const streamFirstMs = 1050;

/** A position older than this does not tell where the drone stands, ms. */
const stalePositionMs = 2000;

/** How long an arming that is under way may be trusted before it is confirmed, ms: heartbeats come once a second. */
const trustMs = 1500;

/** An order to arm that was not answered may have arrived; what the autopilot says of it may be late by a lost link, ms. */
const lateArmMs = 30_000;

/** What a launch may do with a vehicle. */
export type LaunchVehicle = Pick<Vehicle, 'state' | 'enterOffboard' | 'arm'>;

export type LaunchOptions = { readonly clock: Clock; readonly vehicle: LaunchVehicle };

/** One take-off preparation. The owner sends `groundSetpoint` at each of its ticks from `prepare` on. */
export class Launch {
  readonly #clock: Clock;
  readonly #vehicle: LaunchVehicle;
  #streamSinceMs: number | undefined;
  #frozen: Setpoint | undefined;
  #offboard: Promise<void> | undefined;
  #armAskedMs: number | undefined;
  #hasBeenArmed = false;
  #isCancelled = false;
  #isArmRefused = false;

  constructor({ clock, vehicle }: LaunchOptions) {
    this.#clock = clock;
    this.#vehicle = vehicle;
  }

  get isStreaming(): boolean {
    return this.#streamSinceMs !== undefined && !this.#isCancelled;
  }

  /** The motors ran at some moment of this flight. */
  get hasBeenArmed(): boolean {
    this.#hasBeenArmed ||= this.#vehicle.state.armed && this.#armAskedMs !== undefined;
    return this.#hasBeenArmed;
  }

  /** The motors were asked for; before that, motors that run are somebody else's. */
  get isArmAsked(): boolean {
    return this.#armAskedMs !== undefined;
  }

  /** Arming was asked for so lately that its confirmation may be on its way. */
  get isTrusted(): boolean {
    return this.#armAskedMs !== undefined && this.#clock.monotonicMs() - this.#armAskedMs < trustMs;
  }

  /** The motors were asked for and that was not refused: they may start yet, though nobody waits for them any more. */
  get mayStillArm(): boolean {
    if (this.#armAskedMs === undefined || this.#isArmRefused || this.#hasBeenArmed) return false;
    return this.#clock.monotonicMs() - this.#armAskedMs < lateArmMs;
  }

  /** Where it stood (or hovered) when the motors were started; undefined before. */
  get startSetpoint(): Setpoint | undefined {
    return this.#frozen;
  }

  /** Begins to stream; `from`: the setpoint of a drone that is in the air already. */
  prepare(from?: Setpoint): void {
    this.#streamSinceMs ??= this.#clock.monotonicMs();
    if (from) this.#frozen ??= from;
  }

  /** Enters the offboard mode ahead of `arm`, as soon as the stream is old enough; repeated calls share one try. */
  enterOffboard(): Promise<void> {
    this.prepare();
    this.#offboard ??= this.#enterOffboard().catch((error: unknown) => {
      this.#offboard = undefined;
      throw error;
    });
    return this.#offboard;
  }

  /** @throws RefusedError with the reason when the drone can not be armed. Resolves when the motors run. */
  async arm(): Promise<void> {
    await this.enterOffboard();
    if (this.#isCancelled) throw cancelled();
    if (this.#vehicle.state.role !== 'offboard') await this.#vehicle.enterOffboard();
    if (this.#isCancelled) throw cancelled();
    this.#frozen ??= this.#present();
    this.#armAskedMs = this.#clock.monotonicMs();
    if (!this.#vehicle.state.armed)
      await this.#vehicle.arm().catch((error: unknown) => this.#armFailed(error));
    if (this.#isCancelled) throw cancelled();
    this.#hasBeenArmed = true;
  }

  /** The point to stream until the flight begins: where the drone is; undefined while that is not known. */
  groundSetpoint(): Setpoint | undefined {
    if (this.#frozen) return this.#frozen;
    const { position } = this.#vehicle.state;
    return position && holdAt(position.positionM);
  }

  cancel(): void {
    this.#isCancelled = true;
  }

  /** Only an autopilot that has said no is known not to start the motors. */
  #armFailed(error: unknown): never {
    this.#isArmRefused = error instanceof RefusedError;
    throw error;
  }

  async #enterOffboard(): Promise<void> {
    this.#present();
    const waitMs = (this.#streamSinceMs ?? 0) + streamFirstMs - this.#clock.monotonicMs();
    if (waitMs > 0) await new Promise<void>((resolve) => this.#clock.after(waitMs, resolve));
    if (this.#isCancelled) throw cancelled();
    await this.#vehicle.enterOffboard();
  }

  #present(): Setpoint {
    const { position, connected } = this.#vehicle.state;
    if (!connected)
      throw new RefusedError('refused', 'the autopilot is not connected: check its cable and power');
    if (!position || this.#clock.monotonicMs() - position.atMs > stalePositionMs) {
      throw new RefusedError('refused', 'the position is not known: wait for the position estimate');
    }
    return holdAt(position.positionM);
  }
}

function cancelled(): RefusedError {
  return new RefusedError('cancelled', 'another command came first');
}

/** How a failed launch is called in reports. */
export function armingRefused(error: unknown): string {
  return `arming refused: ${errorText(error)}`;
}
