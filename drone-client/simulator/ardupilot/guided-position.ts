/** How GUIDED flies a position or velocity setpoint as it grows old. Knows no clock and no modes. */
import type { AxisDemand, PositionDemand } from '../position-control.js';

/**
 * A velocity moves the position that comes with it, and both stop after `timeoutMs` without a new setpoint: the
 * position is then held for ever; a velocity alone ends in standing still. Source: ArduPilot, mode_guided and the
 * position controller's input shaping; the time-out of a velocity was observed.
 */
export function guidedPosition(demand: PositionDemand, ageMs: number, timeoutMs: number): PositionDemand {
  const isOver = ageMs > timeoutMs;
  const movedS = Math.min(ageMs, timeoutMs) / 1000;
  return {
    ...demand,
    x: grownOld(demand.x, movedS, isOver),
    y: grownOld(demand.y, movedS, isOver),
    z: grownOld(demand.z, movedS, isOver),
  };
}

function grownOld({ positionM, velocityMPerS = 0 }: AxisDemand, movedS: number, isOver: boolean): AxisDemand {
  const velocity = isOver ? 0 : velocityMPerS;
  if (positionM === undefined) return { velocityMPerS: velocity };
  return { positionM: positionM + velocityMPerS * movedS, velocityMPerS: velocity };
}
