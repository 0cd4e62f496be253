import { describe, expect, it } from 'vitest';
import { FlightGuard } from '../../../drone-client/client/flight-guard.js';
import { droneConfigSpec } from '../../../drone-client/config-spec.js';
import type { HostHealth } from '../../../drone-client/failsafe/host-health.js';
import { readFailsafeSettings } from '../../../drone-client/failsafe/settings.js';
import { loadConfig } from '../../../lib/config/index.js';
import { makeDrone, samplePlan } from '../player/rig.js';

async function guarded(ini = '') {
  const { clock, vehicle, player } = makeDrone();
  const config = loadConfig(ini, 'drone.ini', droneConfigSpec);
  const warnings: string[] = [];
  const states: string[] = [];
  const server = { isConnected: true };
  let host: HostHealth | undefined = { ageMs: 0, diskFreeBytes: 1e10 };
  const guard = new FlightGuard({
    ...{ clock, vehicle, player },
    settings: () => readFailsafeSettings(config),
    hostHealth: () => host,
    isServerConnected: () => server.isConnected,
    context: () => ({ frame: 'map', usesMavlinkLed: false }),
    others: () => [],
    onEvent: () => undefined,
    onWarning: (text) => warnings.push(text),
    onState: (text) => states.push(text),
  });
  guard.start();
  await clock.advance(1000);
  const setHost = (health: HostHealth) => {
    host = health;
  };
  return { clock, vehicle, player, guard, warnings, states, server, setHost };
}

const fly = (plan = samplePlan()) => ({ plan, startAtMs: 10_000, floorZM: 'start' as const });

describe('the guard of a drone', () => {
  it('finds nothing that speaks against a start, once the last-resort parameters were read', async () => {
    const { guard } = await guarded();
    expect(guard.obstacles).toEqual([]);
  });

  it('refuses where the autopilot would not land by itself, and looks again when parameters were loaded', async () => {
    const { clock, vehicle, guard } = await guarded();
    await vehicle.maintenance.setParameter('COM_OBL_RC_ACT', 0);
    guard.parametersChanged();
    await clock.advance(1000);
    expect(guard.obstacles.join()).toMatch(/COM_OBL_RC_ACT is 0/);
    await vehicle.maintenance.setParameter('COM_OBL_RC_ACT', 4);
    guard.parametersChanged();
    await clock.advance(1000);
    expect(guard.obstacles).toEqual([]);
  });

  it('reads them again when another autopilot appears, and says when it can not', async () => {
    const { clock, vehicle, guard, warnings } = await guarded();
    vehicle.set({ connected: false });
    await clock.advance(1000);
    expect(guard.obstacles.join()).toContain('not connected');
    vehicle.maintenance.parameters.delete('COM_OBL_RC_ACT');
    vehicle.set({ connected: true });
    await clock.advance(1000);
    expect(guard.obstacles.join()).toMatch(/COM_OBL_RC_ACT/);
    expect(warnings).toEqual([]);
  });

  it.each([
    ['a full disk', { ageMs: 0, diskFreeBytes: 1e6 }, /disk/],
    ['a hot computer', { ageMs: 0, cpuTemperatureC: 95 }, /°C/],
    ['too little voltage', { ageMs: 0, underVoltage: { isNow: true, hasBeen: true } }, /voltage/],
  ] as const)('refuses on %s', async (_what, health, text) => {
    const { guard, setHost } = await guarded();
    setHost(health);
    expect(guard.obstacles.join()).toMatch(text);
  });

  it('orders the landing of a drone that lost its position, with the reason in its report', async () => {
    const { clock, vehicle, player, guard } = await guarded();
    player.start(fly());
    await clock.advance(13_500);
    expect(vehicle.state.landed).toBe('in_air');
    vehicle.set({
      estimator: {
        ...{
          atMs: clock.monotonicMs(),
          hasAttitude: true,
          hasHorizontalVelocity: true,
          hasVerticalVelocity: true,
        },
        ...{
          hasHorizontalPosition: false,
          hasGlobalPosition: false,
          hasVerticalPosition: true,
          hasGpsGlitch: false,
        },
      },
    });
    await clock.advance(1000);
    expect(vehicle.commands).toContain('land');
    await clock.advance(6000);
    expect(player.report.result).toMatch(/^failsafe: position lost/);
    expect(guard.state.fired.map(({ action }) => action)).toContain('land');
  });

  it('does with a lost server what it is told: nothing, or a hold', async () => {
    const lazy = await guarded();
    lazy.player.start(fly());
    await lazy.clock.advance(9500);
    lazy.server.isConnected = false;
    await lazy.clock.advance(5500);
    expect(lazy.player.lastTask).not.toBe('hold');
    const strict = await guarded(
      '[FAILSAFE]\nlink_lost_action = hold\nlink_lost_delay = 2\nlog_state = True\n',
    );
    strict.player.start(fly());
    await strict.clock.advance(9500);
    strict.server.isConnected = false;
    await strict.clock.advance(5500);
    expect(strict.player.lastTask).toBe('hold');
    expect(strict.states.join()).toContain('server');
    expect(lazy.states).toEqual([]);
  });
});
