/** One simulated drone: an autopilot on a UDP port, and the same client that flies real ones. Composition only. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Led } from '../../drone-client/led/led.js';
import { PreviewLed } from '../../drone-client/led/preview-led.js';
import { startDrone } from '../../drone-client/main.js';
import {
  type SimulatorLink,
  startLinkedSimulator,
} from '../../drone-client/simulator/adapters/linked-simulator.js';
import type { FaultSchedule } from '../../drone-client/simulator/fault-schedule.js';
import type { Fault } from '../../drone-client/simulator/faults.js';
import type { SimulatedFleetLoop } from '../../drone-client/simulator/fleet-loop.js';
import { createVehicle } from '../../drone-client/vehicle/adapters/create-vehicle.js';
import { distance } from '../../lib/geo/frames.js';
import type { DroneKey } from '../../lib/security/drone-key.js';
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
  readonly link: SimulatorLink;
  readonly autopilot: 'px4' | 'ardupilot';
  readonly faults: FaultSchedule;
  /** Default: lights that only remember what they show. */
  readonly led?: Led;
  /** Undefined: it obeys servers that prove nothing. */
  readonly key: DroneKey | undefined;
};

export type SimulatedDrone = {
  readonly id: string;
  isArmed(): boolean;
  /** Something goes wrong with it now. */
  applyFault(fault: Fault): void;
  close(): Promise<void>;
};

/** Drones wait in a row, this far apart, until they know where their show starts, m. */
const waitingSpacingM = 2;

/** How often the crew looks whether a drone stands on its mark, ms, and how far off it may stand, m. */
const crewIntervalMs = 500;
const crewToleranceM = 0.3;

/** What the simulated drone with this number is called, from 1. */
export function simulatedId(number: number): string {
  return `drone-${number}`;
}

export async function startSimulatedDrone(options: SimulatedDroneOptions): Promise<SimulatedDrone> {
  const { clock, loop, logger, number, seed, server, autopilot, faults, key } = options;
  const id = simulatedId(number);
  const startPositionM = { x: number * waitingSpacingM, y: -4, z: 0 };
  const systemId = ((number - 1) % 250) + 1;
  const dataFolder = await mkdtemp(join(tmpdir(), 'starling-sim-'));
  const simulator = await startLinkedSimulator(options.link, dataFolder, {
    ...{ clock, systemId, startPositionM, loop, autopilot },
    seed: seed * 1000 + number,
    faults: faults.forDrone(id),
  });
  const vehicle = await createVehicle(simulator.url, { clock, logger });
  const drone = await startDrone({
    clock,
    logger,
    dataFolder,
    version,
    ...{ id, vehicle },
    isSimulated: true,
    led: options.led ?? new PreviewLed(clock),
    ...(key ? { key } : { isOpen: true }),
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
    applyFault: (fault) => simulator.autopilot.applyFault(fault, clock.monotonicMs()),
    async close() {
      stopCrew();
      await drone.close();
      await vehicle.close();
      await simulator.close();
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
}
