import { beforeEach, describe, expect, it } from 'vitest';
import { AuthorizationHold } from '../../../drone-client/client/authorization.js';
import { authorizationCommands } from '../../../drone-client/client/authorization-commands.js';
import { applyConfig, rename } from '../../../drone-client/client/config-commands.js';
import type { Drone } from '../../../drone-client/client/drone.js';
import type { DroneFiles } from '../../../drone-client/client/drone-files.js';
import type { FilePlace } from '../../../drone-client/client/file-jail.js';
import { FileService } from '../../../drone-client/client/file-service.js';
import { flightCommands } from '../../../drone-client/client/flight-commands.js';
import { maintenanceRequests } from '../../../drone-client/client/maintenance-commands.js';
import { ParameterLoading } from '../../../drone-client/client/parameter-loading.js';
import { ShowClock } from '../../../drone-client/client/show-clock.js';
import { ShowStore } from '../../../drone-client/client/show-store.js';
import { StandingWork } from '../../../drone-client/client/standing-work.js';
import { droneConfigSpec } from '../../../drone-client/config-spec.js';
import { LedTest } from '../../../drone-client/led/led-test.js';
import { loadConfig } from '../../../lib/config/index.js';
import type { Json } from '../../../lib/messaging/index.js';
import { digestOf, encodePart } from '../../../lib/show/part/part-codec.js';
import { partsOf } from '../../../lib/show/part/show-part.js';
import type { SlotShow } from '../../../lib/show/show.js';
import { makeDrone } from '../player/rig.js';
import { showFile } from '../rig.js';

/** A disk that answers when the test lets it. */
class SlowDisk implements DroneFiles {
  readonly roots = { data: '/data', payload: '/payload' };
  readonly #waiting: (() => void)[] = [];
  isSlow = false;
  animation = showFile;
  /** What it holds of a Starling show. */
  part: Uint8Array | undefined;

  receive(): Promise<never> {
    throw new Error('no file comes in pieces here');
  }

  async writeBeside() {
    await this.#wait();
    return { commit: () => this.#wait(), discard: async () => undefined };
  }

  async read({ path }: FilePlace): Promise<Uint8Array> {
    await this.#wait();
    return path === 'show.part' && this.part ? this.part : this.animation;
  }

  async stamp({ path }: FilePlace): Promise<string | undefined> {
    await this.#wait();
    return path === 'show.part' && !this.part ? undefined : '1';
  }

  async digest(): Promise<never> {
    throw new Error('nobody asks for a digest here');
  }

  async freeBytes(): Promise<undefined> {
    return undefined;
  }

  async remove(): Promise<void> {
    await this.#wait();
  }

  release(): void {
    this.isSlow = false;
    for (const go of this.#waiting.splice(0)) go();
  }

  async #wait(): Promise<void> {
    if (this.isSlow) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}

type Link = ConstructorParameters<typeof ShowClock>[1];

function makeRig() {
  const { clock, vehicle, led, player } = makeDrone();
  const disk = new SlowDisk();
  const config = loadConfig('', 'client.ini', droneConfigSpec);
  const link: { -readonly [K in keyof Link]: Link[K] } = {
    isConnected: false,
    isOldPeer: false,
    peer: undefined,
    clockOffset: undefined,
  };
  const server = { features: [] as string[], isConnected: true, heardMsAgo: 0 };
  const obstacles: string[] = [];
  const guard = {
    obstacles,
    problems: [],
    state: { active: [], fired: [] },
    parametersChanged: () => undefined,
  };
  const drone: Drone = {
    ...{ clock, vehicle, led, player, config },
    files: disk,
    programs: { run: () => Promise.reject(new Error('no programs here')) },
    shows: new ShowStore({ files: disk, config, frameError: () => undefined }),
    authorization: new AuthorizationHold(),
    guard,
    flightLog: { note: () => undefined, list: async () => [], read: async () => new Uint8Array() },
    link: {
      isConnected: () => server.isConnected,
      heardMsAgo: () => server.heardMsAgo,
      hasFeature: (feature) => server.features.includes(feature),
      clock: () => undefined,
    },
    frame: 'map',
    ledTest: new LedTest(clock, led),
    showClock: new ShowClock(clock, link),
    names: { hostname: () => 'a', ipAddress: () => '127.0.0.1', random: () => 0 },
    version: '0',
    log: () => undefined,
    id: () => 'drone-1',
    rename: () => undefined,
    saveConfig: async () => undefined,
    telemetry: () => ({}),
  };
  const files = new FileService(drone);
  const work = new StandingWork();
  const maintenance = maintenanceRequests(drone, new ParameterLoading(drone, files), work);
  const commands = {
    ...flightCommands(drone, files, work),
    ...authorizationCommands(drone, files),
    ...Object.fromEntries(maintenance.map(({ name, work: command }) => [name, command])),
  };
  const give = async (name: string, kwargs: { [key: string]: Json } = {}) => commands[name]?.(kwargs);
  const inS = (seconds: number) => ({ time: clock.utcMs() / 1000 + seconds });
  return { clock, vehicle, led, player, config, disk, drone, link, give, inS, obstacles, server };
}

let rig: ReturnType<typeof makeRig>;
beforeEach(() => {
  rig = makeRig();
});

describe('a start that waits for the disk', () => {
  it.each(['stop', 'land', 'disarm', 'pause'])('is withdrawn by %s', async (name) => {
    const { clock, vehicle, player, disk, give, inS } = rig;
    disk.isSlow = true;
    const started = expect(give('start', inS(5))).rejects.toThrow('not started: another command came first');
    await clock.advance(10);
    await give(name).catch(() => undefined);
    disk.release();
    await started;
    await clock.advance(20_000);
    expect(player.isBusy).toBe(false);
    expect(vehicle.setpoints).toEqual([]);
  });

  it('is given up when its moment passes meanwhile', async () => {
    const { clock, disk, give, inS } = rig;
    disk.isSlow = true;
    const started = expect(give('start', inS(1))).rejects.toThrow('its moment passed 1.0 s ago');
    await clock.advance(2000);
    disk.release();
    await started;
  });
});

describe('a start that the server can call off up to a moment', () => {
  /** A start in 10 s that can be called off until 3 s before it. */
  const start = async (r = rig) => {
    const { time } = r.inS(10);
    await r.give('start', { time, confirm_by: time - 3 });
  };

  it('takes place when the server is there at that moment, and is gone after it', async () => {
    const { clock, vehicle, server } = rig;
    await start();
    server.isConnected = false;
    await clock.advance(6900);
    server.isConnected = true;
    await clock.advance(200);
    server.isConnected = false;
    await clock.advance(5000);
    expect(vehicle.commands.slice(0, 2)).toEqual(['offboard', 'arm']);
  });

  it('leaves the drone on the ground when the server is gone at that moment, and says why', async () => {
    const { clock, vehicle, player, server } = rig;
    await start();
    await clock.advance(6900);
    server.isConnected = false;
    await clock.advance(200);
    server.isConnected = true;
    expect(player.lastOutcome).toContain('not started: the server was gone');
    await clock.advance(10_000);
    expect([player.lastTask, player.isBusy, vehicle.commands]).toEqual(['No task', false, []]);
  });

  it.each([
    [2500, true],
    [2501, false],
  ])('takes a server that was heard %s ms before that moment for there: %s', async (heardMsAgo, isThere) => {
    const { clock, vehicle, player, server } = rig;
    await start();
    server.heardMsAgo = heardMsAgo;
    await clock.advance(12_000);
    expect(vehicle.commands.includes('arm')).toBe(isThere);
    if (!isThere) expect(player.lastOutcome).toContain('not started: the server was gone');
  });

  it('is not taken after that moment: the server counts without it', async () => {
    const { clock, player, give, inS } = rig;
    const { time } = inS(10);
    await clock.advance(7001);
    await expect(give('start', { time, confirm_by: time - 3 })).rejects.toThrow('it came too late');
    expect(player.isBusy).toBe(false);
    await give('start', { time, confirm_by: time - 2.9 });
    expect(player.isCountingDown).toBe(true);
    await clock.advance(200);
    // Told again, as it is held.
    await give('start', { time, confirm_by: time - 2.9 });
  });

  it('waits with it while it is paused in its countdown', async () => {
    const { clock, vehicle, give, inS, server } = rig;
    await start();
    await clock.advance(5000);
    await give('pause');
    server.isConnected = false;
    await clock.advance(60_000);
    server.isConnected = true;
    await give('resume', inS(0.2));
    await clock.advance(5000);
    expect(vehicle.commands.slice(0, 2)).toEqual(['offboard', 'arm']);
  });

  it('takes place whatever became of a server that names no such moment', async () => {
    const { clock, vehicle, give, inS, server } = rig;
    await give('start', inS(10));
    server.isConnected = false;
    await clock.advance(13_000);
    expect(vehicle.commands.slice(0, 2)).toEqual(['offboard', 'arm']);
  });

  it('is refused when that moment can not be meant', async () => {
    const { time } = rig.inS(10);
    for (const confirm_by of [time + 1, time - 1e6, 'soon', null])
      await expect(rig.give('start', { time, confirm_by })).rejects.toMatchObject({ code: 'bad_argument' });
    expect(rig.player.isBusy).toBe(false);
  });

  it('leaves one that was to start from its hover there', async () => {
    const { clock, vehicle, player, give, server } = rig;
    const rising = give('takeoff');
    await clock.advance(10_000);
    await rising;
    await start();
    server.isConnected = false;
    await clock.advance(15_000);
    expect([player.lastTask, vehicle.state.armed]).toEqual(['hold', true]);
  });
});

describe('a start that is called off by its moment', () => {
  it('is told while it is counted down to, and forgotten when it is that one', async () => {
    const { clock, vehicle, player, give, inS } = rig;
    const { time } = inS(10);
    await give('start', { time: time.toFixed(6) });
    expect(player.plannedStart?.startS).toBeCloseTo(time, 6);
    await give('call_off', { time: time + 1 });
    expect(player.isCountingDown).toBe(true);
    await give('call_off', { time });
    expect([player.plannedStart, player.isBusy]).toEqual([undefined, false]);
    await clock.advance(15_000);
    expect(vehicle.commands).toEqual([]);
  });

  it('goes on when it has begun: nobody is stopped in the air', async () => {
    const { clock, vehicle, player, give, inS } = rig;
    const { time } = inS(5);
    await give('start', { time });
    await clock.advance(5100);
    expect(player.plannedStart).toBeUndefined();
    await give('call_off', { time });
    await clock.advance(3000);
    expect(vehicle.commands).toEqual(['offboard', 'arm', 'land']);
    expect(player.report).toMatchObject({ result: expect.stringContaining('landed') });
  });
});

describe('a drone that is being worked on', () => {
  it('does not take off before that is done', async () => {
    const { clock, vehicle, player, give, inS } = rig;
    vehicle.maintenance.calibrationMs = 3000;
    const calibrated = give('calibrate_gyro');
    await clock.advance(1000);
    await expect(give('start', inS(5))).rejects.toThrow('not started: calibrate_gyro is under way');
    await expect(give('takeoff')).rejects.toThrow('no take-off: calibrate_gyro is under way');
    expect(player.isBusy).toBe(false);
    await clock.advance(2500);
    await calibrated;
    await give('start', inS(5));
    expect(player.isBusy).toBe(true);
  });
});

describe('a configuration', () => {
  it('with which the watchdog could not start again is refused, and nothing of it is taken over', async () => {
    const { drone, config } = rig;
    const wrong = { FAILSAFE: { battery_critical: 0.5, battery_low: 0.2 }, FLIGHT: { takeoff_height: 2 } };
    await expect(applyConfig(drone, { config: wrong })).rejects.toThrow(
      'battery_critical is above battery_low',
    );
    await expect(applyConfig(drone, { config: { GEOFENCE: { polygon: '1' } } })).rejects.toThrow('polygon');
    expect(config.getNumber('FLIGHT/takeoff_height')).toBe(1);
    await applyConfig(drone, { config: { FLIGHT: { takeoff_height: 2 } } });
    expect(config.getNumber('FLIGHT/takeoff_height')).toBe(2);
  });

  it("that takes a whole one's place leaves where files are written as it is", async () => {
    const { drone, config } = rig;
    config.set('clover_dir', '/opt/clover');
    await applyConfig(drone, { config: { FLIGHT: { takeoff_height: 2 } }, mode: 'rewrite' });
    expect(config.getString('clover_dir')).toBe('/opt/clover');
    expect(config.getNumber('FLIGHT/takeoff_height')).toBe(2);
  });

  it('of a server that is no longer in charge is refused, and so are its files and a new name', async () => {
    const { drone, config } = rig;
    const left = { ...drone, isServerRefused: () => true };
    const superseded = { code: 'superseded' };
    await expect(applyConfig(left, { config: { FLIGHT: { takeoff_height: 2 } } })).rejects.toMatchObject(
      superseded,
    );
    await expect(rename(left, { new_id: 'other' })).rejects.toMatchObject(superseded);
    await expect(new FileService(left).store('animation.csv', showFile)).rejects.toMatchObject(superseded);
    expect(config.getNumber('FLIGHT/takeoff_height')).toBe(1);
  });
});

describe('a show', () => {
  it('is the one of the configuration as it is at the start', async () => {
    const { drone, config, player, give, inS } = rig;
    await drone.shows.refresh();
    config.set('ANIMATION/private_offset', [1, 2, 0]);
    await give('start', inS(5));
    expect(drone.shows.plan?.start?.positionM).toMatchObject({ x: 1, y: 2 });
    expect(player.isBusy).toBe(true);
  });

  it('is not started days from now, when one of the clocks must be wrong', async () => {
    const { player, give, inS } = rig;
    for (const seconds of [90_000, 1e9, 1e290])
      await expect(give('start', inS(seconds))).rejects.toThrow('check the clocks');
    expect(player.isBusy).toBe(false);
  });

  it('is not started at what is no time', async () => {
    for (const time of ['nan', '1e400', '', [1], null, true, {}])
      await expect(rig.give('start', { time })).rejects.toMatchObject({ code: 'bad_argument' });
    await expect(rig.give('start', { time: -5 })).rejects.toThrow('its moment passed');
  });
});

describe('pause and resume', () => {
  it('pauses at once when the moment lies further ahead than messages travel', async () => {
    const { clock, player, give, inS } = rig;
    await give('start', inS(5));
    await clock.advance(7000);
    await give('pause', { ...inS(3600), ramp: 0 });
    const at = rig.vehicle.last?.positionM;
    await clock.advance(3000);
    expect(player.lastTask).toBe('paused');
    expect(rig.vehicle.last?.positionM).toEqual(at);
  });

  it('needs no clock to pause, and does not go on by one that is not measured yet', async () => {
    const { clock, player, link, give, inS } = rig;
    await give('start', inS(5));
    await clock.advance(7000);
    link.isConnected = true;
    link.peer = { protocol: 1, role: 'server', id: 's', software: 'x', version: '1', features: [] };
    await give('pause', { ...inS(3), ramp: 0 });
    const at = rig.vehicle.last?.positionM;
    await clock.advance(1000);
    expect(rig.vehicle.last?.positionM).toEqual(at);
    await expect(give('resume', inS(1))).rejects.toThrow('not measured yet');
    expect(player.lastTask).toBe('paused');
  });

  it('keeps the show paused when the moment to go on lies far ahead', async () => {
    const { clock, player, give, inS } = rig;
    await give('start', inS(5));
    await clock.advance(7000);
    await give('pause');
    for (const seconds of [3600, 1e20])
      await expect(give('resume', inS(seconds))).rejects.toThrow('check the clocks');
    expect(player.lastTask).toBe('paused');
  });
});

describe('a take-off', () => {
  it('goes to no height that cannot be meant', async () => {
    const { config, vehicle, give } = rig;
    for (const z of [1e300, 501, -501])
      await expect(give('takeoff_z', { z })).rejects.toMatchObject({ code: 'bad_argument' });
    config.set('FLIGHT/takeoff_height', 1e6);
    await expect(give('takeoff')).rejects.toMatchObject({ code: 'bad_argument' });
    expect(vehicle.commands).toEqual([]);
  });
});

describe('a clock of this machine that is set in mid-flight under an old server', () => {
  /** Up to 2 m in 2 s, 8 s along x at 0.5 m/s, and down. */
  const rows = Array.from({ length: 120 }, (_, i) => {
    const z = Math.max(0, 0.1 * Math.min(20, i, 119 - i));
    return `${i},${0.05 * Math.min(80, Math.max(0, i - 20))},0,${z},0,0,255,0`;
  });

  /** What is handed to the autopilot, and when, if the clock is set by so much 3 s into the show. */
  async function flown(stepMs: number) {
    const { clock, disk, give, inS, link, vehicle, player } = makeRig();
    disk.animation = Buffer.from(['long', ...rows, ''].join('\n'));
    Object.assign(link, { isConnected: true, isOldPeer: true });
    await give('start', inS(5));
    await clock.advance(8000);
    expect(player.lastTask).toBe('fly');
    clock.stepUtc(stepMs);
    await clock.advance(20_000);
    expect(vehicle.state.armed).toBe(false);
    return vehicle.setpoints;
  }

  it.each([5000, -5000, 200])('by %d ms moves no setpoint and delays none', async (stepMs) => {
    const setpoints = await flown(0);
    expect(setpoints.length).toBeGreaterThan(100);
    expect(await flown(stepMs)).toEqual(setpoints);
  });
});

describe('a drone with something that speaks against a start', () => {
  it('neither starts a show nor takes off, and says all of it', async () => {
    const { obstacles, vehicle, clock, player, give, inS } = rig;
    obstacles.push('the battery has 12 %: change it', 'COM_OBL_RC_ACT is 0: set 4');
    await expect(give('start', inS(5))).rejects.toMatchObject({
      code: 'refused',
      message: 'not started: the battery has 12 %: change it; COM_OBL_RC_ACT is 0: set 4',
    });
    await expect(give('takeoff')).rejects.toThrow('no take-off: the battery has 12 %');
    await expect(give('takeoff_z', { z: 1 })).rejects.toThrow('no take-off: the battery has 12 %');
    await clock.advance(10_000);
    expect(vehicle.commands).toEqual([]);
    expect(player.isBusy).toBe(false);
  });

  it('that hovers by our own command may begin its show: what it was asked on the ground is behind it', async () => {
    const { obstacles, vehicle, clock, player, give, inS } = rig;
    const done = give('takeoff');
    await clock.advance(5000);
    await done;
    expect(player.lastTask).toBe('hold');
    obstacles.push('velocity x is 0.20 m/s: keep the drone still');
    await give('start', inS(5));
    expect(vehicle.state.armed).toBe(true);
    expect(player.lastTask).not.toBe('hold');
  });
});

/** Rises 1 m from where the vehicle stands, `startS` after its zero, and comes down again. */
function partOf(title: string, startS = 0): Uint8Array {
  const pad = { x: 0, y: 0, z: 0 };
  const slot: SlotShow = {
    trajectory: {
      startS: 0,
      startM: pad,
      segments: [
        ...(startS > 0 ? [{ kind: 'constant', endS: startS } as const] : []),
        { kind: 'linear', endS: startS + 2, toM: { ...pad, z: 1 } },
        { kind: 'linear', endS: startS + 4, toM: pad },
      ],
    },
    lights: { kind: 'step', timesS: Float64Array.of(0), colors: Uint8Array.of(9, 8, 7) },
    yaw: { timesS: new Float64Array(0), yawsRad: new Float64Array(0) },
    pyro: [],
    homeM: pad,
  };
  const [part] = partsOf({
    title,
    slots: new Map([['a', slot]]),
    cues: [],
    segments: {},
    limits: {},
  }).values();
  if (!part) throw new Error('no part');
  return encodePart(part);
}

describe('a Starling show', () => {
  const part = partOf('stars');
  const digest = digestOf(part);
  const wish = { digest, scope: 'live', expires_in: 60 };

  beforeEach(async () => {
    rig.disk.part = part;
    rig.server.features.push('authorization');
    await rig.drone.shows.refresh();
    rig.vehicle.moveTo({ x: 0, y: 0, z: 0 });
  });

  it('is proven by the digest of what lies on the disk', () => {
    expect(rig.drone.shows).toMatchObject({ digest, id: 'stars', state: 'OK' });
  });

  it('is started with an authorization for its digest, and only by a start that names it', async () => {
    const { give, inS, player } = rig;
    await expect(give('start', { ...inS(5), digest, scope: 'live' })).rejects.toMatchObject({
      code: 'not_authorized',
    });
    await give('authorize', wish);
    await expect(give('start', inS(5))).rejects.toThrow('argument "digest"');
    const other = { ...inS(5), scope: 'live', digest: 'f'.repeat(64) };
    await expect(give('start', other)).rejects.toMatchObject({ code: 'digest_differs' });
    expect(player.isBusy).toBe(false);
    await give('start', { ...inS(5), digest, scope: 'live' });
    expect(player.isBusy).toBe(true);
  });

  it('is not authorized by a digest that is not its own', async () => {
    await expect(rig.give('authorize', { ...wish, digest: 'a'.repeat(64) })).rejects.toMatchObject({
      code: 'digest_differs',
    });
    await expect(rig.give('authorize', { ...wish, scope: 'all' })).rejects.toThrow('live or lights');
    await expect(rig.give('authorize', { ...wish, expires_in: 0 })).rejects.toThrow('expires_in');
    expect(rig.drone.authorization.covering(digest, 0)).toBeUndefined();
  });

  it('is not started any more when the file has changed, the time is over, or the server has withdrawn', async () => {
    const { clock, disk, give, inS } = rig;
    await give('authorize', wish);
    disk.part = partOf('other');
    await expect(give('start', { ...inS(5), digest, scope: 'live' })).rejects.toMatchObject({
      code: 'digest_differs',
    });
    const stale = { ...inS(5), scope: 'live', digest: digestOf(disk.part) };
    await expect(give('start', stale)).rejects.toMatchObject({ code: 'not_authorized' });
    disk.part = part;
    await clock.advance(60_001);
    await expect(give('start', { ...inS(5), digest, scope: 'live' })).rejects.toMatchObject({
      code: 'not_authorized',
    });
    await give('authorize', wish);
    await give('unauthorize');
    await expect(give('start', { ...inS(5), digest, scope: 'live' })).rejects.toMatchObject({
      code: 'not_authorized',
    });
  });

  it('that counts down is forgotten when its authorization is withdrawn, one that flies goes on', async () => {
    const { clock, give, inS, player, vehicle } = rig;
    await give('authorize', wish);
    await give('start', { ...inS(5), digest, scope: 'live' });
    await give('unauthorize');
    expect(player.isBusy).toBe(false);
    await give('authorize', wish);
    await give('start', { ...inS(2), digest, scope: 'live' });
    await clock.advance(4000);
    expect(vehicle.state.armed).toBe(true);
    await give('unauthorize');
    expect(player.lastTask).toBe('fly');
  });

  it('authorized for its lights alone plays them and arms nothing, also where the drone could not fly', async () => {
    const { clock, give, inS, led, vehicle, obstacles } = rig;
    obstacles.push('the battery is low');
    await give('authorize', { ...wish, scope: 'lights' });
    await give('start', { ...inS(1), digest, scope: 'lights' });
    await clock.advance(3000);
    expect(led.color).toEqual({ red: 9, green: 8, blue: 7 });
    await clock.advance(10_000);
    expect([vehicle.state.armed, vehicle.setpoints]).toEqual([false, []]);
  });

  it('is started only in the scope that the server means: one left over from before lets nothing fly', async () => {
    const { give, inS, player } = rig;
    await give('authorize', wish);
    const lights = { ...inS(5), digest, scope: 'lights' };
    await expect(give('start', lights)).rejects.toThrow('authorized for live');
    await expect(give('start', { ...inS(5), digest })).rejects.toThrow('argument "scope"');
    await give('authorize', { ...wish, scope: 'lights' });
    await expect(give('start', { ...lights, scope: 'live' })).rejects.toMatchObject({
      code: 'not_authorized',
    });
    expect(player.isBusy).toBe(false);
  });

  it('plays no lights alone on a drone whose motors run: nobody would land it at their end', async () => {
    const { clock, give, inS, player, vehicle } = rig;
    const taken = give('takeoff');
    await clock.advance(20_000);
    await taken;
    expect([vehicle.state.armed, player.lastTask]).toEqual([true, 'hold']);
    await give('authorize', { ...wish, scope: 'lights' });
    await expect(give('start', { ...inS(1), digest, scope: 'lights' })).rejects.toThrow('motors off');
    expect(player.lastTask).toBe('hold');
  });

  it('arms nothing while only its lights play, whatever else is commanded', async () => {
    const { clock, give, inS, player, vehicle } = rig;
    await give('authorize', { ...wish, scope: 'lights' });
    await give('start', { ...inS(1), digest, scope: 'lights' });
    await clock.advance(2000);
    await expect(give('takeoff')).rejects.toThrow('a show is under way');
    await expect(give('start', { ...inS(1), digest, scope: 'lights' })).rejects.toThrow(
      'a show is under way',
    );
    await give('pause');
    await clock.advance(1000);
    await give('resume', inS(0.1));
    await clock.advance(1000);
    await give('land');
    await give('start', { ...inS(1), digest, scope: 'lights' });
    await clock.advance(1500);
    await give('stop');
    expect([player.isBusy, vehicle.state.armed, vehicle.setpoints]).toEqual([false, false, []]);
    await give('authorize', wish);
    await give('start', { ...inS(4), digest, scope: 'live' });
    await clock.advance(5500);
    expect([vehicle.state.armed, player.lastTask]).toEqual([true, 'fly']);
  });

  it('that has begun waits for its turn on the ground, also when the authorization is over meanwhile', async () => {
    const { clock, disk, drone, give, inS, player, vehicle } = rig;
    disk.part = partOf('late', 10);
    const late = digestOf(disk.part);
    await give('authorize', { ...wish, digest: late });
    await give('start', { ...inS(2), digest: late, scope: 'live' });
    await clock.advance(4000);
    await give('unauthorize');
    expect([drone.authorization.covering(late, 0), player.lastTask]).toEqual([undefined, 'stand']);
    await clock.advance(10_000);
    expect([vehicle.state.armed, player.lastTask]).toEqual([true, 'fly']);
  });

  it('is not authorized by what was withdrawn while the disk was read', async () => {
    const { drone, give } = rig;
    const authorized = give('authorize', wish);
    await give('unauthorize');
    await expect(authorized).rejects.toThrow('withdrawn meanwhile');
    expect(drone.authorization.covering(digest, 0)).toBeUndefined();
  });

  it('is not moved by the configuration: what would move it keeps it on the ground', async () => {
    const { config, drone, give, inS } = rig;
    await give('authorize', wish);
    config.set('ANIMATION/private_offset', [0, 0, 2]);
    await drone.shows.refresh();
    await expect(give('start', { ...inS(5), digest, scope: 'live' })).rejects.toThrow(
      '[ANIMATION] private_offset of this drone',
    );
    expect(drone.shows.startPosition(rig.vehicle.state)[4]).toMatch(/^error: \[ANIMATION\] private_offset/);
    expect(drone.shows.plan?.start?.positionM.z).toBe(0);
  });

  it('is started by an old server as clever-show does, and that is said', async () => {
    const { server, drone, give, inS, player } = rig;
    server.features.length = 0;
    const said: string[] = [];
    Object.assign(drone, { log: (_level: string, text: string) => void said.push(text) });
    await give('start', inS(5));
    expect(player.isBusy).toBe(true);
    expect(said[0]).toContain('an old server starts the show: without digest and authorization');
  });
});

it('a start that is told again is held already; another one is refused', async () => {
  const { give, inS, player, clock } = rig;
  const start = inS(5);
  await give('start', start);
  await give('start', { ...start });
  expect(player.isCountingDown).toBe(true);
  await expect(give('start', inS(6))).rejects.toThrow('a show is under way');
  await clock.advance(5500);
  await expect(give('start', start)).rejects.toThrow('a show is under way');
});
