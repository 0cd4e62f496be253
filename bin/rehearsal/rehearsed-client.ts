/** What the client of one drone stands on in a rehearsal: a disk, a network and a clock in memory. Makes edges; composes nothing. */
import { Buffer } from 'node:buffer';
import type { Log } from '../../drone-client/client/drone.js';
import { composeDrone, type RunningDrone } from '../../drone-client/composition/compose-drone.js';
import type { DroneEdges } from '../../drone-client/composition/drone-edges.js';
import { droneConfigSpec } from '../../drone-client/config-spec.js';
import { noHost } from '../../drone-client/failsafe/host-health.js';
import { PreviewLed } from '../../drone-client/led/preview-led.js';
import type { MavlinkLink } from '../../drone-client/vehicle/mavlink/link.js';
import { MavlinkVehicle } from '../../drone-client/vehicle/mavlink/mavlink-vehicle.js';
import { loadConfig } from '../../lib/config/index.js';
import { RefusedError } from '../../lib/errors.js';
import type { MemoryHost } from '../../lib/rehearsal/memory-network.js';
import type { Address } from '../../lib/rehearsal/memory-socket.js';
import type { SeededRandom } from '../../lib/rehearsal/seeded-random.js';
import type { Clock } from '../../lib/time/clock.js';
import type { MemoryDisk } from './memory-disk.js';
import { memoryTimeSource } from './memory-ntp.js';

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

/** A server that does not accept within this time is not there, ms. Source: the real drone's. */
const connectTimeoutMs = 4000;

/** What a drone calls itself since its start, bytes. */
const bootBytes = 9;

/** @throws ConfigError when the configuration is wrong. */
export function startRehearsedClient(options: RehearsedClientOptions): Promise<RunningDrone> {
  const { clock, random, host, disk, link, server, version, log } = options;
  const vehicle = new MavlinkVehicle({ link, clock });
  let { id } = options;
  return composeDrone({
    ...{ clock, version, vehicle, log },
    id: () => id,
    rename: (name) => {
      id = name;
    },
    config: loadConfig(options.ini, `the configuration of ${id}`, droneConfigSpec),
    ...{ isConfigured: false, saveConfig: () => Promise.resolve() },
    led: new PreviewLed(clock),
    ...{ files: disk, flightLogs: disk.logs, host: noHost, programs: noPrograms },
    names: { hostname: () => options.id, ipAddress: () => host.address, random: chanceOf(random, 'name') },
    ...{ security: { key: undefined, isOpen: true }, epochs: undefined },
    server: { host: server.address, port: server.port },
    network: networkOf(host),
    boot: Buffer.from(random.fork('boot').bytes(bootBytes)).toString('base64url'),
    openDatagrams: async ({ onDatagram }) => host.openDatagrams(onDatagram),
    time: timeOf(options),
    random: chanceOf(random, 'pace'),
    watchLoop: undefined,
    release: () => vehicle.close(),
  });
}

/** A sequence of its own for each use: one more asker changes nobody else's. */
function chanceOf(random: SeededRandom, use: string): () => number {
  const chance = random.fork(use);
  return () => chance.next();
}

/** Nobody announces a server: the drone is told where it is. */
function networkOf(host: MemoryHost): DroneEdges['network'] {
  return {
    connect: async ({ host: address, port }, signal) => {
      const stream = await host.connect({ address, port }, { timeoutMs: connectTimeoutMs, signal });
      return { stream, remoteAddress: address, remotePort: port };
    },
    findServer: () => Promise.resolve(undefined),
    listen: () => Promise.resolve({ close: () => undefined }),
  };
}

/** Hosts of `[NTP]` are asked on the same network, where there are none. */
function timeOf({ clock, random, host }: RehearsedClientOptions): DroneEdges['time'] {
  const asker = { clock, host, random: random.fork('time') };
  const source = (address: string, port: number) => memoryTimeSource(asker, { address, port });
  return { server: source, foreign: source, foreignResolutionMs: 0 };
}

const noPrograms = {
  run: ({ program }: { readonly program: string }) =>
    Promise.reject(
      new RefusedError('no_program', `${program}: the computers of a rehearsal run no programs`),
    ),
};
