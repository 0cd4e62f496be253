import { describe, expect, it } from 'vitest';
import { RequestTimeoutError } from '../../../lib/errors.js';
import { hovering, makeDrone } from './rig.js';

/** In the air in that mode, by nobody we know. */
function strayDrone(mode: string) {
  const drone = makeDrone();
  drone.vehicle.moveTo({ x: 0, y: 0, z: 5 });
  drone.vehicle.set({ armed: true, mode, landed: 'in_air' });
  return drone;
}

describe('a landing that the autopilot did not take yet', () => {
  it.each(['AUTO.LOITER', 'POSCTL'])('is asked for until it does, though it flies in %s', async (mode) => {
    const { clock, vehicle, player } = strayDrone(mode);
    vehicle.landRefusal = 'busy';
    await expect(player.land()).rejects.toThrow('busy');
    await clock.advance(8000);
    vehicle.landRefusal = undefined;
    await clock.advance(6000);
    expect(vehicle.state.armed).toBe(false);
  });

  it('is left to a pilot who takes the drone meanwhile', async () => {
    const { clock, vehicle, player } = await hovering();
    vehicle.landRefusal = 'busy';
    await expect(player.land()).rejects.toThrow('busy');
    vehicle.set({ mode: 'POSCTL' });
    await clock.advance(4000);
    vehicle.landRefusal = undefined;
    await clock.advance(5000);
    expect(vehicle.state.mode).toBe('POSCTL');
    expect(player.isBusy).toBe(false);
  });

  it('is refused as well to who orders it again, and not called done', async () => {
    const { vehicle, player } = await hovering();
    vehicle.landRefusal = 'busy';
    await expect(player.land()).rejects.toThrow('busy');
    await expect(player.land()).rejects.toThrow('busy');
    vehicle.landRefusal = undefined;
    await player.land();
    expect(vehicle.state.role).toBe('land');
  });
});

describe('an emergency landing that the autopilot does not follow', () => {
  it('lowers no thrust before it does', async () => {
    const { clock, vehicle, player } = await hovering();
    vehicle.set({ mode: 'AUTO.LOITER' });
    vehicle.offboardRefusal = 'no';
    await player.emergencyLand();
    await clock.advance(7000);
    vehicle.offboardRefusal = undefined;
    await clock.advance(1500);
    expect(vehicle.state.role).toBe('offboard');
    expect(player.lastTask).toBe('emergency land');
    expect(vehicle.attitudes.at(-1)?.thrust).toBe(0.45);
    await clock.advance(12_000);
    expect(vehicle.state.armed).toBe(false);
    expect(player.isBusy).toBe(false);
  });

  it("becomes the autopilot's own landing in the end", async () => {
    const { clock, vehicle, player } = await hovering();
    vehicle.set({ mode: 'AUTO.LOITER' });
    vehicle.offboardRefusal = 'no';
    await player.emergencyLand();
    await clock.advance(16_000);
    expect(vehicle.commands).toContain('land');
    expect(vehicle.state.armed).toBe(false);
    expect(player.isBusy).toBe(false);
  });
});

describe('a return that was given up before the autopilot answered', () => {
  it.each([
    ['a pilot takes the drone', 'pilot'],
    ['an emergency landing takes its place', 'emergency'],
  ])('commands no landing afterwards: %s', async (_what, who) => {
    const { clock, vehicle, player } = await hovering();
    vehicle.returnHome = async () => {
      vehicle.commands.push('return');
      await new Promise<void>((resolve) => clock.after(5000, resolve));
      throw new RequestTimeoutError('returnHome', 5000);
    };
    const returned = player.returnHome().catch(() => undefined);
    await clock.advance(200);
    if (who === 'pilot') vehicle.set({ mode: 'POSCTL' });
    else await player.emergencyLand();
    await clock.advance(5500);
    await returned;
    expect(vehicle.commands).not.toContain('land');
  });
});
