/**
 * A server with one budget for all its drones, and the processes that it is measured with. Knows where those are;
 * measures nothing.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { openDatagramSocket } from '../../../lib/emergency/adapters/datagram-socket.js';
import type { DatagramPort } from '../../../lib/emergency/datagram-port.js';
import { EmergencyCaller } from '../../../lib/emergency/emergency-caller.js';
import { acknowledgementKey } from '../../../lib/emergency/emergency-wire.js';
import { BulkBudget, ConnectionManager, Endpoint, libraryFeatures } from '../../../lib/messaging/index.js';
import { DatagramSigner } from '../../../lib/security/datagram-signature.js';
import { deriveSigningKey } from '../../../lib/security/keys.js';
import { SystemClock } from '../../../lib/time/adapters/system-clock.js';
import { EmergencyLine } from '../../../server/links/emergency-line.js';
import { CommandRunner } from '../../../server/show-control/command-runner.js';
import { UrgentCommands } from '../../../server/show-control/urgent-commands.js';
import { benchKey } from './bench-key.js';
import type { DronesOptions } from './drones.js';
import { until } from './rows.js';
import type { ShaperOptions, ShaperReport } from './shaper.js';

/** Where the server listens, and what a command of the drones' side begins with. */
export type Place = { readonly host: string; readonly far: readonly string[] };

const loopback: Place = { host: '127.0.0.1', far: [] };

type Drones = {
  readonly count: number;
  /** What is between them and the server; undefined: nothing. */
  readonly link?: Omit<ShaperOptions, 'target'> | undefined;
  readonly folder?: string | undefined;
};

export class Rig {
  readonly connections: ConnectionManager[] = [];
  /** When the last drone has answered the last command by its connection, `performance.now()`. */
  lastLinkAnswerMs = Number.NaN;
  datagramsSent = 0;
  report: ShaperReport | undefined;
  readonly #place: Place;
  readonly #clock = new SystemClock();
  readonly #byId = new Map<string, ConnectionManager>();
  readonly #children: ChildProcess[] = [];
  readonly #server = createServer({ noDelay: true });
  readonly #budget = new BulkBudget({ clock: this.#clock });
  readonly #secret = randomBytes(32);
  #socket: DatagramPort | undefined;
  #urgent: UrgentCommands | undefined;

  constructor(place: Place = loopback) {
    this.#place = place;
    this.#server.on('connection', (socket) => {
      const hello = { protocol: 1, role: 'server', id: 's', software: 'starling', version: '0' } as const;
      const connection = new ConnectionManager({
        ...{ endpoint: new Endpoint(), clock: this.#clock, bulkBudget: this.#budget, resendRequests: false },
        hello: { ...hello, features: libraryFeatures },
      });
      connection.connect(socket);
      this.connections.push(connection);
    });
  }

  /** Resolves when all drones are there. */
  async open({ count, link, folder }: Drones): Promise<void> {
    const { host } = this.#place;
    await once(this.#server.listen(0, host), 'listening');
    const { port } = this.#server.address() as AddressInfo;
    const target = { host, port };
    const door = link ? { host: '127.0.0.1', port: await this.shape({ ...link, target }) } : target;
    const secret = this.#secret.toString('hex');
    this.#fork('files:drones', { ...door, count, folder, secret } satisfies DronesOptions);
    await until(() => this.connections.length === count && this.connections.every(({ peer }) => peer));
  }

  /** From now on `land` goes by datagram, too. The drones must be there. */
  async openEmergencyLine(): Promise<void> {
    const { host } = this.#place;
    const clock = this.#clock;
    const socket = await openDatagramSocket({
      ...{ host, onDatagram: (datagram) => caller.receive(datagram) },
      onError: (text) => console.error(text),
    });
    this.#socket = socket;
    const signer = new DatagramSigner(deriveSigningKey(this.#secret), () => clock.utcMs());
    const caller = new EmergencyCaller({
      ...{ clock, id: 's', prefix: randomBytes(4).toString('hex'), epoch: () => 1 },
      sign: (action, kwargs) => signer.sign(action, kwargs),
      send: (datagram, target) => {
        this.datagramsSent += 1;
        socket.send(datagram, target);
      },
    });
    const line = new EmergencyLine(caller, (id) => acknowledgementKey(benchKey(this.#secret, id).psk));
    for (const { peer, remoteAddress } of this.connections)
      if (peer) line.introduced(peer.id, remoteAddress, peer);
    this.#urgent = this.#urgentCommands(line);
  }

  /** As the server commands: by all ways that there are, one result for each drone. */
  land(): ReturnType<UrgentCommands['send']> {
    this.#byId.clear();
    for (const connection of this.connections) this.#byId.set(connection.peer?.id ?? '', connection);
    this.#urgent ??= this.#urgentCommands(undefined);
    return this.#urgent.send('land', [...this.#byId.keys()]);
  }

  /** A link to a port; the port of its other end. */
  async shape(options: ShaperOptions): Promise<number> {
    const shaper = this.#fork('files:shaper', options);
    return new Promise<number>((resolve) => {
      shaper.on('message', (report: ShaperReport) => {
        if ('port' in report) resolve(report.port);
        else this.report = report;
      });
    });
  }

  close(): void {
    for (const child of this.#children) child.kill('SIGKILL');
    for (const connection of this.connections) connection.close();
    this.#server.close();
    this.#socket?.close();
  }

  #urgentCommands(line: EmergencyLine | undefined): UrgentCommands {
    const nothing = () => undefined;
    const runner = new CommandRunner({
      ...{ clock: this.#clock, onFleetEvent: nothing, log: nothing },
      isKnown: (id) => this.#byId.has(id),
      connection: (id) => this.#byId.get(id),
    });
    return new UrgentCommands({
      ...{ clock: this.#clock, log: nothing },
      call: (what, ids) => line?.prepare(what, ids),
      commands: {
        run: (action, ids, send) => runner.run(action, ids, send),
        sendOne: async (id, action, how) => {
          const outcome = await runner.sendOne(id, action, how);
          this.lastLinkAnswerMs = performance.now();
          return outcome;
        },
      },
    });
  }

  /** Another part of this program, at the drones' side. */
  #fork(part: string, options: object): ChildProcess {
    const [execPath = process.execPath, ...rest] = this.#place.far;
    const child = fork(fileURLToPath(new URL('../main.js', import.meta.url)), [part], {
      ...{ execPath, execArgv: execPath === process.execPath ? [] : [...rest, process.execPath] },
      env: { ...process.env, BENCH_OPTIONS: JSON.stringify(options) },
    });
    this.#children.push(child);
    return child;
  }
}
