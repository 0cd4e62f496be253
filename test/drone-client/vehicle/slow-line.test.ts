import { describe, expect, it } from 'vitest';
import { startMemorySimulator } from '../../../drone-client/simulator/adapters/memory-simulator.js';
import type { MavlinkLink } from '../../../drone-client/vehicle/mavlink/link.js';
import { MavlinkVehicle } from '../../../drone-client/vehicle/mavlink/mavlink-vehicle.js';
import { FakeClock } from '../../support/fake-clock.js';

describe('a line that has come to be slow', () => {
  it('makes no old position look new', async () => {
    const clock = new FakeClock();
    const line = { delayMs: 0 };
    const { link } = startMemorySimulator({
      ...{ systemId: 7, seed: 1, startPositionM: { x: 0, y: 0, z: 0 }, clock },
    });
    const slow: MavlinkLink = {
      framing: link.framing,
      send: (bytes) => link.send(bytes),
      onData: (listener) =>
        link.onData((bytes) => {
          const copy = Buffer.from(bytes);
          if (line.delayMs === 0) listener(copy);
          else clock.after(line.delayMs, () => listener(copy));
        }),
      onClose: (listener) => link.onClose(listener),
      close: () => link.close(),
    };
    const vehicle = new MavlinkVehicle({ link: slow, clock });
    await clock.advance(5000);
    const ageMs = () => clock.monotonicMs() - (vehicle.state.position?.atMs ?? Number.NaN);
    expect(ageMs()).toBeLessThan(200);
    line.delayMs = 3000;
    await clock.advance(8000);
    expect(ageMs()).toBeGreaterThan(2500);
    await vehicle.close();
  });
});
