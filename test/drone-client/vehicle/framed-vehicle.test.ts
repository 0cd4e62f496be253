import { beforeEach, describe, expect, it } from 'vitest';
import { type FrameSettings, inFrame } from '../../../drone-client/vehicle/framed-vehicle.js';
import type { AttitudeSetpoint, Vehicle, VehicleEvent } from '../../../drone-client/vehicle/vehicle.js';
import { RefusedError } from '../../../lib/errors.js';
import { distance, type Vec3 } from '../../../lib/geo/frames.js';
import { GpsFrame } from '../../../lib/geo/geodetic.js';
import { FakeClock } from '../../support/fake-clock.js';
import { FakeVehicle } from '../../support/fake-vehicle.js';

const zero: Vec3 = { x: 0, y: 0, z: 0 };
const place = { latDeg: 52.5, lonDeg: 13.4 };
const quarter = Math.PI / 2;
/** x to the north, y to the west. */
const gps = { kind: 'gps', ...place, headingDeg: 0, amslM: 'current' } as const;
const floor = {
  kind: 'floor',
  translationM: { x: 10, y: 0, z: 0.5 },
  rotationDeg: { roll: 0, pitch: 0, yaw: 90 },
} as const;

let clock: FakeClock;
let inner: FakeVehicle;

beforeEach(() => {
  clock = new FakeClock();
  inner = new FakeVehicle(clock, { x: 1, y: 2, z: 0.4 });
});

function framed(settings: FrameSettings): { vehicle: Vehicle; events: VehicleEvent[]; positions: Vec3[] } {
  const vehicle = inFrame(inner, settings, clock);
  const events: VehicleEvent[] = [];
  const positions: Vec3[] = [];
  vehicle.onEvent((event) => {
    events.push(event);
    if (event.type === 'positionReceived') positions.push(event.position.positionM);
  });
  return { vehicle, events, positions };
}

/** The drone is so far from the show's origin to the east, the north, and above the sea. */
function standAt(eastM: number, northM: number, amslM: number, velocityMPerS = zero): void {
  const frame = new GpsFrame({ ...place, headingDeg: 90, amslM: 0 });
  inner.moveToGlobal(frame.toGlobal({ x: eastM, y: northM, z: amslM }), velocityMPerS);
}

function setpoint(positionM: Vec3, yawRad = 0, velocityMPerS = zero) {
  return { positionM, velocityMPerS, yawRad };
}

async function takeOff(vehicle: Vehicle, positionM: Vec3): Promise<void> {
  vehicle.sendSetpoint(setpoint({ ...positionM, z: 0 }));
  await vehicle.enterOffboard();
  await vehicle.arm();
  vehicle.sendSetpoint(setpoint(positionM));
}

function expectNear(actual: Vec3 | undefined, expected: Vec3): void {
  expect(actual && distance(actual, expected)).toBeLessThan(1e-5);
}

describe('a vehicle in the map', () => {
  it('has the ground for its zero, and is else as it is', async () => {
    const { vehicle, positions } = framed({ kind: 'map' });
    expect(vehicle.state).toMatchObject({ position: { positionM: { x: 1, y: 2, z: 0 } }, armed: false });
    await takeOff(vehicle, { x: 1, y: 2, z: 2 });
    expectNear(inner.last?.positionM, { x: 1, y: 2, z: 2.4 });
    expectNear(positions.at(-1), { x: 1, y: 2, z: 2 });
  });
});

describe('a vehicle on a floor', () => {
  it('tells position, velocity and heading in the frame of the floor', () => {
    const { vehicle, positions } = framed(floor);
    // In the map it stands on the ground, 9 m before the floor's origin; the floor's x axis is the map's y axis.
    expectNear(vehicle.state.position?.positionM, { x: 2, y: 9, z: -0.5 });
    inner.moveTo({ x: 10, y: 5, z: 0.4 }, { x: 1, y: 2, z: 3 });
    expectNear(vehicle.state.position?.velocityMPerS, { x: 2, y: -1, z: 3 });
    expectNear(positions[0], { x: 5, y: 0, z: -0.5 });
    expect(positions).toHaveLength(1);
    expect(vehicle.state.attitude?.yawRad).toBeCloseTo(-quarter, 9);
  });

  it('flies where the show says on the floor, over the ground that it left', async () => {
    const { vehicle } = framed(floor);
    await takeOff(vehicle, { x: 2, y: 9, z: 1 });
    vehicle.sendSetpoint(setpoint({ x: 2, y: 9, z: 1 }, 0, { x: 1, y: 0, z: 0 }));
    expectNear(inner.last?.positionM, { x: 1, y: 2, z: 1.9 });
    expectNear(inner.last?.velocityMPerS, { x: 0, y: 1, z: 0 });
    expect(inner.last?.yawRad).toBeCloseTo(quarter, 9);
    vehicle.sendSetpoint(setpoint({ x: 2, y: 9, z: 1 }, Number.NaN));
    expect(inner.last?.yawRad).toBeNaN();
  });

  it('keeps roll, pitch and rates of an attitude, and turns its heading', () => {
    const { vehicle } = framed(floor);
    const level: AttitudeSetpoint = { thrust: 0.5, rollRad: 0.1, pitchRad: 0.2, yawRad: 0 };
    vehicle.sendAttitude(level);
    expect(inner.attitudes[0]).toMatchObject({ thrust: 0.5, rollRad: 0.1, pitchRad: 0.2, yawRad: quarter });
    vehicle.sendAttitude({ ...level, yawRad: Number.NaN });
    expect(inner.attitudes[1]).toMatchObject({ yawRad: Number.NaN });
    const rates: AttitudeSetpoint = { thrust: 0.5, ratesRadPerS: { x: 1, y: 2, z: 3 } };
    vehicle.sendAttitude(rates);
    expect(inner.attitudes[2]).toMatchObject(rates);
  });

  it('has no position and no attitude while the autopilot has none', () => {
    const { vehicle } = framed(floor);
    inner.set({ position: undefined, attitude: undefined });
    expect(vehicle.state.position).toBeUndefined();
    expect(vehicle.state.attitude).toBeUndefined();
  });
});

describe('a vehicle about a place on the globe', () => {
  it('is where its global position says, over the ground that it stands on', () => {
    const { vehicle } = framed({ ...gps, amslM: 'current' });
    standAt(3, 4, 50, { x: 1, y: 2, z: 3 });
    expectNear(vehicle.state.position?.positionM, { x: 4, y: -3, z: 0 });
    expectNear(vehicle.state.position?.velocityMPerS, { x: 2, y: -1, z: 3 });
    expect(vehicle.state.position?.atMs).toBe(inner.state.global?.atMs);
    expect(vehicle.state.attitude?.yawRad).toBeCloseTo(-quarter, 9);
  });

  it('counts heights from one above the sea when that is given', () => {
    standAt(3, 4, 50);
    const { vehicle } = framed({ ...gps, amslM: 48.5 });
    expectNear(vehicle.state.position?.positionM, { x: 4, y: -3, z: 1.5 });
  });

  it('flies by global setpoints, above the ground that it left', async () => {
    standAt(3, 4, 50);
    const { vehicle } = framed(gps);
    await takeOff(vehicle, { x: 4, y: -3, z: 2 });
    expectNear(vehicle.state.position?.positionM, { x: 4, y: -3, z: 2 });
    vehicle.sendSetpoint(setpoint({ x: 14, y: -3, z: 2.5 }, 0, { x: 1, y: 0, z: 0.5 }));
    expect(inner.setpoints).toEqual([]);
    const { x, y, z } = new GpsFrame({ ...place, headingDeg: 90, amslM: 0 }).toLocal(
      inner.globalSetpoints.at(-1) ?? { ...place, amslM: 0 },
    );
    expectNear({ x, y, z }, { x: 3, y: 14, z: 52.5 });
    expectNear(inner.globalSetpoints.at(-1)?.velocityMPerS, { x: 0, y: 1, z: 0.5 });
    expect(inner.globalSetpoints.at(-1)?.yawRad).toBeCloseTo(quarter, 9);
    expectNear(vehicle.state.position?.positionM, { x: 14, y: -3, z: 2.5 });
  });

  it('has seen the ground though nobody looked or listened before it flew', () => {
    const vehicle = inFrame(inner, gps, clock);
    standAt(0, 0, 50);
    inner.set({ armed: true });
    standAt(0, 0, 53);
    expect(vehicle.state.position?.positionM.z).toBeCloseTo(3, 6);
  });

  it('tells what changes while it stands still', () => {
    const { vehicle } = framed(gps);
    standAt(0, 0, 50);
    expect(vehicle.state.armed).toBe(false);
    inner.set({ armed: true });
    expect(vehicle.state.armed).toBe(true);
  });

  it('keeps the ground while arming is not confirmed, though it may climb already', async () => {
    standAt(0, 0, 50);
    const { vehicle } = framed(gps);
    inner.commandMs = 1000;
    const armed = vehicle.arm();
    standAt(0, 0, 50.8);
    expect(vehicle.state.position?.positionM.z).toBeCloseTo(0.8, 6);
    await clock.advance(1000);
    await armed;
    expect(vehicle.state.position?.positionM.z).toBeCloseTo(0.8, 6);
  });

  it('looks for the ground again when arming was refused, and after a landing elsewhere', async () => {
    standAt(0, 0, 50);
    const { vehicle } = framed(gps);
    inner.armRefusal = 'no';
    await expect(vehicle.arm()).rejects.toThrow('no');
    standAt(0, 0, 50.5);
    expect(vehicle.state.position?.positionM.z).toBe(0);
    inner.armRefusal = undefined;
    await vehicle.arm();
    standAt(0, 0, 55);
    expect(vehicle.state.position?.positionM.z).toBeCloseTo(4.5, 6);
    inner.set({ armed: false });
    expect(vehicle.state.position?.positionM.z).toBe(0);
  });

  it('has no position without a global one, whatever it has in its own frame', () => {
    const { vehicle, events } = framed(gps);
    inner.moveTo({ x: 1, y: 2, z: 0.4 });
    expect(vehicle.state.position).toBeUndefined();
    expect(events).toEqual([]);
  });

  it('has no position by a global one that is older than 1.5 s', async () => {
    const { vehicle } = framed(gps);
    standAt(3, 4, 50);
    inner.hasGlobalStream = false;
    await clock.advance(1500);
    expect(vehicle.state.position).toBeDefined();
    await clock.advance(1);
    expect(vehicle.state.position).toBeUndefined();
    standAt(3, 4, 50);
    expectNear(vehicle.state.position?.positionM, { x: 4, y: -3, z: 0 });
  });

  it('knows no ground, no position and no way of a drone that it meets armed', () => {
    standAt(3, 4, 50);
    inner.set({ armed: true, landed: 'in_air', mode: 'OFFBOARD' });
    const { vehicle } = framed(gps);
    expect(vehicle.state.position).toBeUndefined();
    vehicle.sendSetpoint(setpoint({ x: 4, y: -3, z: 2 }));
    expect([inner.setpoints, inner.globalSetpoints]).toEqual([[], []]);
    expectNear(framed({ ...gps, amslM: 48 }).vehicle.state.position?.positionM, { x: 4, y: -3, z: 2 });
  });

  it('sends nothing for a setpoint that is nowhere', () => {
    standAt(0, 0, 50);
    const { vehicle } = framed(gps);
    vehicle.sendSetpoint(setpoint({ x: Number.NaN, y: 0, z: 2 }));
    expect(inner.globalSetpoints).toEqual([]);
  });

  it('tells each new global position once, and no local one', () => {
    const { vehicle, events, positions } = framed(gps);
    standAt(0, 1, 50);
    inner.set({ isPrearmOk: false });
    inner.set({ position: undefined });
    standAt(0, 2, 50);
    expect(positions).toHaveLength(2);
    expectNear(positions[0], { x: 1, y: 0, z: 0 });
    expectNear(positions[1], { x: 2, y: 0, z: 0 });
    expect(events.map(({ type }) => type)).toEqual([
      'stateChanged',
      'positionReceived',
      'stateChanged',
      'stateChanged',
      'stateChanged',
      'positionReceived',
    ]);
    expect(vehicle.state).toBe(vehicle.state);
  });

  it('tells nothing more to who has unsubscribed', () => {
    const vehicle = inFrame(inner, gps, clock);
    const seen: VehicleEvent[] = [];
    const stop = vehicle.onEvent((event) => seen.push(event));
    stop();
    standAt(0, 1, 50);
    expect(seen).toEqual([]);
  });
});

describe('arming about a place on the globe', () => {
  async function refusal(vehicle: Vehicle): Promise<string> {
    const error: unknown = await vehicle.arm().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RefusedError);
    expect(inner.commands).toEqual([]);
    return error instanceof Error ? error.message : '';
  }

  it('is refused without a global position, or with an old one', async () => {
    const { vehicle } = framed(gps);
    expect(await refusal(vehicle)).toMatch(/no global position; wait for its GPS/);
    standAt(3, 4, 50);
    inner.hasGlobalStream = false;
    await clock.advance(2500);
    expect(await refusal(vehicle)).toMatch(/is 2.5 s old/);
    standAt(3, 4, 50);
    await vehicle.arm();
    expect(inner.commands).toEqual(['arm']);
  });

  it('is refused while the estimator does not vouch for it', async () => {
    standAt(3, 4, 50);
    const { estimator } = inner.state;
    inner.set({ estimator: estimator && { ...estimator, hasGlobalPosition: false } });
    const { vehicle } = framed(gps);
    expect(await refusal(vehicle)).toMatch(/does not vouch/);
  });

  it('is refused while the ground was never seen', async () => {
    standAt(3, 4, 50);
    inner.set({ landed: 'in_air' });
    expect(await refusal(framed(gps).vehicle)).toMatch(/height of the ground is unknown/);
  });
});

describe('a vehicle in any frame', () => {
  const frames: readonly FrameSettings[] = [{ kind: 'map' }, floor, gps];

  it.each(frames)('hands all other commands on: $kind', async (settings) => {
    standAt(0, 0, 50);
    const { vehicle } = framed(settings);
    await vehicle.hold();
    await vehicle.returnHome();
    await vehicle.disarm();
    await vehicle.land();
    await vehicle.kill();
    expect(inner.commands).toEqual(['hold', 'return', 'disarm', 'land', 'kill']);
    expect(vehicle.maintenance).toBe(inner.maintenance);
    const target = { ...place, amslM: 60, velocityMPerS: { x: 1, y: 0, z: 0 }, yawRad: 1 };
    vehicle.sendGlobalSetpoint(target);
    expect(inner.globalSetpoints[0]).toMatchObject(target);
    await vehicle.close();
    expect(inner.isClosed).toBe(true);
  });

  it.each(frames)('passes heartbeats and texts: $kind', async (settings) => {
    const { events } = framed(settings);
    await clock.advance(1000);
    expect(events.map(({ type }) => type)).toEqual(['heartbeatReceived']);
  });
});
