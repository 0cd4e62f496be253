/** Orders and faults in any order, over MAVLink to a simulated autopilot, with the watchdog beside it. */
import { describe, expect, it } from 'vitest';
import { FlightGuard } from '../../drone-client/client/flight-guard.js';
import { droneConfigSpec } from '../../drone-client/config-spec.js';
import { readFailsafeSettings } from '../../drone-client/failsafe/settings.js';
import { PreviewLed } from '../../drone-client/led/preview-led.js';
import { ShowPlayer } from '../../drone-client/player/show-player.js';
import type { FirmwareName } from '../../drone-client/simulator/firmware.js';
import { Random } from '../../drone-client/simulator/random.js';
import { type FrameSettings, inFrame } from '../../drone-client/vehicle/framed-vehicle.js';
import { loadConfig } from '../../lib/config/index.js';
import { samplePlan } from '../drone-client/player/rig.js';
import { joinInMemory } from '../drone-client/simulator/flown-link.js';

const gps: FrameSettings = {
  ...{ kind: 'gps', latDeg: 47.397742, lonDeg: 8.545594 },
  ...{ headingDeg: 90, amslM: 'current' },
};

function fly(firmware: FirmwareName, seed: number) {
  const frame: FrameSettings = seed % 3 === 0 ? gps : { kind: 'map' };
  const { clock, autopilot, vehicle: bare } = joinInMemory({ autopilot: firmware, seed });
  const vehicle = inFrame(bare, frame, clock);
  const config = loadConfig('', 'drone.ini', droneConfigSpec);
  const player = new ShowPlayer({
    ...{ clock, vehicle, led: new PreviewLed(clock) },
    settings: () => ({
      ...{ landTimeoutS: 10, hasTakeoffIndication: true, hasLandIndication: true },
      emergency: { thrust: 0.45, decreaseAfterS: 3, disarmTimeoutS: 10 },
    }),
    toServerMs: (ms) => ms,
  });
  const guard = new FlightGuard({
    ...{ clock, vehicle, player },
    settings: () => readFailsafeSettings(config),
    hostHealth: () => ({ ageMs: 0 }),
    isServerConnected: () => true,
    context: () => ({ frame: frame.kind, usesMavlinkLed: false }),
    others: () => [],
    onEvent: () => undefined,
    onWarning: () => undefined,
    onState: () => undefined,
  });
  guard.start();
  return { clock, autopilot, vehicle, player, guard, random: new Random(seed), firmware };
}

type Flight = ReturnType<typeof fly>;

const orders: { readonly [name: string]: (flight: Flight) => unknown } = {
  takeOff: ({ player, random }) => player.takeOff({ aboveM: random.between(1, 5) }),
  climb: ({ player, random }) => player.takeOff({ aboveM: random.between(-2, 3) }),
  show: ({ player, clock, random }) =>
    player.start({
      plan: samplePlan(),
      startAtMs: clock.monotonicMs() + random.between(1000, 5000),
      floorZM: 'start',
    }),
  land: ({ player }) => player.land(),
  stop: ({ player }) => player.stop(),
  disarm: ({ player }) => player.disarm(),
  return: ({ player }) => player.returnHome(),
  flip: ({ player }) => player.flip(),
  pause: ({ player, clock, random }) => player.pause(clock.monotonicMs(), random.between(0, 3000)),
  resume: ({ player, clock }) => player.resume(clock.monotonicMs() + 500),
  linkCut: ({ autopilot, clock, random }) =>
    autopilot.applyFault({ kind: 'link-cut', durationS: random.between(0, 9) }, clock.monotonicMs()),
  gpsLoss: ({ autopilot, clock, random }) =>
    autopilot.applyFault({ kind: 'gps-loss', durationS: random.between(0, 5) }, clock.monotonicMs()),
  pilot: ({ autopilot, clock, firmware }) =>
    autopilot.applyFault(
      { kind: 'pilot', mode: firmware === 'px4' ? 'POSCTL' : 'LOITER' },
      clock.monotonicMs(),
    ),
};

/** Gives it; one that is refused is refused. */
async function give(flight: Flight, name: string): Promise<void> {
  try {
    await orders[name]?.(flight);
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
  }
}

/** Gives the orders, one after the other; returns the heights at which the motors stopped, m. */
async function obey(flight: Flight, names: readonly string[]): Promise<number[]> {
  const { clock, autopilot, random } = flight;
  const stoppedAtM: number[] = [];
  const given: Promise<void>[] = [];
  for (const name of [...names, 'land']) {
    given.push(give(flight, name));
    const forMs = name === 'land' && given.length > names.length ? 60_000 : random.between(100, 8000);
    for (let ms = 0; ms < forMs; ms += 100) {
      const { armed } = autopilot.truth;
      await clock.advance(100);
      if (armed && !autopilot.truth.armed) stoppedAtM.push(autopilot.truth.positionM.z);
    }
  }
  await Promise.all(given);
  return stoppedAtM;
}

describe.each(['px4', 'ardupilot'] as const)('whatever is ordered of a drone with %s', (firmware) => {
  it.each([1, 2, 3, 4])('no motors stop in the air, and a landing ends it (seed %i)', async (seed) => {
    const flight = fly(firmware, seed);
    const names = Object.keys(orders);
    await flight.clock.advance(6000);
    const chosen = Array.from({ length: 8 }, () => names[Math.floor(flight.random.next() * names.length)]);
    const stoppedAtM = await obey(flight, ['takeOff', ...chosen.map(String)]);
    expect(Math.max(0, ...stoppedAtM)).toBeLessThan(0.3);
    expect(flight.autopilot.truth.armed).toBe(false);
    expect(flight.player.isBusy).toBe(false);
    flight.player.close();
    flight.guard.close();
    await flight.vehicle.close();
  });
});
