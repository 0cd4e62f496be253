import { describe, expect, it } from 'vitest';
import { GroundReferencedVehicle } from '../../../drone-client/vehicle/ground-reference.js';
import { FakeClock } from '../../support/fake-clock.js';
import { FakeVehicle } from '../../support/fake-vehicle.js';

const here = { x: 1, y: 2, z: 0.4 };
const still = { x: 0, y: 0, z: 0 };

function setpointAt(z: number) {
  return { positionM: { x: 1, y: 2, z }, velocityMPerS: still, yawRad: 0 };
}

async function rig() {
  const clock = new FakeClock();
  const inner = new FakeVehicle(clock, here);
  const vehicle = new GroundReferencedVehicle(inner);
  const heights: number[] = [];
  vehicle.onEvent((event) => {
    if (event.type === 'positionReceived') heights.push(event.position.positionM.z);
  });
  return { clock, inner, vehicle, heights };
}

async function takeOff({ inner, vehicle }: Awaited<ReturnType<typeof rig>>): Promise<void> {
  vehicle.sendSetpoint(setpointAt(0));
  await vehicle.enterOffboard();
  await vehicle.arm();
  inner.moveTo({ ...here, z: 1.9 });
}

describe('a vehicle with the ground for its zero', () => {
  it('stands at zero, whatever the estimator began with and drifts to', async () => {
    const { inner, vehicle, heights } = await rig();
    expect(vehicle.state.position?.positionM).toEqual({ x: 1, y: 2, z: 0 });
    inner.moveTo({ ...here, z: -0.7 });
    expect(vehicle.state.position?.positionM.z).toBe(0);
    expect(heights).toEqual([0]);
  });

  it('flies to heights above the ground that it left, and tells its own likewise', async () => {
    const all = await rig();
    await takeOff(all);
    expect(all.vehicle.state.position?.positionM.z).toBeCloseTo(1.5);
    expect(all.heights.at(-1)).toBeCloseTo(1.5);
    all.vehicle.sendSetpoint(setpointAt(2));
    expect(all.inner.last?.positionM.z).toBeCloseTo(2.4);
  });

  it('keeps the ground while arming is not confirmed, though it may climb already', async () => {
    const { clock, inner, vehicle } = await rig();
    inner.commandMs = 1000;
    const armed = vehicle.arm();
    inner.moveTo({ ...here, z: 0.9 });
    expect(vehicle.state.position?.positionM.z).toBeCloseTo(0.5);
    await clock.advance(1000);
    await armed;
    expect(vehicle.state.position?.positionM.z).toBeCloseTo(0.5);
  });

  it('looks for the ground again when arming was refused, and after a landing elsewhere', async () => {
    const all = await rig();
    all.inner.armRefusal = 'no';
    await expect(all.vehicle.arm()).rejects.toThrow('no');
    all.inner.armRefusal = undefined;
    all.inner.moveTo({ ...here, z: 0.6 });
    expect(all.vehicle.state.position?.positionM.z).toBe(0);
    await takeOff(all);
    all.inner.set({ armed: false, landed: 'on_ground' });
    all.inner.moveTo({ ...here, z: 1.1 });
    expect(all.vehicle.state.position?.positionM.z).toBe(0);
  });

  it('knows no ground of a vehicle that it meets armed, or not standing', async () => {
    const clock = new FakeClock();
    const inner = new FakeVehicle(clock, { ...here, z: 5 });
    inner.set({ armed: true, landed: 'in_air' });
    expect(new GroundReferencedVehicle(inner).state.position?.positionM.z).toBe(5);
    inner.set({ armed: false, landed: 'in_air' });
    expect(new GroundReferencedVehicle(inner).state.position?.positionM.z).toBe(5);
  });

  it('has no position while the autopilot has none', async () => {
    const { inner, vehicle } = await rig();
    inner.set({ position: undefined });
    expect(vehicle.state.position).toBeUndefined();
  });

  it('hands everything that knows no height of ours on as it is', async () => {
    const { inner, vehicle } = await rig();
    const target = { latDeg: 52.5, lonDeg: 13.4, amslM: 60, velocityMPerS: still, yawRad: 1 };
    const attitude = { thrust: 0.5, rollRad: 0.1, pitchRad: 0.2, yawRad: 0.3 };
    inner.set({ global: { ...target, atMs: 0 } });
    vehicle.sendGlobalSetpoint(target);
    vehicle.sendAttitude(attitude);
    expect(inner.globalSetpoints).toEqual([{ ...target, atMs: 0 }]);
    expect(inner.attitudes).toEqual([{ ...attitude, atMs: 0 }]);
    await vehicle.returnHome();
    await vehicle.hold();
    await vehicle.land();
    await vehicle.kill();
    await vehicle.disarm();
    expect(inner.commands).toEqual(['return', 'hold', 'land', 'kill', 'disarm']);
    expect(vehicle.maintenance).toBe(inner.maintenance);
    await vehicle.close();
    expect(inner.isClosed).toBe(true);
  });

  it('changes nothing when it is wrapped a second time', async () => {
    const { inner, vehicle } = await rig();
    const twice = new GroundReferencedVehicle(vehicle);
    await takeOff({ ...(await rig()), inner, vehicle: twice });
    expect(twice.state.position?.positionM.z).toBeCloseTo(1.5);
    twice.sendSetpoint(setpointAt(2));
    expect(inner.last?.positionM.z).toBeCloseTo(2.4);
  });
});
