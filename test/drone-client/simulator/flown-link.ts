/** A vehicle and a simulated autopilot in one process on a fake clock, joined by encoded bytes; for tests alone. */
import { startMemorySimulator } from '../../../drone-client/simulator/adapters/memory-simulator.js';
import type { Autopilot } from '../../../drone-client/simulator/autopilot.js';
import type { RunnerOptions } from '../../../drone-client/simulator/autopilot-runner.js';
import { MavlinkVehicle } from '../../../drone-client/vehicle/mavlink/mavlink-vehicle.js';
import { FakeClock } from '../../support/fake-clock.js';

export type Joined = {
  readonly clock: FakeClock;
  readonly autopilot: Autopilot;
  readonly vehicle: MavlinkVehicle;
};

/** Both run as soon as the clock is advanced. */
export function joinInMemory(options: Partial<Omit<RunnerOptions, 'clock'>> = {}): Joined {
  const clock = new FakeClock();
  const startPositionM = { x: 0, y: 0, z: 0 };
  const { autopilot, link } = startMemorySimulator({
    systemId: 7,
    seed: 1,
    startPositionM,
    ...options,
    clock,
  });
  return { clock, autopilot, vehicle: new MavlinkVehicle({ link, clock }) };
}
