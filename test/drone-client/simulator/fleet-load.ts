/** How much of one core a simulated fleet takes, in real time over simulated time; for tests and benchmarks alone. */
import { startMemorySimulator } from '../../../drone-client/simulator/adapters/memory-simulator.js';
import { SimulatedFleetLoop } from '../../../drone-client/simulator/fleet-loop.js';
import { FakeClock } from '../../support/fake-clock.js';
import { ardupilotGuided, px4Offboard, RawPilot } from './raw-pilot.js';

export type FleetLoad = {
  readonly drones: number;
  readonly areFlying: boolean;
  /** 1 = one core is just enough for real time. */
  readonly shareOfCore: number;
  readonly kilobytesPerS: number;
};

const setpointMs = 50;

/**
 * Autopilots that hover in a gusty wind: physics at 100 Hz, the default streams, encoded, and setpoints at 20 Hz,
 * decoded. What hears them only counts bytes.
 */
export async function measureFleet(
  drones: number,
  forMs: number,
  autopilot: 'px4' | 'ardupilot' = 'px4',
): Promise<FleetLoad> {
  const clock = new FakeClock();
  const loop = new SimulatedFleetLoop(clock);
  const flavour = { autopilot };
  const wind = { meanMPerS: 3, fromRad: 0, gustMPerS: 1 };
  let bytesHeard = 0;
  const fleet = Array.from({ length: drones }, (_, index) => {
    const startPositionM = { x: index * 3, y: 0, z: 0 };
    const simulator = startMemorySimulator({
      clock,
      loop,
      systemId: 7,
      seed: index,
      settleMs: 100,
      startPositionM,
      wind,
      ...flavour,
    });
    simulator.link.onData((bytes) => {
      bytesHeard += bytes.length;
    });
    return { ...simulator, pilot: new RawPilot((bytes) => simulator.link.send(bytes)) };
  });
  const run = async (ms: number): Promise<void> => {
    for (let doneMs = 0; doneMs < ms; doneMs += setpointMs) {
      for (const { pilot } of fleet) pilot.pointAt(4);
      await clock.advance(setpointMs);
    }
  };
  for (const { pilot } of fleet) pilot.hello();
  await run(1000);
  const isPx4 = autopilot === 'px4';
  for (const { pilot } of fleet) {
    pilot.command(176, { _param1: 1, _param2: isPx4 ? px4Offboard : ardupilotGuided });
    pilot.command(400, { _param1: 1 });
  }
  await run(1500);
  if (!isPx4) for (const { pilot } of fleet) pilot.command(22, { _param7: 4 });
  await clock.advance(isPx4 ? 0 : 2500);
  await run(500);
  bytesHeard = 0;
  const startedMs = performance.now();
  await run(forMs);
  const tookMs = performance.now() - startedMs;
  const areFlying = fleet.every((drone) => !drone.autopilot.truth.isLanded);
  for (const { close } of fleet) await close();
  return { drones, areFlying, shareOfCore: tookMs / forMs, kilobytesPerS: bytesHeard / forMs };
}
