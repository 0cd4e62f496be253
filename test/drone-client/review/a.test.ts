import { describe, expect, it } from 'vitest';
import { GuidedLiftoff } from '../../../drone-client/vehicle/mavlink/guided-liftoff.js';
import { Failsafe } from '../../../drone-client/failsafe/failsafe.js';
import { FlightGuard } from '../../../drone-client/client/flight-guard.js';
import { droneConfigSpec } from '../../../drone-client/config-spec.js';
import { loadConfig } from '../../../lib/config/index.js';
import { readFailsafeSettings } from '../../../drone-client/failsafe/settings.js';
import { makeDrone, samplePlan } from '../player/rig.js';
import { FakeClock } from '../../support/fake-clock.js';
import { FakeVehicle } from '../../support/fake-vehicle.js';
import { RequestTimeoutError } from '../../../lib/errors.js';

async function hovering(aboveM = 3) {
  const drone = makeDrone();
  const done = drone.player.takeOff({ aboveM });
  await drone.clock.advance(4000);
  await done;
  await drone.clock.advance(aboveM * 1000 + 1000);
  expect(drone.player.lastTask).toBe('hold');
  return drone;
}

describe('A endings', () => {
  it('landing of a drone in another mode refused for 6 s still lands', async () => {
    const { clock, vehicle, player } = makeDrone();
    vehicle.moveTo({ x: 0, y: 0, z: 5 });
    vehicle.set({ armed: true, mode: 'AUTO.LOITER', landed: 'in_air' });
    vehicle.landRefusal = 'busy';
    await expect(player.land()).rejects.toThrow('busy');
    await clock.advance(8000);
    vehicle.landRefusal = undefined;
    await clock.advance(6000);
    expect(vehicle.state.armed).toBe(false);
  });
  it('emergency landing refused the mode for 6 s', async () => {
    const { clock, vehicle, player } = await hovering();
    vehicle.set({ mode: 'AUTO.LOITER' });
    vehicle.offboardRefusal = 'no';
    await player.emergencyLand();
    await clock.advance(6000);
    vehicle.offboardRefusal = undefined;
    await clock.advance(2000);
    expect(vehicle.state.role).toBe('offboard');
    expect(player.lastTask).toBe('emergency land');
  });
});

describe('B liftoff', () => {
  it('refused take-off then ground setpoint', () => {
    const clock = new FakeClock();
    const vehicle = new FakeVehicle(clock);
    const g = new GuidedLiftoff();
    g.decide(0, vehicle.state, 0);
    vehicle.set({ armed: true, mode: 'OFFBOARD' });
    expect(g.decide(2, vehicle.state, 50).kind).toBe('takeOff');
    g.refused(100);
    expect(g.decide(0, vehicle.state, 4000).kind).not.toBe('takeOff');
  });
});

describe('D late arming', () => {
  it('arm unanswered, motors run later', async () => {
    const { clock, vehicle, player } = makeDrone();
    vehicle.arm = async () => {
      vehicle.commands.push('arm');
      await new Promise<void>((resolve) => clock.after(3000, resolve));
      clock.after(1000, () => vehicle.set({ armed: true }));
      throw new RequestTimeoutError('arm', 3000);
    };
    player.start({ plan: samplePlan(), startAtMs: 10_000, floorZM: 'start' });
    await clock.advance(20_000);
    await clock.advance(10_000);
    console.log(player.lastOutcome, vehicle.commands);
    expect(vehicle.state.armed).toBe(false);
  });
});

describe('E flip', () => {
  it('without attitude', async () => {
    const { clock, vehicle, player } = await hovering();
    vehicle.set({ attitude: undefined });
    expect(() => player.flip()).toThrow('attitude');
    void clock;
  });
  it('is no silence to the watchdog', async () => {
    const { clock, vehicle, player } = await hovering();
    player.flip();
    await clock.advance(1000);
    expect(clock.monotonicMs() - (player.situation.lastSent?.sentMs ?? 0)).toBeLessThan(100);
    void vehicle;
  });
});

describe('F repeated land', () => {
  it('is told what the first was told', async () => {
    const { vehicle, player } = await hovering();
    vehicle.landRefusal = 'busy';
    await expect(player.land()).rejects.toThrow('busy');
    await expect(player.land()).rejects.toThrow('busy');
  });
});
void Failsafe; void FlightGuard; void droneConfigSpec; void loadConfig; void readFailsafeSettings;
