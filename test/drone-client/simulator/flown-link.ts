/** A vehicle and a simulated autopilot in one process on a fake clock, joined by encoded bytes; for tests alone. */
import {
  Autopilot,
  type AutopilotOptions,
  autopilotComponentId,
} from '../../../drone-client/simulator/autopilot.js';
import { SimulatedFleetLoop } from '../../../drone-client/simulator/fleet-loop.js';
import { MavlinkDecoder, MavlinkEncoder } from '../../../drone-client/vehicle/mavlink/codec.js';
import type { MavlinkLink } from '../../../drone-client/vehicle/mavlink/link.js';
import { MavlinkVehicle } from '../../../drone-client/vehicle/mavlink/mavlink-vehicle.js';
import { FakeClock } from '../../support/fake-clock.js';

export type Joined = {
  readonly clock: FakeClock;
  readonly autopilot: Autopilot;
  readonly vehicle: MavlinkVehicle;
};

/** Both run as soon as the clock is advanced. */
export function joinInMemory(options: Partial<AutopilotOptions> = {}): Joined {
  const clock = new FakeClock();
  const autopilot = new Autopilot({ systemId: 7, seed: 1, startPositionM: { x: 0, y: 0, z: 0 }, ...options });
  const encoder = new MavlinkEncoder({ systemId: autopilot.systemId, componentId: autopilotComponentId });
  const decoder = new MavlinkDecoder();
  let deliver: (bytes: Uint8Array) => void = () => undefined;
  const flush = (): void => {
    for (const message of autopilot.takeOutbox()) deliver(encoder.encode(message));
  };
  new SimulatedFleetLoop(clock).add((nowMs) => {
    autopilot.step(nowMs);
    flush();
  });
  const link: MavlinkLink = {
    framing: 'datagram',
    send(bytes) {
      const messages = decoder.push(bytes);
      // Delivered on the next turn, as a socket would: an answer never arrives inside the call that asked.
      clock.after(0, () => {
        for (const message of messages) autopilot.receive(message, clock.monotonicMs());
        flush();
      });
    },
    onData: (listener) => {
      deliver = listener;
    },
    onClose: () => undefined,
    close: () => Promise.resolve(),
  };
  return { clock, autopilot, vehicle: new MavlinkVehicle({ link, clock }) };
}
