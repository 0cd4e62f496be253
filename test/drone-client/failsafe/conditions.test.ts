import { describe, expect, it } from 'vitest';
import type { FlightSituation } from '../../../drone-client/failsafe/situation.js';
import { Watchdog } from '../../../drone-client/failsafe/watchdog.js';
import { Flown, flight, healthyEstimator, here, settingsOf, zero } from './support.js';

type Moment = (nowMs: number) => FlightSituation;
type Case = {
  readonly name: string;
  readonly id: string;
  readonly config?: string;
  /** What must be found, and for how long it must last. */
  readonly fires: Moment;
  readonly delayMs: number;
  readonly text: RegExp;
  readonly action: string;
  /** Just under the threshold: must never fire. */
  readonly passes: Moment;
};

const at = (x: number, y: number, z: number) => (nowMs: number) => ({
  position: { atMs: nowMs, positionM: { x, y, z }, velocityMPerS: zero },
});
/** The drone and its setpoint are there together. */
const placed =
  (x: number, y: number, z: number): Moment =>
  (nowMs) =>
    flight(nowMs, {
      vehicle: at(x, y, z)(nowMs),
      setpoint: { positionM: { x, y, z }, sentMs: nowMs },
      plannedM: { x, y, z },
    });
const aged =
  (ageMs: number): Moment =>
  (nowMs) =>
    flight(nowMs, { vehicle: at(here.x, here.y, here.z)(nowMs - ageMs) });
const square = '[GEOFENCE]\npolygon = -10 -10; 10 -10; 10 10; -10 10\nceiling = 30\nmargin = 2\n';
const battery =
  (fraction: number, cellVoltageV = 3.9): Moment =>
  (nowMs) =>
    flight(nowMs, { vehicle: { battery: { fraction, cellVoltageV } } });

const cases: readonly Case[] = [
  {
    name: 'a position estimate that is too old',
    id: 'position_lost',
    fires: aged(1600),
    delayMs: 500,
    text: /1\.6 s old \(limit 1\.5 s\)/,
    action: 'land',
    passes: aged(1500),
  },
  {
    name: 'no position estimate at all',
    id: 'position_lost',
    fires: (nowMs) => flight(nowMs, { vehicle: { position: undefined } }),
    delayMs: 500,
    text: /no estimate at all/,
    action: 'land',
    passes: (nowMs) => flight(nowMs, { vehicle: { position: undefined }, isArmedSinceMs: nowMs - 2900 }),
  },
  {
    name: 'an estimator that does not vouch for its position',
    id: 'position_lost',
    fires: (nowMs) =>
      flight(nowMs, {
        vehicle: { estimator: healthyEstimator(nowMs - 300, { hasHorizontalPosition: false }) },
      }),
    delayMs: 500,
    text: /not vouch for horizontal position \(told 0\.3 s ago\)/,
    action: 'land',
    passes: (nowMs) =>
      flight(nowMs, {
        vehicle: { estimator: healthyEstimator(nowMs - 5100, { hasHorizontalPosition: false }) },
      }),
  },
  {
    name: 'a visual position as old files limit it',
    id: 'position_lost',
    config: '[FAILSAFE]\naction = emergency_land\nvision_pose_timeout = 0.5\n',
    fires: aged(600),
    delayMs: 500,
    text: /0\.6 s old \(limit 0\.5 s\)/,
    action: 'emergency_land',
    passes: aged(500),
  },
  {
    name: 'a drone that strays from its setpoint',
    id: 'position_delta',
    fires: (nowMs) => flight(nowMs, { vehicle: at(3.2, 0, 5)(nowMs) }),
    delayMs: 1000,
    text: /3\.2 m from its setpoint \(limit 3 m\)/,
    action: 'land',
    passes: (nowMs) => flight(nowMs, { vehicle: at(0, 2.99, 5)(nowMs) }),
  },
  {
    name: 'setpoints that do not come',
    id: 'setpoints_stale',
    fires: (nowMs) => flight(nowMs, { setpoint: { positionM: here, sentMs: nowMs - 600 } }),
    delayMs: 300,
    text: /0\.6 s ago \(limit 0\.5 s\)/,
    action: 'land',
    passes: (nowMs) => flight(nowMs, { setpoint: { positionM: here, sentMs: nowMs - 500 } }),
  },
  {
    name: 'a low battery',
    id: 'battery_low',
    fires: battery(0.19),
    delayMs: 5000,
    text: /low: 19 % left \(limit 20 %\)/,
    action: 'report',
    passes: battery(0.2),
  },
  {
    name: 'a critical battery',
    id: 'battery_critical',
    fires: battery(0.09),
    delayMs: 5000,
    text: /critical: 9 % left \(limit 10 %\)/,
    action: 'land',
    passes: battery(0.1),
  },
  {
    name: 'a critical cell',
    id: 'battery_critical',
    fires: battery(0.5, 3.15),
    delayMs: 5000,
    text: /3\.15 V a cell \(limit 3\.2 V\)/,
    action: 'land',
    passes: battery(0.5, 3.2),
  },
  {
    name: 'a drone outside the fence',
    id: 'fence_polygon',
    config: square,
    fires: placed(10.5, 0, 5),
    delayMs: 500,
    text: /outside the fence by 0\.5 m, at x 10\.5 y 0\.0/,
    action: 'land',
    passes: placed(9.9, 0, 5),
  },
  {
    name: "a drone above the fence's ceiling",
    id: 'fence_ceiling',
    config: square,
    fires: placed(0, 0, 30.5),
    delayMs: 500,
    text: /height of 30\.5 m, above the fence's ceiling of 30 m/,
    action: 'land',
    passes: placed(0, 0, 30),
  },
  {
    name: 'a drone near the fence',
    id: 'fence_near',
    config: square,
    fires: placed(8.5, 0, 5),
    delayMs: 500,
    text: /only 1\.5 m inside the fence \(margin 2 m\)/,
    action: 'report',
    passes: placed(8, 0, 5),
  },
  {
    name: 'a drone near the ceiling',
    id: 'fence_near',
    config: square,
    fires: placed(0, 0, 29),
    delayMs: 500,
    text: /only 1\.0 m inside the fence's ceiling/,
    action: 'report',
    passes: placed(0, 0, 28),
  },
  {
    name: 'a drone outside its bubble',
    id: 'fence_bubble',
    fires: (nowMs) => flight(nowMs, { plannedM: { x: 0, y: 10.5, z: 5 } }),
    delayMs: 5000,
    text: /10\.5 m from its place in the show \(bubble 10 m\)/,
    action: 'report',
    passes: (nowMs) => flight(nowMs, { plannedM: { x: 0, y: 10, z: 5 } }),
  },
  {
    name: 'a lost server',
    id: 'server_lost',
    config: '[FAILSAFE]\nlink_lost_action = return\n',
    fires: (nowMs) => flight(nowMs, { server: { isConnected: false, lostSinceMs: nowMs - 700 } }),
    delayMs: 5000,
    text: /the server is lost for 0\.7 s/,
    action: 'return',
    passes: (nowMs) =>
      flight(nowMs, { server: { isConnected: false, lostSinceMs: 0 }, vehicle: { landed: 'on_ground' } }),
  },
  {
    name: "a pilot's sticks",
    id: 'pilot_takeover',
    fires: (nowMs) => flight(nowMs, { vehicle: { mode: 'POSCTL', role: 'manual' } }),
    delayMs: 1500,
    text: /pilot took over in mode POSCTL/,
    action: 'report',
    passes: (nowMs) => flight(nowMs, { isOurs: false, vehicle: { mode: 'POSCTL', role: 'manual' } }),
  },
  {
    name: 'an autopilot that does not follow',
    id: 'offboard_refused',
    fires: (nowMs) =>
      flight(nowMs, { vehicle: { armed: false, landed: 'on_ground', mode: 'AUTO.LOITER', role: 'hold' } }),
    delayMs: 3000,
    text: /does not follow us: mode AUTO\.LOITER \(limit 3 s\)/,
    action: 'report',
    passes: (nowMs) => flight(nowMs, { vehicle: { armed: false, landed: 'on_ground' } }),
  },
  {
    name: 'a disarmed drone left in the offboard mode',
    id: 'offboard_idle',
    fires: (nowMs) =>
      flight(nowMs, {
        isOurs: false,
        isOffboardExpected: false,
        setpoint: { positionM: here, sentMs: nowMs - 1100 },
        vehicle: { armed: false, landed: 'on_ground' },
      }),
    delayMs: 3000,
    text: /disarmed in mode OFFBOARD without setpoints for 3 s/,
    action: 'hold',
    passes: (nowMs) =>
      flight(nowMs, { isOffboardExpected: false, vehicle: { armed: false, landed: 'on_ground' } }),
  },
  {
    name: 'an armed drone left standing in the offboard mode',
    id: 'offboard_idle',
    fires: (nowMs) =>
      flight(nowMs, {
        isOffboardExpected: false,
        setpoint: { positionM: here, sentMs: nowMs - 1100 },
        vehicle: { landed: 'on_ground' },
      }),
    delayMs: 3000,
    text: /armed on the ground in mode OFFBOARD/,
    action: 'land',
    passes: (nowMs) =>
      flight(nowMs, { isOurs: false, isOffboardExpected: false, vehicle: { landed: 'on_ground' } }),
  },
  {
    name: "the autopilot's own failsafe",
    id: 'autopilot_failsafe',
    fires: (nowMs) => flight(nowMs, { vehicle: { systemStatus: 'CRITICAL' } }),
    delayMs: 0,
    text: /own failsafe acts: CRITICAL, mode OFFBOARD/,
    action: 'report',
    passes: (nowMs) => flight(nowMs, { vehicle: { systemStatus: 'ACTIVE' } }),
  },
  {
    name: 'an autopilot that is not heard',
    id: 'autopilot_lost',
    fires: (nowMs) => flight(nowMs, { vehicle: { connected: false } }),
    delayMs: 0,
    text: /not heard for 5 s/,
    action: 'report',
    passes: (nowMs) => flight(nowMs, { isOurs: false, vehicle: { connected: false } }),
  },
];

describe('the watchdog', () => {
  it.each(cases)(
    'sees $name, after its delay, with its numbers',
    ({ id, config, fires, delayMs, text, action }) => {
      const flown = new Flown(new Watchdog(), settingsOf(config));
      flown.fly(1000);
      const beganMs = flown.nowMs + 100;
      flown.fly(delayMs + 1000, fires);
      const events = flown.decisions.filter((decision) => decision.id === id);
      expect(events).toHaveLength(1);
      expect(events[0]).toMatchObject({ action, event: { id, action, text: expect.stringMatching(text) } });
      expect(events[0]?.atMs).toBe(beganMs + delayMs);
      expect(flown.watchdog.active).toContainEqual({
        id,
        sinceMs: beganMs,
        text: expect.stringMatching(text),
      });
    },
  );

  it.each(cases.filter(({ delayMs }) => delayMs > 0))(
    'does not act on $name that is over before its delay',
    ({ id, config, fires, delayMs }) => {
      const flown = new Flown(new Watchdog(), settingsOf(config));
      flown.fly(1000);
      flown.fly(delayMs, fires);
      flown.fly(3000);
      expect(flown.decisions.filter((decision) => decision.id === id)).toEqual([]);
    },
  );

  it.each(cases)('lets pass what is short of $name', ({ id, config, passes }) => {
    const flown = new Flown(new Watchdog(), settingsOf(config));
    flown.fly(1000);
    flown.fly(12_000, passes);
    expect(flown.decisions.filter((decision) => decision.id === id)).toEqual([]);
  });

  it('sees nothing in a flight where all is well', () => {
    const flown = new Flown(new Watchdog(), settingsOf(square));
    expect(flown.fly(60_000)).toEqual([]);
    expect(flown.activeIds).toEqual([]);
  });

  it('says when the battery will not last, and by how much', () => {
    const flown = new Flown(new Watchdog(), settingsOf());
    // 0.2 % a second: after 60 s 58 % are left, and 250 s more need 50 %.
    const draining = (remainingFlightS: number) => (nowMs: number) =>
      flight(nowMs, { remainingFlightS, vehicle: { battery: { fraction: 0.7 - 0.000_002 * nowMs } } });
    flown.fly(60_000, draining(200));
    expect(flown.decisions).toEqual([]);
    flown.fly(11_000, draining(250));
    expect(flown.decisions).toMatchObject([
      {
        id: 'battery_short',
        action: 'report',
        reason: expect.stringMatching(/leaves 6 % .* in 250 s \(reserve 15 %\)/),
      },
    ]);
  });

  it('measures the fence in the frame of the show', () => {
    const toShowM = ({ x, y, z }: { x: number; y: number; z: number }) => ({ x: x + 20, y, z });
    const flown = new Flown(new Watchdog({ toShowM }), settingsOf(square));
    expect(flown.fly(1000, placed(0, 0, 5))).toMatchObject([{ id: 'fence_polygon', action: 'land' }]);
    const unknown = new Flown(new Watchdog({ toShowM: () => undefined }), settingsOf(square));
    expect(unknown.fly(2000, placed(20, 0, 5))).toEqual([]);
  });

  it('takes a mode that nobody of ours asked for as a takeover once the autopilot has followed us', () => {
    const flown = new Flown(new Watchdog(), settingsOf());
    const loiter: Moment = (nowMs) => flight(nowMs, { vehicle: { mode: 'AUTO.LOITER', role: 'hold' } });
    flown.fly(1000);
    expect(flown.fly(5000, loiter)).toMatchObject([{ id: 'pilot_takeover', action: 'report' }]);
    const never = new Flown(new Watchdog(), settingsOf());
    expect(never.fly(4000, loiter)).toMatchObject([{ id: 'offboard_refused' }]);
    const landing = new Flown(new Watchdog(), settingsOf());
    landing.fly(1000);
    const ours: Moment = (nowMs) =>
      flight(nowMs, { isLanding: true, vehicle: { mode: 'AUTO.LAND', role: 'land' } });
    expect(landing.fly(5000, ours)).toEqual([]);
  });
});
