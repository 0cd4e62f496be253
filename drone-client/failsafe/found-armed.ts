/**
 * What is done with a drone that flies already when the client starts. Time is an argument; knows no player and no
 * vehicle's commands.
 *
 * The default is to land it. A client that starts beside running motors has, as a rule, died in a show: on ArduPilot
 * the drone then holds its last point until the battery is empty, on PX4 it may do the same where its parameters let
 * it, and nobody on the ground has it in hand. A pilot has the sticks in a manual mode: that is never taken away,
 * whatever is configured, and the delay gives a pilot the time to take it.
 */
import type { VehicleState } from '../vehicle/vehicle.js';
import type { Problem } from './problem.js';

export type FoundArmedPolicy = { readonly policy: 'land' | 'wait'; readonly delayS: number };

/** What was decided at one look; `text` says it to people. */
export type FoundArmedDecision = { readonly action: 'report' | 'land'; readonly text: string };

type Phase = 'looking' | 'waiting' | 'landing' | 'over';

/** One a client. As long as `isFound`, nothing may be streamed and nothing started. */
export class FoundArmed {
  #phase: Phase = 'looking';
  #waitingSinceMs = 0;

  get isFound(): boolean {
    return this.#phase === 'waiting' || this.#phase === 'landing';
  }

  /** Why nothing can be started; undefined when that has nothing to do with this. */
  get problem(): Problem | undefined {
    if (!this.isFound) return undefined;
    const doing = this.#phase === 'landing' ? 'it is being landed' : 'waiting until they stop';
    const text = `the motors ran already when the client started: ${doing}; land and disarm it`;
    return { id: 'found_armed', severity: 'blocking', text };
  }

  /** Takes a look; the first connected state decides whether there is anything to it. */
  step(vehicle: VehicleState, nowMs: number, policy: FoundArmedPolicy): FoundArmedDecision | undefined {
    if (!vehicle.connected || this.#phase === 'over') return undefined;
    if (this.#phase === 'looking') return this.#begin(vehicle, nowMs, policy);
    if (!isRunning(vehicle)) {
      this.#phase = 'over';
      return { action: 'report', text: 'the drone that was found armed is disarmed: it can be started' };
    }
    return this.#phase === 'waiting' ? this.#wait(vehicle, nowMs, policy) : undefined;
  }

  /** The landing could not be ordered: the delay begins anew. */
  orderFailed(nowMs: number): void {
    if (this.#phase !== 'landing') return;
    this.#phase = 'waiting';
    this.#waitingSinceMs = nowMs;
  }

  #begin(
    vehicle: VehicleState,
    nowMs: number,
    { policy, delayS }: FoundArmedPolicy,
  ): FoundArmedDecision | undefined {
    this.#phase = isRunning(vehicle) ? 'waiting' : 'over';
    if (this.#phase === 'over') return undefined;
    this.#waitingSinceMs = nowMs;
    const found = `found ${vehicle.armed ? 'armed' : 'in the air'} at start, in mode ${vehicle.mode ?? 'unknown'}`;
    const waits = vehicle.role === 'manual' || policy === 'wait' || !vehicle.armed;
    const next = waits ? 'waiting until the motors stand' : `landing in ${delayS} s unless a pilot takes it`;
    return { action: 'report', text: `${found}: nothing is streamed, ${next}` };
  }

  /** Each time a pilot gives it back the delay begins anew; one that lands or returns by itself is left alone. */
  #wait(
    vehicle: VehicleState,
    nowMs: number,
    { policy, delayS }: FoundArmedPolicy,
  ): FoundArmedDecision | undefined {
    const isCared = vehicle.role === 'manual' || vehicle.role === 'land' || vehicle.role === 'return';
    if (isCared || policy === 'wait' || !vehicle.armed) {
      this.#waitingSinceMs = nowMs;
      return undefined;
    }
    if (nowMs - this.#waitingSinceMs < delayS * 1000) return undefined;
    this.#phase = 'landing';
    return {
      action: 'land',
      text: `found armed at start, in mode ${vehicle.mode ?? 'unknown'}, and no pilot took it for ${delayS} s: landing`,
    };
  }
}

/** Motors that run, or a drone that is not on the ground. */
function isRunning({ armed, landed }: VehicleState): boolean {
  return armed || landed === 'in_air' || landed === 'taking_off' || landed === 'landing';
}
