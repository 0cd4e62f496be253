/** What the player's tests stand on: a drone of fakes on one clock, and plans from rows. */

import { expect } from 'vitest';
import type { Led } from '../../../drone-client/led/led.js';
import { PreviewLed } from '../../../drone-client/led/preview-led.js';
import { ShowPlayer } from '../../../drone-client/player/show-player.js';
import type { Vec3 } from '../../../lib/geo/frames.js';
import { buildFlightPlan } from '../../../lib/show/flight-plan.js';
import type { Animation, FlightPlan, Rgb } from '../../../lib/show/model.js';
import {
  type AnimationSettings,
  defaultAnimationSettings,
  defaultFlightSettings,
} from '../../../lib/show/settings.js';
import { FakeClock } from '../../support/fake-clock.js';
import { FakeVehicle } from '../../support/fake-vehicle.js';

export const red: Rgb = { red: 255, green: 0, blue: 0 };
const frameS = 0.1;

/** 1 s on the ground, 2 s rise to 2 m, 3 s along x to 3 m, 2 s down to 0, 1 s on the ground. */
function sampleAnimation(): Animation {
  const points: Vec3[] = [];
  const lead = (count: number, at: (k: number) => Vec3) => {
    for (let k = 0; k < count; k += 1) points.push(at(k));
  };
  lead(10, () => ({ x: 0, y: 0, z: 0 }));
  lead(20, (k) => ({ x: 0, y: 0, z: 0.1 * (k + 1) }));
  lead(30, (k) => ({ x: 0.1 * (k + 1), y: 0, z: 2 }));
  lead(20, (k) => ({ x: 3, y: 0, z: 2 - 0.1 * (k + 1) }));
  lead(10, () => ({ x: 3, y: 0, z: 0 }));
  const frames = points.map((positionM, i) => ({
    positionM,
    yawRad: 0,
    color: i < 50 ? red : { red: 0, green: 0, blue: 255 },
    durationS: frameS,
  }));
  return { id: 'sample', frames };
}

export function samplePlan(change: Partial<AnimationSettings> = {}): FlightPlan {
  return buildFlightPlan(
    sampleAnimation(),
    { ...defaultAnimationSettings, ...change },
    defaultFlightSettings,
  );
}

/** A clock of a process that can hang: time passes, timers fire late. */
export class StallingClock extends FakeClock {
  #stalledMs = 0;

  override monotonicMs(): number {
    return super.monotonicMs() + this.#stalledMs;
  }

  stall(forMs: number): void {
    this.#stalledMs += forMs;
  }
}

export function makeDrone(
  clock = new FakeClock(),
  positionM: Vec3 = { x: 0, y: 0, z: 0 },
  led: Led = new PreviewLed(clock),
) {
  const vehicle = new FakeVehicle(clock, positionM);
  const events: string[] = [];
  const player = new ShowPlayer({
    clock,
    vehicle,
    led,
    settings: () => ({
      landTimeoutS: 10,
      hasTakeoffIndication: true,
      hasLandIndication: true,
      emergency: { thrust: 0.45, decreaseAfterS: 3, disarmTimeoutS: 10 },
    }),
    toServerMs: (ms) => ms + 1_000_000,
    onEvent: ({ text }) => events.push(text),
  });
  return { clock, vehicle, led, player, events };
}

/** In a hover by our own command, at 3 m unless told otherwise. */
export async function hovering(aboveM = 3) {
  const drone = makeDrone();
  const done = drone.player.takeOff({ aboveM });
  await drone.clock.advance(4000);
  await done;
  await drone.clock.advance(aboveM * 1000 + 1000);
  expect(drone.player.lastTask).toBe('hold');
  return drone;
}
