/** Needs socat (Debian package). */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLinkedSimulator } from '../../drone-client/simulator/adapters/linked-simulator.js';
import { createVehicle } from '../../drone-client/vehicle/adapters/create-vehicle.js';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import {
  describeVehicle,
  type Flavour,
  type Rig,
  simulated,
} from '../drone-client/vehicle/vehicle-contract.js';

/** A real serial line in real time. */
async function overPty(flavour: Flavour): Promise<Rig> {
  const clock = new SystemClock();
  const folder = await mkdtemp(join(tmpdir(), 'starling-pty-'));
  const simulator = await startLinkedSimulator('pty', folder, { ...simulated, autopilot: flavour, clock });
  const vehicle = await createVehicle(simulator.url, { clock });
  return {
    ...{ vehicle, clock },
    autopilot: simulator.autopilot,
    advance: (byMs) => new Promise((resolve) => setTimeout(resolve, byMs)),
    close: async () => {
      await vehicle.close();
      await simulator.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

for (const flavour of ['px4', 'ardupilot'] as const) describeVehicle('over a serial line', flavour, overPty);
