import { startTcpSimulator } from '../../../drone-client/simulator/adapters/tcp-simulator.js';
import { startSimulator } from '../../../drone-client/simulator/adapters/udp-simulator.js';
import { createVehicle } from '../../../drone-client/vehicle/adapters/create-vehicle.js';
import { FakeClock } from '../../support/fake-clock.js';
import { joinInMemory } from '../simulator/flown-link.js';
import { describeVehicle, type Flavour, type Rig, simulated } from './vehicle-contract.js';

async function inMemory(flavour: Flavour): Promise<Rig> {
  const { vehicle, autopilot, clock } = joinInMemory({ ...simulated, autopilot: flavour });
  return { vehicle, autopilot, clock, advance: (byMs) => clock.advance(byMs), close: () => vehicle.close() };
}

/** Real sockets, made-up time: it moves in small steps with turns for the sockets in between, however slow the machine. */
async function overSockets(kind: 'udp' | 'tcp', flavour: Flavour): Promise<Rig> {
  const clock = new FakeClock();
  const start = kind === 'udp' ? startSimulator : startTcpSimulator;
  const simulator = await start({ ...simulated, autopilot: flavour, clock });
  const vehicle = await createVehicle({ kind, host: '127.0.0.1', port: simulator.port }, { clock });
  return {
    vehicle,
    autopilot: simulator.autopilot,
    clock,
    async advance(byMs) {
      for (let doneMs = 0; doneMs < byMs; doneMs += 10) {
        await clock.advance(10);
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    close: async () => {
      await vehicle.close();
      await simulator.close();
    },
  };
}

for (const flavour of ['px4', 'ardupilot'] as const) {
  describeVehicle('in memory', flavour, inMemory);
  describeVehicle('over UDP', flavour, (of) => overSockets('udp', of));
  describeVehicle('over TCP', flavour, (of) => overSockets('tcp', of));
}
