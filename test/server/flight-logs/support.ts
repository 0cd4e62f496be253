/** Drones with flight logs on real sockets, and the collector in front of them. */
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import {
  BulkBudget,
  ConnectionManager,
  connectTcp,
  Endpoint,
  type Kwargs,
} from '../../../lib/messaging/index.js';
import { SystemClock } from '../../../lib/time/index.js';
import { FlightLogArchive } from '../../../server/flight-logs/adapters/flight-log-archive.js';
import type { FlightLogPeer } from '../../../server/flight-logs/fetch-logs.js';
import { FlightLogCollector } from '../../../server/flight-logs/flight-log-collector.js';
import type { FlightLogsSettings } from '../../../server/flight-logs/settings.js';
import { FakeClock } from '../../support/fake-clock.js';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Runs after the test, in reverse order. */
export function later(close: () => unknown): void {
  closers.push(close);
}

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'flight-logs-'));
  later(() => rm(folder, { recursive: true }));
  return folder;
}

export type Handlers = { [name: string]: (kwargs: Kwargs) => unknown };

/** What a drone answers when asked for logs that are nothing but bytes. */
export function logsOf(
  files: { [name: string]: Uint8Array },
  flags: { isComplete?: boolean; isOpen?: boolean } = {},
): Handlers {
  return {
    flight_logs: () =>
      Object.entries(files).map(([name, bytes]) => ({
        ...{ name, bytes: bytes.length, isComplete: true, isOpen: false, utcMs: 0 },
        ...flags,
      })),
    flight_log_part: ({ name, offset, length }) =>
      files[String(name)]?.subarray(Number(offset), Number(offset) + Number(length)),
  };
}

/** Bytes that begin and end as an MCAP file does. */
export function fakeLog(bytes: number, fill = 1): Uint8Array {
  const magic = [0x89, 0x4d, 0x43, 0x41, 0x50, 0x30, 0x0d, 0x0a];
  const log = new Uint8Array(bytes).fill(fill);
  log.set(magic);
  log.set(magic, bytes - magic.length);
  return log;
}

/** One end of a real TCP connection; the other is a drone that answers by `handlers`, which may change. */
export async function connectedDrone(id: string, handlers: Handlers): Promise<ConnectionManager> {
  const server: Server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  later(() => server.close());
  const accepted = once(server, 'connection');
  const clock = new SystemClock();
  const endpoint = new Endpoint();
  for (const name of ['flight_logs', 'flight_log_part'])
    endpoint.requestCallback(name, (_connection, ...rest) => {
      const kwargs = rest.at(-1) as Kwargs;
      const handler = handlers[name];
      if (!handler) throw Object.assign(new Error(`unknown request "${name}"`), { code: 'unknown_request' });
      return handler(kwargs);
    });
  const hello = { protocol: 1 as const, software: 'starling', version: '1', features: ['errors'] };
  const drone = new ConnectionManager({ endpoint, clock, hello: { ...hello, role: 'drone', id } });
  const own = new ConnectionManager({
    ...{ endpoint: new Endpoint(), clock, hello: { ...hello, role: 'server', id: 's' } },
  });
  const { port } = server.address() as AddressInfo;
  own.connect(await connectTcp({ host: '127.0.0.1', port, timeoutMs: 1000 }));
  const [socket] = await accepted;
  drone.connect(socket);
  later(() => drone.close());
  later(() => own.close());
  await own.helloSettled();
  own.markIdentified();
  drone.markIdentified();
  return own;
}

const settings: FlightLogsSettings = {
  isFetching: true,
  settleMs: 10_000,
  maxFileBytes: 1_000_000,
  maxDroneBytes: 2_000_000,
  maxTotalBytes: 3_000_000,
};

export type CollectorRig = {
  readonly clock: FakeClock;
  readonly folder: string;
  readonly peers: Map<string, FlightLogPeer>;
  readonly armed: Set<string>;
  readonly lines: string[];
  readonly state: { isBusy: boolean };
  readonly collector: FlightLogCollector;
};

export async function collectorRig(changed: Partial<FlightLogsSettings> = {}): Promise<CollectorRig> {
  const folder = await temporaryFolder();
  const clock = new FakeClock();
  const peers = new Map<string, FlightLogPeer>();
  const armed = new Set<string>();
  const lines: string[] = [];
  const state = { isBusy: false };
  const collector = new FlightLogCollector({
    clock,
    store: new FlightLogArchive(folder),
    budget: new BulkBudget({ clock }),
    settings: () => ({ ...settings, ...changed }),
    ids: () => peers.keys(),
    connection: (id) => peers.get(id),
    isArmed: (id) => armed.has(id),
    isBusy: () => state.isBusy,
    log: (level, text) => lines.push(`${level}: ${text}`),
  });
  collector.start();
  later(() => collector.close());
  return { clock, folder, peers, armed, lines, state, collector };
}

/** Every file below, as DRONE/NAME. */
export async function filesBelow(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const drone of await readdir(folder))
    for (const name of await readdir(join(folder, drone))) found.push(`${drone}/${name}`);
  return found.sort();
}
