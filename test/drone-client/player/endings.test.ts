import { describe, expect, it } from 'vitest';
import { hovering, makeDrone, samplePlan } from './rig.js';

const startAtMs = 10_000;

describe('an emergency landing', () => {
  it('sends level attitudes whose thrust is held, then lowered, and stops the motors by the plain command', async () => {
    const { clock, vehicle, player } = await hovering();
    const setpoints = vehicle.setpoints.length;
    await player.emergencyLand();
    await clock.advance(2900);
    expect(vehicle.attitudes.length).toBeGreaterThanOrEqual(58);
    expect(new Set(vehicle.attitudes.map(({ thrust }) => thrust))).toEqual(new Set([0.45]));
    expect(vehicle.attitudes.at(-1)).toMatchObject({ rollRad: 0, pitchRad: 0 });
    await clock.advance(1000);
    expect(vehicle.attitudes.at(-1)?.thrust).toBeLessThan(0.3);
    await clock.advance(8000);
    expect(vehicle.setpoints).toHaveLength(setpoints);
    expect(vehicle.commands.at(-1)).toBe('disarm');
    expect(vehicle.commands).not.toContain('kill');
    expect(vehicle.state.armed).toBe(false);
    expect(player.isBusy).toBe(false);
    expect(player.lastOutcome).toBe('emergency landing on command');
  });

  it('brings the autopilot back under our setpoints where it has left them', async () => {
    const { clock, vehicle, player } = await hovering();
    vehicle.set({ mode: 'AUTO.LOITER' });
    await player.emergencyLand();
    await clock.advance(1500);
    expect(vehicle.state.role).toBe('offboard');
  });

  it('takes the place of a landing, and no landing takes its place', async () => {
    const { clock, vehicle, player } = await hovering();
    await player.land();
    await clock.advance(200);
    await player.emergencyLand('failsafe: position lost');
    await clock.advance(200);
    expect(player.lastTask).toBe('emergency land');
    await player.land();
    await player.returnHome();
    await clock.advance(200);
    expect(player.lastTask).toBe('emergency land');
    expect(vehicle.commands.filter((name) => name === 'land')).toHaveLength(1);
    await clock.advance(12_000);
    expect(player.lastOutcome).toBe('failsafe: position lost');
  });

  it('of a drone that stands is nothing', async () => {
    const { clock, vehicle, player } = makeDrone();
    await player.emergencyLand();
    await clock.advance(2000);
    expect(vehicle.attitudes).toEqual([]);
    expect(player.isBusy).toBe(false);
  });
});

describe('a return', () => {
  it('is flown by the autopilot: our setpoints end', async () => {
    const { clock, vehicle, player } = await hovering();
    const global = { latDeg: 47, lonDeg: 8, amslM: 400, velocityMPerS: { x: 0, y: 0, z: 0 } };
    vehicle.set({ global: { ...global, atMs: clock.monotonicMs() } });
    await player.returnHome();
    await clock.advance(1000);
    expect(player.lastTask).toBe('return');
    expect(vehicle.state.role).toBe('return');
    const { length } = vehicle.setpoints;
    await clock.advance(2000);
    expect(vehicle.setpoints).toHaveLength(length);
  });

  it('that the autopilot refuses becomes a landing', async () => {
    const { clock, vehicle, player, events } = await hovering();
    vehicle.returnRefusal = 'no global position';
    await player.returnHome('server lost');
    await clock.advance(5000);
    expect(events.join()).toContain('no global position: it lands where it is');
    expect(vehicle.state.armed).toBe(false);
    expect(player.lastOutcome).toBe('server lost');
  });
});

describe('an ending that the autopilot keeps refusing', () => {
  it('is tried again every second, and told once', async () => {
    const { clock, vehicle, player, events } = await hovering();
    vehicle.landRefusal = 'not now';
    await expect(player.land()).rejects.toThrow('not now');
    await clock.advance(13_000);
    expect(vehicle.commands.filter((name) => name === 'land').length).toBeGreaterThanOrEqual(5);
    expect(vehicle.commands).not.toContain('disarm');
    expect(events.filter((text) => text.includes('not now'))).toHaveLength(1);
    vehicle.landRefusal = undefined;
    await clock.advance(6000);
    expect(vehicle.state.armed).toBe(false);
  });
});

describe('a kill', () => {
  it('ends everything of ours first, and is the forced command alone', async () => {
    const { clock, vehicle, player } = await hovering();
    await player.kill();
    const { length } = vehicle.setpoints;
    await clock.advance(1000);
    expect(vehicle.setpoints).toHaveLength(length);
    expect(vehicle.state.armed).toBe(false);
    expect(player.lastOutcome).toBe('killed on command');
  });
});

describe('a flip', () => {
  it('is refused on the ground, in a show, and too low', async () => {
    const standing = makeDrone();
    expect(() => standing.player.flip()).toThrow('begins in a hover');
    standing.player.start({ plan: samplePlan(), startAtMs, floorZM: 'start' });
    expect(() => standing.player.flip()).toThrow('begins in a hover');
    const { player } = await hovering(1.5);
    expect(() => player.flip()).toThrow('1.5 m above the ground, it takes 1.8 m');
  });

  it('is refused without an attitude, by which its turn is measured', async () => {
    const { vehicle, player } = await hovering();
    vehicle.set({ attitude: undefined });
    expect(() => player.flip()).toThrow('no flip without position and attitude');
  });

  it('ends when no attitude comes any more', async () => {
    const { clock, vehicle, player } = await hovering();
    player.flip();
    await clock.advance(200);
    vehicle.set({ attitude: undefined });
    await clock.advance(100);
    expect(player.lastTask).toBe('hold');
  });

  it('turns once and goes back to the point that it left', async () => {
    const { clock, vehicle, player } = await hovering(3);
    const hoverM = vehicle.last?.positionM;
    player.flip();
    expect(player.lastTask).toBe('flip');
    for (let rollRad = 0; player.lastTask === 'flip' && rollRad < 20; rollRad += 0.6) {
      const { attitude } = vehicle.state;
      if (attitude)
        vehicle.set({ attitude: { ...attitude, rollRad: Math.atan2(Math.sin(rollRad), Math.cos(rollRad)) } });
      await clock.advance(50);
    }
    const rates = vehicle.attitudes.filter((sent) => 'ratesRadPerS' in sent);
    expect(rates.length).toBeGreaterThan(3);
    expect(rates.length).toBeLessThan(20);
    expect(player.lastTask).toBe('hold');
    await clock.advance(100);
    expect(vehicle.last?.positionM).toEqual(hoverM);
  });

  it('that does not come round is given up', async () => {
    const { clock, vehicle, player } = await hovering(3);
    player.flip();
    await clock.advance(2000);
    expect(player.lastTask).toBe('hold');
    const { length } = vehicle.attitudes;
    await clock.advance(500);
    expect(vehicle.attitudes).toHaveLength(length);
  });

  it('ends when the drone is landed', async () => {
    const { clock, vehicle, player } = await hovering(3);
    player.flip();
    await clock.advance(400);
    await player.land();
    const { length } = vehicle.attitudes;
    await clock.advance(1000);
    expect(vehicle.attitudes).toHaveLength(length);
  });
});

describe('motors that start late', () => {
  it('are stopped again: the drone would cross the ways of others', async () => {
    const { clock, vehicle, player } = makeDrone();
    player.start({ plan: samplePlan({ startAction: 'takeoff' }), startAtMs, floorZM: 'start' });
    await clock.advance(startAtMs - 100);
    vehicle.commandMs = 2600;
    await clock.advance(9000);
    expect(vehicle.state.armed).toBe(false);
    expect(player.lastOutcome).toMatch(/the motors started 2\.\d s late/);
    expect(Math.max(...vehicle.setpoints.map(({ positionM }) => positionM.z))).toBeLessThan(0.05);
  });
});
