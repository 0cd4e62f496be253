import { describe, expect, it } from 'vitest';
import { AwayWatch } from '../../../drone-client/player/away-watch.js';
import type { Vec3 } from '../../../lib/geo/frames.js';
import { FakeClock } from '../../support/fake-clock.js';
import { FakeVehicle } from '../../support/fake-vehicle.js';

const place: Vec3 = { x: 0, y: 0, z: 10 };

/** Heard every 100 ms but for `silentMs`, and as far from its place as `offM` says by the time since it is heard again. */
async function lookThrough(silentMs: number, offM: (sinceMs: number) => number, mode = 'OFFBOARD') {
  const clock = new FakeClock();
  const vehicle = new FakeVehicle(clock);
  vehicle.set({ armed: true, mode, systemStatus: 'ACTIVE' });
  const watch = new AwayWatch();
  const look = () => watch.look(vehicle.state, () => place);
  for (let count = 0; count < 5; count += 1) {
    vehicle.moveTo(place);
    expect(look()).toBeUndefined();
    await clock.advance(100);
  }
  await clock.advance(silentMs - 100);
  for (let sinceMs = 0; sinceMs <= 1000; sinceMs += 100) {
    vehicle.moveTo({ ...place, x: offM(sinceMs) });
    const away = look();
    if (away) return { ...away, sinceMs };
    await clock.advance(100);
  }
  return undefined;
}

describe('a drone that could not be reached in its show', () => {
  it('is out of it when it is not in its place afterwards', async () => {
    expect(await lookThrough(2100, () => 3)).toEqual({
      what: 'land',
      sinceMs: 200,
      why: 'out of the show: the autopilot was not heard for 2.1 s, and is 3.0 m from its place',
    });
  });

  it('goes on when it is, or was silent for less than setpoints may be missed', async () => {
    expect(await lookThrough(2100, () => 1)).toBeUndefined();
    expect(await lookThrough(700, () => 3)).toBeUndefined();
  });

  it('is judged by where it is then, and not by words that have waited', async () => {
    expect(await lookThrough(2100, (sinceMs) => (sinceMs < 200 ? 5 : 0.5))).toBeUndefined();
  });

  it('is left to whoever flies it in another mode', async () => {
    expect(await lookThrough(2100, () => 3, 'POSCTL')).toBeUndefined();
  });
});
