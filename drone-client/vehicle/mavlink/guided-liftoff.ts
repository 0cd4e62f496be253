/**
 * How an autopilot that follows setpoints only in the air is lifted off by them: ArduPilot's GUIDED mode ignores a
 * position on the ground, and one that comes during its take-off ends that. Knows no link; decides, sends nothing.
 */
import type { VehicleState } from '../vehicle.js';

/** A setpoint this much above the ground means: take off, m. */
const wantedAboveM = 0.15;

/** The take-off command leads at least this high, m above the ground; lower ones would end in ground effect. */
const leastHeightM = 1;

/** Setpoints take over this much above the ground, m. */
const airborneM = 0.4;

/** A take-off that did not lift it within this is asked for again, ms. */
const retryMs = 3000;

/** What is to be done with a setpoint. */
export type LiftoffDecision =
  | { readonly kind: 'send' }
  | { readonly kind: 'withhold' }
  /** Withhold it, and command a take-off to this height above home, m (home is where the motors were started). */
  | { readonly kind: 'takeOff'; readonly heightM: number };

const send: LiftoffDecision = { kind: 'send' };
const withhold: LiftoffDecision = { kind: 'withhold' };

/** One drone's; it forgets by itself when the motors stop. Heights are local z, ENU. */
export class GuidedLiftoff {
  #groundZM: number | undefined;
  #askedMs: number | undefined;
  #isAirborne = false;

  /** `setpointZM`: where the setpoint wants it. */
  decide(setpointZM: number, state: VehicleState, nowMs: number): LiftoffDecision {
    const zM = state.position?.positionM.z;
    if (!state.armed || zM === undefined) {
      this.#askedMs = undefined;
      this.#isAirborne = false;
      this.#groundZM = zM;
      return send;
    }
    if (state.role !== 'offboard' || this.#hasLifted(zM, state, nowMs)) return send;
    const groundZM = this.#groundZM ?? zM;
    const heightM = setpointZM - groundZM;
    if (this.#isTakingOff(nowMs)) return withhold;
    if (!(heightM >= wantedAboveM)) {
      // Nobody wants it in the air any more: a take-off that failed is not asked for again.
      this.#askedMs = undefined;
      return send;
    }
    this.#askedMs = nowMs;
    return { kind: 'takeOff', heightM: Math.max(leastHeightM, heightM) };
  }

  /** The take-off was refused: the next setpoint asks again. */
  refused(nowMs: number): void {
    if (this.#askedMs !== undefined) this.#askedMs = nowMs - retryMs + 500;
  }

  #isTakingOff(nowMs: number): boolean {
    return this.#askedMs !== undefined && nowMs - this.#askedMs < retryMs;
  }

  #hasLifted(zM: number, { landed }: VehicleState, nowMs: number): boolean {
    if (landed === 'on_ground') this.#isAirborne = false;
    else if (landed === 'in_air' && !this.#isTakingOff(nowMs)) this.#isAirborne = true;
    else if (zM - (this.#groundZM ?? zM) >= airborneM) this.#isAirborne = true;
    return this.#isAirborne;
  }
}
