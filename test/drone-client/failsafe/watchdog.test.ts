import { describe, expect, it } from 'vitest';
import type { Condition } from '../../../drone-client/failsafe/condition.js';
import { placeConditions } from '../../../drone-client/failsafe/conditions-place.js';
import type { FlightSituation } from '../../../drone-client/failsafe/situation.js';
import { Watchdog } from '../../../drone-client/failsafe/watchdog.js';
import { Flown, flight, healthyEstimator, here, settingsOf, zero } from './support.js';

const strayed = (metres = 4, change: Parameters<typeof flight>[1] = {}) => {
  return (nowMs: number): FlightSituation => {
    const position = { atMs: nowMs, positionM: { ...here, x: metres }, velocityMPerS: zero };
    return flight(nowMs, { ...change, vehicle: { position, ...change.vehicle } });
  };
};
const unheard = (ageMs = 2000) => strayedPosition(ageMs);
function strayedPosition(ageMs: number) {
  return (nowMs: number): FlightSituation =>
    flight(nowMs, { vehicle: { position: { atMs: nowMs - ageMs, positionM: here, velocityMPerS: zero } } });
}
const serverless = (change: Parameters<typeof flight>[1] = {}) => {
  return (nowMs: number): FlightSituation => flight(nowMs, { server: { isConnected: false }, ...change });
};
const ordersOf = (flown: Flown) =>
  flown.decisions.filter(({ action }) => action !== 'report').map(({ action }) => action);
const eventsOf = (flown: Flown) => flown.decisions.flatMap(({ event }) => event ?? []);

describe('the order of measures', () => {
  it('does not give a weaker order while a stronger one is under way, and says so', () => {
    const flown = new Flown(new Watchdog(), settingsOf('[FAILSAFE]\nlink_lost_action = hold\n'));
    flown.fly(2000, strayed());
    flown.fly(7000, serverless({ isLanding: true }));
    expect(ordersOf(flown)).toEqual(['land']);
    expect(eventsOf(flown).at(-1)).toMatchObject({
      id: 'server_lost',
      action: 'report',
      text: expect.stringContaining('landing is under way already'),
    });
  });

  it('replaces a weaker one by a stronger one', () => {
    const flown = new Flown(new Watchdog(), settingsOf('[FAILSAFE]\nlink_lost_action = hold\n'));
    flown.fly(6000, serverless());
    const critical = serverless({ vehicle: { battery: { fraction: 0.05, cellVoltageV: 3.9 } } });
    flown.fly(6000, critical);
    expect(ordersOf(flown)).toEqual(['hold', 'land']);
  });

  it('gives one order when several conditions begin at the same moment: the strongest', () => {
    const config =
      '[FAILSAFE]\naction = emergency_land\nposition_delta_delay = 1\nsetpoint_delay = 1\nsetpoint_timeout = 0.5\n';
    const flown = new Flown(new Watchdog(), settingsOf(config));
    flown.fly(1500, (nowMs) => strayed(4, { setpoint: { positionM: here, sentMs: nowMs - 900 } })(nowMs));
    expect(ordersOf(flown)).toEqual(['emergency_land']);
    expect(eventsOf(flown)).toMatchObject([
      { id: 'position_delta', action: 'emergency_land' },
      { id: 'setpoints_stale', action: 'report' },
    ]);
  });

  it('gives the strongest also when it stands last among the conditions', () => {
    const config = '[FAILSAFE]\nbattery_critical_action = emergency_land\nbattery_delay = 1\n';
    const flown = new Flown(new Watchdog(), settingsOf(config));
    flown.fly(1500, strayed(4, { vehicle: { battery: { fraction: 0.05 } } }));
    expect(ordersOf(flown)).toEqual(['emergency_land']);
  });

  it('does not take the leaving of a mode on the ground for a hold in the flight that follows', () => {
    const flown = new Flown(
      new Watchdog(),
      settingsOf('[FAILSAFE]\nlink_lost_action = hold\nlink_lost_delay = 0.2\n'),
    );
    const idle = { isOurs: false, isOffboardExpected: false, setpoint: { positionM: here, sentMs: -2000 } };
    flown.fly(3500, (nowMs) => flight(nowMs, { ...idle, vehicle: { armed: false, landed: 'on_ground' } }));
    flown.fly(500, serverless());
    expect(ordersOf(flown)).toEqual(['hold', 'hold']);
  });

  it('gives the order that was withheld once what withheld it is over', () => {
    const flown = new Flown(new Watchdog(), settingsOf('[FAILSAFE]\nlink_lost_action = land\n'));
    flown.fly(6000, serverless({ isLanding: true, vehicle: { mode: 'AUTO.LAND', role: 'land' } }));
    expect(ordersOf(flown)).toEqual([]);
    flown.fly(200, serverless());
    expect(ordersOf(flown)).toEqual(['land']);
  });

  it('gives no order for what is over already when it could be given', () => {
    const flown = new Flown(new Watchdog(), settingsOf('[FAILSAFE]\nlink_lost_action = land\n'));
    flown.fly(6000, serverless({ isLanding: true, vehicle: { mode: 'AUTO.LAND', role: 'land' } }));
    flown.fly(3000);
    expect(ordersOf(flown)).toEqual([]);
  });

  it('does not order the same thing twice while a condition lasts, but again when it comes again', () => {
    const flown = new Flown(new Watchdog(), settingsOf('[FAILSAFE]\nlink_lost_action = hold\n'));
    flown.fly(20_000, serverless());
    expect(ordersOf(flown)).toEqual(['hold']);
    flown.fly(2000);
    flown.fly(6000, serverless());
    expect(ordersOf(flown)).toEqual(['hold', 'hold']);
  });
});

describe('a drone that does not know where it is', () => {
  it('is landed instead of held or flown home, whatever is configured for the other conditions', () => {
    const config = '[FAILSAFE]\nenabled = false\nlink_lost_action = return\n';
    const flown = new Flown(new Watchdog(), settingsOf(config));
    flown.fly(6000, (nowMs) => ({ ...unheard()(nowMs), server: { isConnected: false } }));
    expect(ordersOf(flown)).toEqual(['land']);
    expect(eventsOf(flown)).toMatchObject([
      { id: 'position_lost', action: 'report' },
      {
        id: 'server_lost',
        action: 'land',
        text: expect.stringContaining('return needs a position: landing instead'),
      },
    ]);
  });

  it.each([
    ['without a global position', { global: undefined }],
    ['with an old one', { global: { atMs: -60_000, latDeg: 0, lonDeg: 0, amslM: 0, velocityMPerS: zero } }],
  ])('does not fly home %s', (_, vehicle) => {
    const flown = new Flown(new Watchdog(), settingsOf('[FAILSAFE]\nlink_lost_action = return\n'));
    flown.fly(6000, serverless({ vehicle }));
    expect(ordersOf(flown)).toEqual(['land']);
  });

  it('does not fly home when the estimator has no global position', () => {
    const flown = new Flown(new Watchdog(), settingsOf('[FAILSAFE]\nlink_lost_action = return\n'));
    flown.fly(6000, (nowMs) =>
      serverless({ vehicle: { estimator: healthyEstimator(nowMs, { hasGlobalPosition: false }) } })(nowMs),
    );
    expect(ordersOf(flown)).toEqual(['land']);
  });

  it.each([
    ['in an emergency landing, which has no setpoint', { isLanding: true }],
    ['while nothing of ours is flown', { isOffboardExpected: false }],
    ['from a setpoint of long ago', { setpoint: { positionM: here, sentMs: -5000 } }],
  ])('can not stray %s', (_, change) => {
    const flown = new Flown(new Watchdog(), settingsOf('[FAILSAFE]\nsetpoint_timeout = 0\n'));
    flown.fly(5000, strayed(4, change));
    expect(flown.decisions).toEqual([]);
  });

  it('can not be said to stray from a place that is not known', () => {
    const flown = new Flown(new Watchdog(), settingsOf());
    const lostFarAway = (nowMs: number) =>
      strayed(50, {
        vehicle: { position: { atMs: nowMs - 1600, positionM: { ...here, x: 50 }, velocityMPerS: zero } },
      })(nowMs);
    flown.fly(3000, lostFarAway);
    expect(eventsOf(flown).map(({ id }) => id)).toEqual(['position_lost']);
  });
});

describe('with [FAILSAFE] enabled = false', () => {
  it('lost position and straying are reported only; batteries and fences have their own switches', () => {
    const config = '[FAILSAFE]\nenabled = false\n[GEOFENCE]\npolygon = -3 -3; 3 -3; 0 3\n';
    const flown = new Flown(new Watchdog(), settingsOf(config));
    flown.fly(3000, strayed(4));
    expect(eventsOf(flown)).toMatchObject([
      { id: 'fence_polygon', action: 'land' },
      { id: 'position_delta', action: 'report' },
    ]);
  });

  it('the offboard mode is left by a standing drone all the same, again and again until it is left', () => {
    const flown = new Flown(new Watchdog(), settingsOf('[FAILSAFE]\nenabled = false\n'));
    const idle = { isOurs: false, isOffboardExpected: false, setpoint: { positionM: here, sentMs: -2000 } };
    flown.fly(10_500, (nowMs) => flight(nowMs, { ...idle, vehicle: { armed: false, landed: 'on_ground' } }));
    expect(ordersOf(flown)).toEqual(['hold', 'hold', 'hold']);
    expect(eventsOf(flown)).toHaveLength(1);
  });
});

describe('a pilot', () => {
  const byHand = { vehicle: { mode: 'POSCTL', role: 'manual' as const } };

  it('is left alone from the first moment, whatever else happens', () => {
    const flown = new Flown(new Watchdog(), settingsOf());
    flown.fly(1000);
    const position = { positionM: here, velocityMPerS: zero };
    flown.fly(15_000, (nowMs) =>
      flight(nowMs, { vehicle: { ...byHand.vehicle, position: { ...position, atMs: nowMs - 4000 } } }),
    );
    expect(ordersOf(flown)).toEqual([]);
    expect(eventsOf(flown)).toMatchObject([
      { id: 'position_lost', text: expect.stringContaining('flown by hand') },
      { id: 'pilot_takeover' },
    ]);
  });

  it('who took over into a mode of the autopilot is left alone as well', () => {
    const flown = new Flown(new Watchdog(), settingsOf());
    const loiter = { mode: 'AUTO.LOITER', role: 'hold' as const };
    flown.fly(1000);
    flown.fly(3000, (nowMs) => flight(nowMs, { vehicle: loiter }));
    flown.fly(8000, (nowMs) => flight(nowMs, { vehicle: { ...loiter, battery: { fraction: 0.05 } } }));
    expect(ordersOf(flown)).toEqual([]);
    const critical = eventsOf(flown).find(({ id }) => id === 'battery_critical');
    expect(critical?.text).toContain('the pilot has the drone');
  });

  it('who takes over from a landing of the failsafe is not disarmed later', () => {
    const flown = new Flown(new Watchdog(), settingsOf());
    flown.fly(2000, strayed());
    flown.fly(20_000, (nowMs) => flight(nowMs, byHand));
    expect(ordersOf(flown)).toEqual(['land']);
  });
});

describe('a drone that is not ours', () => {
  it('is not touched', () => {
    const flown = new Flown(new Watchdog(), settingsOf('[GEOFENCE]\npolygon = -1 -1; 1 -1; 0 1\n'));
    flown.fly(20_000, strayed(50, { isOurs: false, server: { isConnected: false } }));
    expect(flown.decisions).toEqual([]);
  });

  it('is not touched even where a condition forgets to ask whose it is', () => {
    const careless: Condition = {
      id: 'careless',
      find: () => ({ text: 'something', numbers: {} }),
      rule: () => ({ delayS: 0, action: 'land' }),
    };
    const flown = new Flown(new Watchdog({ conditions: [careless] }), settingsOf());
    flown.fly(1000, (nowMs) => flight(nowMs, { isOurs: false }));
    expect(flown.decisions).toMatchObject([{ action: 'report', reason: 'something; the drone is not ours' }]);
  });

  it('makes the next flight begin with a clean sheet', () => {
    const flown = new Flown(new Watchdog(), settingsOf());
    flown.fly(2000, strayed());
    flown.fly(2000, (nowMs) =>
      flight(nowMs, { isOurs: false, isOffboardExpected: false, vehicle: { armed: false, role: 'hold' } }),
    );
    flown.fly(2000, strayed());
    expect(ordersOf(flown)).toEqual(['land', 'land']);
  });
});

describe('after the landing was ordered', () => {
  it.each(['land', 'emergency_land'])(
    '(%s) the motors are disarmed by the plain command until they stand',
    (action) => {
      const flown = new Flown(new Watchdog(), settingsOf(`[FAILSAFE]\naction = ${action}\n`));
      flown.fly(1200, strayed());
      const orderedMs = flown.decisions[0]?.atMs ?? Number.NaN;
      const landing = (nowMs: number) => flight(nowMs, { isLanding: true, vehicle: { landed: 'on_ground' } });
      flown.fly(12_000, landing);
      const disarms = flown.decisions.filter(({ action }) => action === 'disarm');
      expect(disarms.map(({ atMs }) => atMs - orderedMs)).toEqual([10_000, 11_000, 12_000]);
      expect(disarms.filter(({ event }) => event)).toHaveLength(1);
      const before = flown.decisions.length;
      flown.fly(5000, (nowMs) => flight(nowMs, { isLanding: true, vehicle: { armed: false } }));
      expect(flown.decisions).toHaveLength(before);
    },
  );

  it('a plain disarm that was refused does not keep it from landing', () => {
    const flown = new Flown(new Watchdog(), settingsOf('[FAILSAFE]\naction = disarm\n'));
    flown.fly(1500, strayed());
    flown.fly(6000, strayed(4, { vehicle: { battery: { fraction: 0.05 } } }));
    expect(ordersOf(flown)).toEqual(['disarm', 'land']);
  });
});

describe('a drone that is still in the air long after the landing was ordered', () => {
  it('is asked for its motors once: the autopilot refuses, and says when it is down', () => {
    const flown = new Flown(new Watchdog(), settingsOf());
    flown.fly(1200, strayed());
    flown.fly(30_000, (nowMs) => flight(nowMs, { isLanding: true, vehicle: { landed: 'landing' } }));
    expect(ordersOf(flown)).toEqual(['land', 'disarm']);
    flown.fly(100, (nowMs) => flight(nowMs, { isLanding: true, vehicle: { landed: 'on_ground' } }));
    expect(ordersOf(flown)).toEqual(['land', 'disarm', 'disarm']);
  });
});

describe('a drone on its way home', () => {
  it('is landed where it is when something worse happens', () => {
    const flown = new Flown(new Watchdog(), settingsOf('[FAILSAFE]\nlink_lost_action = hold\n'));
    const home = { isLanding: true, isOffboardExpected: false };
    const mode = { mode: 'AUTO.RTL', role: 'return' } as const;
    flown.fly(6000, serverless({ ...home, vehicle: mode }));
    expect(ordersOf(flown)).toEqual([]);
    flown.fly(6000, (nowMs) => flight(nowMs, { ...home, vehicle: { ...mode, battery: { fraction: 0.05 } } }));
    expect(ordersOf(flown)).toEqual(['land']);
  });
});

describe('a condition that flickers', () => {
  const flicker = (onMs: number, offMs: number) => (nowMs: number) =>
    nowMs % (onMs + offMs) < onMs ? unheard()(nowMs) : flight(nowMs);

  it('counts when it is there for most of the time', () => {
    const flown = new Flown(new Watchdog(), settingsOf());
    flown.fly(5000, flicker(400, 200));
    expect(ordersOf(flown)).toEqual(['land']);
  });

  it('does not count when it is there for less than half of the time', () => {
    const flown = new Flown(new Watchdog(), settingsOf());
    flown.fly(30_000, flicker(200, 300));
    expect(flown.decisions).toEqual([]);
  });

  it('makes one event and stays in the state until it was gone for a second', () => {
    const flown = new Flown(new Watchdog(), settingsOf('[FAILSAFE]\nenabled = false\n'));
    flown.fly(20_000, flicker(800, 200));
    expect(eventsOf(flown)).toHaveLength(1);
    flown.fly(800);
    expect(flown.activeIds).toEqual(['position_lost']);
    flown.fly(400);
    expect(flown.activeIds).toEqual([]);
  });

  it('is not made of one late look at old messages', () => {
    const flown = new Flown(new Watchdog(), settingsOf());
    flown.fly(1000);
    flown.nowMs += 4000;
    flown.fly(100, unheard(4000));
    flown.fly(5000);
    expect(flown.decisions).toEqual([]);
  });
});

describe('a condition that fails', () => {
  const broken: Condition = {
    id: 'broken',
    find: () => {
      throw new TypeError('no such thing');
    },
    rule: () => ({ delayS: 0, action: 'emergency_land' }),
  };

  it('is reported once, orders nothing, and silences no other', () => {
    const flown = new Flown(new Watchdog({ conditions: [broken, ...placeConditions] }), settingsOf());
    flown.fly(3000, strayed());
    expect(eventsOf(flown)).toMatchObject([
      { id: 'broken', action: 'report', text: 'broken can not be judged: no such thing' },
      { id: 'position_delta', action: 'land' },
    ]);
  });

  it.each([0, 3])('and works again later orders nothing for its failure, with a delay of %s s', (delayS) => {
    const throwsOnce: Condition = {
      id: 'moody',
      find: ({ situation }) => {
        if (situation.nowMs === 500) throw new Error('once');
        return undefined;
      },
      rule: () => ({ delayS, action: 'land' }),
    };
    const flown = new Flown(new Watchdog({ conditions: [throwsOnce] }), settingsOf());
    flown.fly(5000);
    expect(ordersOf(flown)).toEqual([]);
    expect(eventsOf(flown)).toHaveLength(1);
  });

  it('and works again later has to last for its whole delay', () => {
    const moody: Condition = {
      id: 'moody',
      find: ({ situation }) => {
        if (situation.nowMs === 500) throw new Error('once');
        return situation.nowMs > 500 ? { text: 'found', numbers: {} } : undefined;
      },
      rule: () => ({ delayS: 3, action: 'land' }),
    };
    const flown = new Flown(new Watchdog({ conditions: [moody] }), settingsOf());
    flown.fly(5000);
    expect(flown.decisions).toMatchObject([
      { action: 'report' },
      { action: 'land', reason: 'found', atMs: 3600 },
    ]);
  });

  it('by its rule is reported as well', () => {
    const badRule: Condition = {
      ...broken,
      find: () => ({ text: 'x', numbers: {} }),
      rule: broken.find as never,
    };
    const flown = new Flown(new Watchdog({ conditions: [badRule, ...placeConditions] }), settingsOf());
    flown.fly(3000, strayed());
    expect(eventsOf(flown).map(({ id, action }) => [id, action])).toEqual([
      ['broken', 'report'],
      ['position_delta', 'land'],
    ]);
  });
});

describe('an order that could not be given', () => {
  it('is given again a second later', () => {
    const flown = new Flown(new Watchdog(), settingsOf());
    flown.fly(1200, strayed());
    const [first] = flown.decisions;
    expect(first).toMatchObject({ action: 'land' });
    if (first) flown.watchdog.orderFailed(first, flown.nowMs);
    flown.fly(900, strayed());
    expect(ordersOf(flown)).toEqual(['land']);
    flown.fly(200, strayed());
    expect(ordersOf(flown)).toEqual(['land', 'land']);
  });
});
