/** The watchdog beside the real player: what it sees in a flight where all is well, and that its orders are carried out. */
import { describe, expect, it } from 'vitest';
import { Failsafe } from '../../../drone-client/failsafe/failsafe.js';
import type { FailsafeEvent, FlightSituation } from '../../../drone-client/failsafe/situation.js';
import { makeDrone, samplePlan } from '../player/rig.js';
import { settingsOf } from './support.js';

function guarded(config = '') {
  const drone = makeDrone();
  const { clock, vehicle, player } = drone;
  const events: FailsafeEvent[] = [];
  const server = { isConnected: true };
  let isArmedSinceMs: number | undefined;
  const situation = (): FlightSituation => {
    const nowMs = clock.monotonicMs();
    isArmedSinceMs = vehicle.state.armed ? (isArmedSinceMs ?? nowMs) : undefined;
    const { lastSent, ...rest } = player.situation;
    return {
      ...rest,
      nowMs,
      vehicle: vehicle.state,
      server: { ...server },
      ...(isArmedSinceMs !== undefined && { isArmedSinceMs }),
      ...(lastSent && { setpoint: { positionM: lastSent.setpoint.positionM, sentMs: lastSent.sentMs } }),
    };
  };
  const settle = (work: Promise<void>) => void work.catch(() => undefined);
  const failsafe = new Failsafe({
    clock,
    settings: () => settingsOf(config),
    situation,
    authority: {
      hold: (reason) => settle(vehicle.state.armed ? player.stop(reason) : vehicle.hold()),
      land: (reason) => settle(player.land(reason)),
      returnHome: (reason) => settle(player.returnHome(reason)),
      emergencyLand: (reason) => settle(player.emergencyLand(reason)),
      disarm: (reason) => settle(player.disarm(reason)),
    },
    onEvent: (event) => events.push(event),
  });
  failsafe.start();
  return { ...drone, server, failsafe, events };
}

describe('beside a real player', () => {
  it('the watchdog is silent from before the start to after the landing', async () => {
    const { clock, vehicle, player, failsafe, events } = guarded(
      '[GEOFENCE]\npolygon = -5 -5; 9 -5; 9 5; -5 5\nceiling = 9\n',
    );
    await clock.advance(5000);
    player.start({ plan: samplePlan(), floorZM: undefined, startAtMs: clock.monotonicMs() + 8000 });
    await clock.advance(40_000);
    expect(player.lastOutcome).toBe('landed');
    expect(vehicle.state.armed).toBe(false);
    expect(events).toEqual([]);
    expect(failsafe.state.active).toEqual([]);
  });

  it('a flight that leaves the fence is landed, and nothing else is ordered', async () => {
    const { clock, vehicle, player, events } = guarded(
      '[GEOFENCE]\npolygon = -5 -5; 2 -5; 2 5; -5 5\nmargin = 0\n',
    );
    player.start({ plan: samplePlan(), floorZM: undefined, startAtMs: clock.monotonicMs() + 3000 });
    await clock.advance(30_000);
    expect(events.filter(({ action }) => action === 'land')).toMatchObject([
      { id: 'fence_polygon', text: expect.stringMatching(/outside the fence by 0\.\d m/) },
    ]);
    expect(vehicle.state.armed).toBe(false);
    expect(vehicle.commands.filter((name) => name === 'land')).toHaveLength(1);
    expect(player.lastOutcome).toMatch(/outside the fence/);
  });

  it('a lost server holds the drone when that is configured, and its return changes nothing by itself', async () => {
    const { clock, player, server, events } = guarded(
      '[FAILSAFE]\nlink_lost_action = hold\nlink_lost_delay = 1\n',
    );
    player.start({ plan: samplePlan(), floorZM: undefined, startAtMs: clock.monotonicMs() + 3000 });
    await clock.advance(6000);
    server.isConnected = false;
    await clock.advance(2000);
    expect(events).toMatchObject([{ id: 'server_lost', action: 'hold' }]);
    expect(player.lastTask).toBe('hold');
    server.isConnected = true;
    await clock.advance(5000);
    expect(player.lastTask).toBe('hold');
  });
});
