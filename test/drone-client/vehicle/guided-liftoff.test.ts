import { describe, expect, it } from 'vitest';
import { GuidedLiftoff } from '../../../drone-client/vehicle/mavlink/guided-liftoff.js';
import { FakeClock } from '../../support/fake-clock.js';
import { FakeVehicle } from '../../support/fake-vehicle.js';

/** Armed on the ground, and a take-off was asked for at 50 ms. */
function liftingOff() {
  const vehicle = new FakeVehicle(new FakeClock());
  const liftoff = new GuidedLiftoff();
  liftoff.decide(0, vehicle.state, 0);
  vehicle.set({ armed: true, mode: 'OFFBOARD' });
  expect(liftoff.decide(2, vehicle.state, 50)).toEqual({ kind: 'takeOff', heightM: 2 });
  return { vehicle, liftoff };
}

describe('a take-off that was refused', () => {
  it('is asked for again while setpoints want the drone in the air', () => {
    const { vehicle, liftoff } = liftingOff();
    liftoff.refused(100);
    expect(liftoff.decide(2, vehicle.state, 300).kind).toBe('withhold');
    expect(liftoff.decide(2, vehicle.state, 700).kind).toBe('takeOff');
  });

  it('is forgotten when they want it on the ground again', () => {
    const { vehicle, liftoff } = liftingOff();
    liftoff.refused(100);
    expect(liftoff.decide(0, vehicle.state, 4000).kind).toBe('send');
    expect(liftoff.decide(0.1, vehicle.state, 8000).kind).toBe('send');
  });
});

describe('a drone that flies as its autopilot says, though it does not rise', () => {
  it('gets no second take-off in the air, but its setpoints', () => {
    const { vehicle, liftoff } = liftingOff();
    vehicle.set({ landed: 'in_air' });
    expect(liftoff.decide(2, vehicle.state, 1000).kind).toBe('withhold');
    expect(liftoff.decide(2, vehicle.state, 4000).kind).toBe('send');
  });
});
