/**
 * The client of one drone in a rehearsal: all of its own parts, on a disk and a network in memory and a clock of its own.
 * Composition only; what `drone-client/main.ts` and `on-board.ts` do for a real one, without their sockets and files.
 */
import { Buffer } from 'node:buffer';
import { registerCommands } from '../../drone-client/client/command-table.js';
import type { Drone, Log } from '../../drone-client/client/drone.js';
import { readFrameSettings } from '../../drone-client/client/frame-settings.js';
import { OsClockWatch } from '../../drone-client/client/os-clock-watch.js';
import { ServerSession } from '../../drone-client/client/server-session.js';
import { serverTime } from '../../drone-client/client/server-time.js';
import { ShowClock } from '../../drone-client/client/show-clock.js';
import { TelemetrySender } from '../../drone-client/client/telemetry-sender.js';
import { TimeKeeper } from '../../drone-client/client/time-keeper.js';
import { droneConfigSpec } from '../../drone-client/config-spec.js';
import { inFrame } from '../../drone-client/vehicle/framed-vehicle.js';
import type { MavlinkLink } from '../../drone-client/vehicle/mavlink/link.js';
import { MavlinkVehicle } from '../../drone-client/vehicle/mavlink/mavlink-vehicle.js';
import { loadConfig } from '../../lib/config/index.js';
import { EmergencyEar } from '../../lib/emergency/emergency-ear.js';
import { ObeyedOnce } from '../../lib/emergency/obeyed-once.js';
import { RefusedError } from '../../lib/errors.js';
import type { Vec3 } from '../../lib/geo/frames.js';
import { ConnectionManager, Endpoint, type Hello, libraryFeatures } from '../../lib/messaging/index.js';
import type { MemoryHost } from '../../lib/rehearsal/memory-network.js';
import type { Address } from '../../lib/rehearsal/memory-socket.js';
import type { SeededRandom } from '../../lib/rehearsal/seeded-random.js';
import type { Clock } from '../../lib/time/clock.js';
import { lastingUtc } from '../../lib/time/lasting-utc.js';
import type { MemoryDisk } from './memory-disk.js';
import { memoryTimeSource } from './memory-ntp.js';
import { putTogether } from './rehearsed-on-board.js';

export type RehearsedClientOptions = {
  readonly id: string;
  /** Of its computer. */
  readonly clock: Clock;
  readonly random: SeededRandom;
  readonly host: MemoryHost;
  readonly disk: MemoryDisk;
  /** To its autopilot. */
  readonly link: MavlinkLink;
  readonly server: Address;
  readonly version: string;
  /** Text of its configuration. */
  readonly ini: string;
  readonly log: Log;
};

export type RehearsedClient = {
  readonly drone: Drone;
  /** Where its show begins to fly, m in the local frame, ENU; undefined without a show. */
  startMarkM(): Vec3 | undefined;
  close(): Promise<void>;
};

/** A server that does not accept within this time is not there, ms. Source: the real drone's. */
const connectTimeoutMs = 4000;

/** What a drone calls itself since its start, bytes. */
const bootBytes = 9;

/** @throws ConfigError when the configuration is wrong. */
export async function startRehearsedClient(options: RehearsedClientOptions): Promise<RehearsedClient> {
  const { id, clock, link } = options;
  const config = loadConfig(options.ini, `the configuration of ${id}`, droneConfigSpec);
  const endpoint = new Endpoint();
  const once = new ObeyedOnce(() => clock.monotonicMs());
  const bare = new MavlinkVehicle({ link, clock });
  const obey: Obey = { now: () => Promise.reject(new RefusedError('refused', 'the client is starting')) };
  const ear = openEar(options, { once, obey, serverUtcMs: () => serverUtcMs() });
  const connection = new ConnectionManager({
    ...{ endpoint, clock, hello: helloOf(options, ear) },
    ...{ bufferSize: config.getNumber('SERVER/buffer_size'), resendRequests: false },
  });
  const time = keepTime(options, connection);
  const serverUtcMs = lastingUtc(clock, () => time.showClock.serverUtcMs);
  connection.onEvent((event) => {
    if (event.type === 'warning') options.log('warn', event.text);
    if (event.type === 'connected') once.linkRenewed();
    if (event.type === 'heartbeat') serverUtcMs();
  });
  const session = makeSession(options, { connection, showClock: time.showClock });
  const vehicle = inFrame(bare, readFrameSettings(config), clock);
  const parts = putTogether(options, { config, connection, vehicle, showClock: time.showClock });
  const { drone } = parts;
  parts.guard.start();
  parts.flightLog.start();
  obey.now = registerCommands(endpoint, drone, once).obey;
  const sender = makeSender(drone, connection);
  await drone.shows.refresh();
  sender.start();
  time.start();
  const ended = session.run();
  return {
    drone,
    startMarkM: () => drone.shows.plan?.start?.positionM,
    async close() {
      sender.close();
      time.close();
      ear.close();
      parts.close();
      await parts.flightLog.close();
      session.close();
      connection.close('the client ends');
      await ended;
      await bare.close();
    },
  };
}

function helloOf({ id, version }: RehearsedClientOptions, { port, boot }: Ear): Hello {
  const features = [...libraryFeatures, 'authorization'];
  return { protocol: 1, role: 'drone', id, software: 'starling', version, features, udp: port, boot };
}

type Obey = { now: ReturnType<typeof registerCommands>['obey'] };
type Ear = { readonly port: number; readonly boot: string; close(): void };
type EarParts = {
  readonly once: ObeyedOnce;
  readonly obey: Obey;
  readonly serverUtcMs: () => number | undefined;
};

function openEar(
  { id, host, random, log }: RehearsedClientOptions,
  { once, obey, serverUtcMs }: EarParts,
): Ear {
  const boot = Buffer.from(random.bytes(bootBytes)).toString('base64url');
  const ear = new EmergencyEar({
    ...{ id: () => id, boot, once, serverUtcMs },
    ...{ guard: undefined, key: undefined, isInCharge: () => true },
    obey: (what) => obey.now(what),
    onIgnored: (reason) => log('warn', `an emergency datagram is ignored: ${reason}`),
  });
  const socket = host.openDatagrams((datagram, from) =>
    ear.receive(datagram, (answer) => socket.send(answer, from), from.address),
  );
  return { port: socket.port, boot, close: () => socket.close() };
}

function keepTime({ clock, random, host, log }: RehearsedClientOptions, connection: ConnectionManager) {
  const chance = random.fork('time');
  const server = new TimeKeeper({
    ...{ clock, log, random: () => chance.next() },
    source: serverTime(connection, (address, port) =>
      memoryTimeSource({ host, clock, random: chance }, { address, port }),
    ),
  });
  const watch = new OsClockWatch({ clock, link: connection, isTrusted: () => true, log });
  return {
    showClock: new ShowClock(clock, connection, {
      server: () => server.estimate,
      onDispute: (apartMs) => log('warn', `the time by NTP is ${apartMs.toFixed(0)} ms off the link's`),
    }),
    start() {
      server.start();
      watch.start();
    },
    close() {
      server.close();
      watch.close();
    },
  };
}

type SessionParts = { readonly connection: ConnectionManager; readonly showClock: ShowClock };

function makeSession(
  options: RehearsedClientOptions,
  { connection, showClock }: SessionParts,
): ServerSession {
  const { clock, host, server, random, log } = options;
  const chance = random.fork('session');
  return new ServerSession({
    ...{ clock, connection, log },
    network: {
      connect: async ({ host: address, port }, signal) => {
        const stream = await host.connect({ address, port }, { timeoutMs: connectTimeoutMs, signal });
        return { stream, remoteAddress: address, remotePort: port };
      },
      findServer: () => Promise.resolve(undefined),
    },
    fixedServer: { host: server.address, port: server.port },
    configuredServer: () => undefined,
    isDiscovering: () => false,
    remember: () => Promise.resolve(),
    random: () => chance.next(),
    onConnecting: () => showClock.forget(),
  });
}

function makeSender(drone: Drone, connection: ConnectionManager): TelemetrySender {
  const { clock, log, config, shows, telemetry } = drone;
  return new TelemetrySender({
    ...{ clock, connection, log, telemetry },
    refresh: () => (drone.vehicle.state.armed ? Promise.resolve() : shows.refresh()),
    frequencyHz: () => config.getNumber('TELEMETRY/frequency'),
    isTransmitting: () => config.getBoolean('TELEMETRY/transmit'),
  });
}
