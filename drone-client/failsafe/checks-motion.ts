/** Does the drone stand still and level? By magnitude, and what is unknown is a problem. Pure. */
import { degToRad, radToDeg } from '../../lib/geo/frames.js';
import type { VehicleState } from '../vehicle/vehicle.js';
import type { Problem } from './problem.js';

/** Largest values of a drone that stands ready, by magnitude. Source: clever-show's checks. */
const maxSpeedMPerS = 0.15;
const maxRateRadPerS = 0.05;
const maxTiltRad = degToRad(5);

const axes = ['x', 'y', 'z'] as const;
const rateNames = { x: 'roll', y: 'pitch', z: 'yaw' } as const;

/** Every error as a problem; empty when all is well. Only for a connected autopilot. */
export function motionProblems(state: VehicleState): Problem[] {
  return [
    ...velocityErrors(state).map((text) => blocking('velocity', text)),
    ...rateErrors(state).map((text) => blocking('rates', text)),
    ...tiltErrors(state).map((text) => blocking('tilt', text)),
  ];
}

function velocityErrors({ position }: VehicleState): string[] {
  const velocity = position?.velocityMPerS;
  if (!velocity) return ['velocity is unknown: wait for the position estimate, check GPS or camera'];
  return axes
    .filter((axis) => !(Math.abs(velocity[axis]) < maxSpeedMPerS))
    .map((axis) => {
      const value = known(velocity[axis], 2);
      return `velocity ${axis} is ${value} m/s (limit ${maxSpeedMPerS}): keep the drone still, check GPS or camera`;
    });
}

function rateErrors({ attitude }: VehicleState): string[] {
  const rates = attitude?.ratesRadPerS;
  if (!rates) return ['angular rates are unknown: wait for the autopilot, check its cable'];
  return axes
    .filter((axis) => !(Math.abs(rates[axis]) < maxRateRadPerS))
    .map((axis) => {
      const value = known(rates[axis], 3);
      return `${rateNames[axis]} rate is ${value} rad/s (limit ${maxRateRadPerS}): keep it still, calibrate the gyro`;
    });
}

function tiltErrors({ attitude }: VehicleState): string[] {
  if (!attitude) return ['roll and pitch are unknown: wait for the autopilot, check its cable'];
  const tilts = { roll: attitude.rollRad, pitch: attitude.pitchRad };
  return (['roll', 'pitch'] as const)
    .filter((name) => !(Math.abs(tilts[name]) < maxTiltRad))
    .map((name) => {
      const value = known(radToDeg(tilts[name]), 1);
      return `${name} is ${value}° (limit 5°): put the drone on level ground, calibrate the level`;
    });
}

function known(value: number, digits: number): string {
  return Number.isFinite(value) ? value.toFixed(digits) : 'unknown';
}

function blocking(id: string, text: string): Problem {
  return { id, severity: 'blocking', text };
}
