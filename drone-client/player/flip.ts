/**
 * A flip about the roll axis from a hover, by attitude setpoints: up, round, and back to the point it left. Knows the
 * vehicle's state as an argument; sends nothing itself.
 */
import type { AttitudeSetpoint, VehicleState } from '../vehicle/vehicle.js';

/** Lowest height above the ground for a flip, m. Source: clever-show, 2 m less 0.2 m of tolerance. */
const leastFlipHeightM = 1.8;

/** It gains height first, for it loses some while it is upside down, s; part of the full thrust. */
const boostS = 0.3;
const boostThrust = 0.9;

/** Round it goes: roll rate, and little thrust for it points anywhere. Source: Clover's flip example, slower. */
const rollRateRadPerS = 12;
const rollThrust = 0.2;

/** So much of the turn is left to the position controller, which levels it, rad. */
const leftRad = Math.PI / 3;

/** A turn that takes longer than this has failed: the position controller takes over, s. */
const maxRollS = 1.2;

/** What is older does not tell where it is in its turn, ms. */
const staleMs = 500;

/** New enough to turn by. `measured`: what tells when it was; undefined where there is nothing. */
export function isFresh(measured: { readonly atMs: number } | undefined, nowMs: number): boolean {
  return measured !== undefined && nowMs - measured.atMs <= staleMs;
}

/** Why there is no flip now; undefined when there may be one. `groundZM`: where it took off. */
export function flipObstacle(
  { position, attitude }: VehicleState,
  groundZM: number | undefined,
  nowMs: number,
): string | undefined {
  if (!isFresh(position, nowMs) || !isFresh(attitude, nowMs))
    return 'no flip without position and attitude: wait for the autopilot, check its cable';
  const heightM = (position?.positionM.z ?? Number.NaN) - (groundZM ?? Number.NaN);
  if (heightM >= leastFlipHeightM) return undefined;
  return `too low for a flip: ${heightM.toFixed(1)} m above the ground, it takes ${leastFlipHeightM} m`;
}

/** One flip, from its first `setpointAt`. */
export class Flip {
  #beganMs: number | undefined;
  #rollBeganMs: number | undefined;
  #turnedRad = 0;
  #lastRollRad = 0;

  /** The setpoint of this moment; undefined when it is over and the hover goes on. */
  setpointAt(nowMs: number, { attitude }: VehicleState): AttitudeSetpoint | undefined {
    this.#beganMs ??= nowMs;
    if (!isFresh(attitude, nowMs)) return undefined;
    if (nowMs - this.#beganMs < boostS * 1000)
      return { thrust: boostThrust, rollRad: 0, pitchRad: 0, yawRad: Number.NaN };
    this.#rollBeganMs ??= nowMs;
    this.#noteTurn(attitude?.rollRad ?? Number.NaN);
    const isOver = this.#turnedRad >= 2 * Math.PI - leftRad || nowMs - this.#rollBeganMs > maxRollS * 1000;
    return isOver ? undefined : { thrust: rollThrust, ratesRadPerS: { x: rollRateRadPerS, y: 0, z: 0 } };
  }

  /** Adds what the roll has gone on, whichever way it wrapped. */
  #noteTurn(rollRad: number): void {
    if (!Number.isFinite(rollRad)) return;
    const stepRad = Math.atan2(Math.sin(rollRad - this.#lastRollRad), Math.cos(rollRad - this.#lastRollRad));
    this.#turnedRad += stepRad;
    this.#lastRollRad = rollRad;
  }
}
