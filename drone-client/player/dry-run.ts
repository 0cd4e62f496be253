/** Goes through a show before it is flown: what the sky would find out is found out on the ground. Moves nothing. */
import { RefusedError } from '../../lib/errors.js';
import type { Vec3 } from '../../lib/geo/frames.js';
import type { Clock } from '../../lib/time/clock.js';
import type { Setpoint, VehicleState } from '../vehicle/vehicle.js';
import { holdAt, SetpointGuide } from './setpoint-guide.js';
import { ShowFlight, type ShowOrder } from './show-flight.js';

/** So many moments of the show are looked at, evenly spread: some ms of computing on a small computer. */
const moments = 250;

/**
 * Takes the way that the flight itself takes, from step to step and setpoint to setpoint, with a vehicle that can do
 * nothing. It has a second use: the code is compiled then, and the first setpoint of the show is not late by that.
 * @throws RefusedError when the show has no place at some moment.
 */
export function dryRun(
  { plan, floorZM }: ShowOrder,
  { clock, state }: { readonly clock: Clock; readonly state: VehicleState },
): void {
  const guide = new SetpointGuide();
  const beginsMs = clock.monotonicMs();
  guide.reset(holdAt(plan.start?.positionM ?? { x: 0, y: 0, z: 0 }), beginsMs);
  const flight = new ShowFlight({
    order: { plan, startAtMs: beginsMs, floorZM },
    ...{ clock, guide, isHovering: true, groundZM: undefined },
    vehicle: { state, arm: neverAsked, enterOffboard: neverAsked },
    onLand: () => undefined,
    onLaunchFailed: () => undefined,
  });
  for (let moment = 0; moment <= moments; moment += 1) {
    const nowMs = beginsMs + (plan.durationS * 1000 * moment) / moments;
    const setpoint = flight.tick(nowMs);
    flight.run.colorAt(nowMs);
    if (setpoint && !isPlace(setpoint)) throw noPlace(flight.run.showS(nowMs));
  }
}

function isPlace({ positionM, velocityMPerS }: Setpoint): boolean {
  return [positionM, velocityMPerS].every(isFinite3);
}

function isFinite3({ x, y, z }: Vec3): boolean {
  return Number.isFinite(x) && Number.isFinite(y) && Number.isFinite(z);
}

function noPlace(showS: number): RefusedError {
  return new RefusedError(
    'refused',
    `the animation has no place at ${showS.toFixed(2)} s: prepare the show anew and upload it`,
  );
}

/** It hovers already as far as the dry run is concerned, so nobody starts motors. */
function neverAsked(): Promise<never> {
  return Promise.reject(new Error('misuse: a dry run starts no motors'));
}
