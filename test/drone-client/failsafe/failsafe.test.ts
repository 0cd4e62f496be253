import { describe, expect, it } from 'vitest';
import { Failsafe, type FailsafeOptions } from '../../../drone-client/failsafe/failsafe.js';
import type { FailsafeAuthority, FailsafeEvent } from '../../../drone-client/failsafe/situation.js';
import { FakeClock } from '../../support/fake-clock.js';
import { StallingClock } from '../player/rig.js';
import { flight, here, settingsOf, standingVehicle, zero } from './support.js';

function rig(change: Partial<FailsafeOptions> & { clock?: FakeClock } = {}) {
  const clock = change.clock ?? new FakeClock();
  const orders: string[] = [];
  const events: FailsafeEvent[] = [];
  const order = (name: string) => (reason: string) => void orders.push(`${name}: ${reason}`);
  const authority: FailsafeAuthority = {
    hold: order('hold'),
    land: order('land'),
    returnHome: order('return'),
    emergencyLand: order('emergency'),
    disarm: order('disarm'),
  };
  const standing = () => ({
    ...flight(clock.monotonicMs(), { isOurs: false, isOffboardExpected: false }),
    vehicle: standingVehicle(clock.monotonicMs()),
  });
  const failsafe = new Failsafe({
    settings: () => settingsOf(),
    situation: standing,
    authority,
    onEvent: (event) => events.push(event),
    ...change,
    clock,
  });
  failsafe.start();
  return { clock, orders, events, failsafe, authority, standing };
}

/** Stands for a second, then flies as `at` says. */
function takenOff(clock: FakeClock, standing: () => ReturnType<typeof flight>, at: typeof flight) {
  return () => (clock.monotonicMs() <= 1000 ? standing() : at(clock.monotonicMs()));
}

const strayed = (nowMs: number) =>
  flight(nowMs, {
    vehicle: { position: { atMs: nowMs, positionM: { ...here, x: 4 }, velocityMPerS: zero } },
  });

describe("the watchdog's loop", () => {
  it('orders through the authority, tells the event, and has it in its state', async () => {
    const clock = new FakeClock();
    const { standing } = rig({ clock });
    const { orders, events, failsafe } = rig({ clock, situation: takenOff(clock, standing, strayed) });
    await clock.advance(3000);
    expect(orders).toEqual(['land: the drone is 4.0 m from its setpoint (limit 3 m)']);
    expect(events).toMatchObject([
      { id: 'position_delta', atMs: 2100, action: 'land', numbers: { distanceM: 4, maxM: 3 } },
    ]);
    expect(failsafe.state).toEqual({
      active: [{ id: 'position_delta', text: events[0]?.text, sinceMs: 1100 }],
      fired: events,
    });
    failsafe.close();
    const { length } = orders;
    await clock.advance(30_000);
    expect(orders).toHaveLength(length);
  });

  it('goes on when the authority throws, and orders again', async () => {
    const clock = new FakeClock();
    const { standing, authority } = rig({ clock });
    let calls = 0;
    const land = () => {
      calls += 1;
      if (calls === 1) throw new Error('busy');
    };
    const { events } = rig({
      clock,
      situation: takenOff(clock, standing, strayed),
      authority: { ...authority, land },
    });
    await clock.advance(3500);
    expect(calls).toBe(2);
    expect(events.map(({ text }) => text)).toContain('land could not be ordered: busy');
  });

  it('goes on when a listener throws', async () => {
    const clock = new FakeClock();
    const { standing } = rig({ clock });
    const onEvent = () => {
      throw new Error('disk full');
    };
    const { orders, failsafe } = rig({ clock, situation: takenOff(clock, standing, strayed), onEvent });
    await clock.advance(3000);
    expect(orders).toHaveLength(1);
    expect(failsafe.state.fired.map(({ id }) => id)).toEqual(['position_delta', 'listener']);
  });

  it('lands a drone of ours that it can not see any more, after 2 s, and not one of others', async () => {
    for (const isOurs of [true, false]) {
      const clock = new FakeClock();
      const { standing } = rig({ clock });
      const situation = () => {
        if (clock.monotonicMs() > 2000) throw new Error('no player');
        return takenOff(clock, standing, (nowMs) => flight(nowMs, { isOurs }))();
      };
      const { orders, events } = rig({ clock, situation });
      await clock.advance(3800);
      expect(orders).toEqual([]);
      expect(events.map(({ id }) => id)).toEqual(['blind']);
      await clock.advance(5000);
      expect(orders).toEqual(
        isOurs ? [expect.stringMatching(/^land: .* could not see the flight for 2 s/)] : [],
      );
    }
  });

  it('takes up changed settings, and keeps the last good ones when they are wrong', async () => {
    const clock = new FakeClock();
    let text = '[FAILSAFE]\nposition_delta_max = 5\n';
    const { standing } = rig({ clock });
    const settings = () => settingsOf(text);
    const { orders, events } = rig({ clock, settings, situation: takenOff(clock, standing, strayed) });
    await clock.advance(3000);
    text = '[FAILSAFE]\nbattery_critical = 0.9\n';
    await clock.advance(3000);
    expect(orders).toEqual([]);
    expect(events).toMatchObject([
      { id: 'settings', text: expect.stringContaining('battery_critical is above') },
    ]);
    text = '';
    await clock.advance(3000);
    expect(orders).toHaveLength(1);
  });

  it('reads them once a second, not at every look', async () => {
    let reads = 0;
    const { clock } = rig({
      settings: () => {
        reads += 1;
        return settingsOf();
      },
    });
    await clock.advance(3000);
    expect(reads).toBe(4);
  });

  it('warns before each flight when lost position and straying are only reported', () => {
    const { failsafe } = rig({ settings: () => settingsOf('[FAILSAFE]\nenabled = false') });
    expect(failsafe.problems).toMatchObject([{ id: 'failsafe_off', severity: 'warning' }]);
    expect(rig().failsafe.problems).toEqual([]);
  });

  it('refuses to begin with wrong settings', () => {
    expect(() => rig({ settings: () => settingsOf('[FAILSAFE]\nbattery_critical = 0.9') })).toThrow(
      /battery_low/,
    );
  });

  it('measures how late its own timers come', async () => {
    const clock = new StallingClock();
    const { failsafe } = rig({ clock });
    await clock.advance(1000);
    expect(failsafe.loopLagMs).toBe(0);
    clock.stall(700);
    await clock.advance(1000);
    expect(failsafe.loopLagMs).toBeGreaterThanOrEqual(600);
    await clock.advance(6000);
    expect(failsafe.loopLagMs).toBe(0);
  });
});

describe('a client that starts beside running motors', () => {
  it('streams nothing, blocks every start, and lands the drone when no pilot takes it', async () => {
    const clock = new FakeClock();
    const { orders, failsafe, events } = rig({
      clock,
      situation: () => flight(clock.monotonicMs(), { isOurs: false, isOffboardExpected: false }),
    });
    await clock.advance(5000);
    expect(orders).toEqual([]);
    expect(failsafe.isFoundArmed).toBe(true);
    expect(failsafe.problems).toMatchObject([{ id: 'found_armed', severity: 'blocking' }]);
    await clock.advance(200);
    expect(orders).toEqual([expect.stringContaining('no pilot took it for 5 s: landing')]);
    expect(events.map(({ id }) => id)).toEqual(['found_armed', 'found_armed']);
  });

  it('tries again when the landing could not be ordered', async () => {
    const clock = new FakeClock();
    let calls = 0;
    const { authority } = rig({ clock });
    const land = () => {
      calls += 1;
      throw new Error('busy');
    };
    const situation = () => flight(clock.monotonicMs(), { isOurs: false, isOffboardExpected: false });
    rig({ clock, situation, authority: { ...authority, land } });
    await clock.advance(11_000);
    expect(calls).toBe(2);
  });
});
