/** One simulated drone: an autopilot on a UDP port, and the same client that flies real ones. Composition only. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { PreviewLed } from '../../drone-client/led/preview-led.js';
import { startDrone } from '../../drone-client/main.js';
import { startSimulator } from '../../drone-client/simulator/adapters/udp-simulator.js';
import type { SimulatedFleetLoop } from '../../drone-client/simulator/fleet-loop.js';
import { createVehicle } from '../../drone-client/vehicle/adapters/create-vehicle.js';
import { GroundReferencedVehicle } from '../../drone-client/vehicle/ground-reference.js';
import { distance } from '../../lib/geo/frames.js';
import { type Clock, every } from '../../lib/time/clock.js';
import { version } from '../version.js';

export type SimulatedDroneOptions = {
  readonly clock: Clock;
  readonly loop: SimulatedFleetLoop;
  readonly logger: Logger;
  /** From 1. */
  readonly number: number;
  readonly seed: number;
  readonly server?: { readonly host: string; readonly port: number };
};

export type SimulatedDrone = { readonly id: string; isArmed(): boolean; close(): Promise<void> };

/** Drones wait in a row, this far apart, until they know where their show starts, m. */
const waitingSpacingM = 2;

/** How often the crew looks whether a drone stands on its mark, ms, and how far off it may stand, m. */
const crewIntervalMs = 500;
const crewToleranceM = 0.3;

export async function startSimulatedDrone(options: SimulatedDroneOptions): Promise<SimulatedDrone> {
  const { clock, loop, logger, number, seed, server } = options;
  const startPositionM = { x: number * waitingSpacingM, y: -4, z: 0 };
  const systemId = ((number - 1) % 250) + 1;
  const simulator = await startSimulator({
    clock,
    systemId,
    seed: seed * 1000 + number,
    startPositionM,
    loop,
  });
  const vehicle = await createVehicle(
    { kind: 'udp', host: '127.0.0.1', port: simulator.port },
    { clock, logger },
  );
  const dataFolder = await mkdtemp(join(tmpdir(), 'starling-sim-'));
  const drone = await startDrone({
    clock,
    logger,
    dataFolder,
    version,
    id: `drone-${number}`,
    vehicle: new GroundReferencedVehicle(vehicle),
    led: new PreviewLed(),
    ...(server && { server }),
  });
  const stopCrew = every(clock, crewIntervalMs, () => {
    const mark = drone.startMarkM();
    const { positionM } = simulator.autopilot.truth;
    if (!mark || drone.isArmed) return;
    const markM = { ...mark, z: positionM.z };
    if (distance(markM, positionM) > crewToleranceM) simulator.autopilot.carryTo(markM);
  });
  return {
    id: drone.id,
    isArmed: () => drone.isArmed,
    async close() {
      stopCrew();
      await drone.close();
      await vehicle.close();
      await simulator.close();
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
}
