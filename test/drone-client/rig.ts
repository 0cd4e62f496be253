/** A whole drone client on real sockets, in front of a server of raw bytes. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { NoLed } from '../../drone-client/led/no-led.js';
import { PreviewLed } from '../../drone-client/led/preview-led.js';
import { type RunningDrone, type StartDroneOptions, startDrone } from '../../drone-client/main.js';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import type { Cancel } from '../../lib/time/clock.js';
import { FakeVehicle } from '../support/fake-vehicle.js';
import { OldPeer } from '../support/old-peer.js';

/** Time that passes four times as fast, for flights that would take seconds. */
export class FastClock extends SystemClock {
  readonly #startUtcMs = super.utcMs();
  readonly #startMs = super.monotonicMs();

  override monotonicMs(): number {
    return (super.monotonicMs() - this.#startMs) * 4;
  }

  override utcMs(): number {
    return this.#startUtcMs + this.monotonicMs();
  }

  override after(delayMs: number, fn: () => void): Cancel {
    return super.after(delayMs / 4, fn);
  }

  override at(monotonicMs: number, fn: () => void): Cancel {
    return super.at(this.#startMs + monotonicMs / 4, fn);
  }
}

export type DroneRig = {
  readonly folder: string;
  readonly server: Server;
  readonly port: number;
  readonly vehicle: FakeVehicle;
  readonly led: PreviewLed | NoLed;
  readonly drone: RunningDrone;
  /** The log's lines. */
  readonly log: string[];
  /** The server's end of the drone's next connection. */
  accept(): Promise<OldPeer>;
  /** The same, without anybody reading from it yet. */
  acceptSocket(): Promise<Socket>;
  close(): Promise<void>;
};

export async function listen(port = 0): Promise<Server> {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** Connections as they come, each to be taken once. */
class Sockets {
  readonly #all: Socket[] = [];
  #taken = 0;
  readonly #server: Server;

  constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket) => this.#all.push(socket));
  }

  async next(): Promise<Socket> {
    const socket = this.#all[this.#taken];
    if (!socket) {
      await once(this.#server, 'connection');
      return this.next();
    }
    this.#taken += 1;
    return socket;
  }

  close(): void {
    for (const socket of this.#all) socket.destroy();
  }
}

/** Starts a drone that knows its server's address; `change` overrides what it is started with. */
export async function startRig(
  change: Partial<StartDroneOptions> & { hasNoLed?: boolean; isSearching?: boolean } = {},
): Promise<DroneRig> {
  const { hasNoLed = false, isSearching = false, ...options } = change;
  const clock = options.clock ?? new SystemClock();
  const folder = options.dataFolder ?? (await mkdtemp(join(tmpdir(), 'starling-drone-')));
  const server = await listen();
  const { port } = server.address() as AddressInfo;
  const vehicle = new FakeVehicle(clock);
  const led = hasNoLed ? new NoLed() : new PreviewLed(clock);
  const log: string[] = [];
  const logger = pino({ base: null }, { write: (line: string) => void log.push(line) });
  const sockets = new Sockets(server);
  const drone = await startDrone({
    ...{ clock, logger, vehicle, led },
    id: 'drone-1',
    version: '0.1.0',
    dataFolder: folder,
    isOpen: true,
    ...(!isSearching && { server: { host: '127.0.0.1', port } }),
    ...options,
  });
  const acceptSocket = () => sockets.next();
  return {
    ...{ folder, server, port, vehicle, led, drone, log, acceptSocket },
    accept: async () => new OldPeer(await acceptSocket()),
    async close() {
      await drone.close();
      await vehicle.close();
      sockets.close();
      server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A show of one drone, from where it stands 1 m up and down again. */
export const showFile = Buffer.from(
  [
    'hop',
    ...[0, 0, 0.2, 0.4, 0.6, 0.8, 1, 0.8, 0.6, 0.4, 0.2, 0].map((z, i) => `${i},0,0,${z},0,255,0,0`),
    '',
  ].join('\n'),
);
