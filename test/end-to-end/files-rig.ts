/** A server, two drones of ours with autopilots of values, and raw peers of clever-show: for tests of files alone. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { PreviewLed } from '../../drone-client/led/preview-led.js';
import { type RunningDrone, startDrone } from '../../drone-client/main.js';
import type { CommandName } from '../../lib/operations/catalogue.js';
import { runCtl } from '../../lib/protocols/tpp/adapters/run-ctl.js';
import { readToken } from '../../lib/protocols/tpp/adapters/token-file.js';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import type { CommandResult } from '../../server/fleet/drone-record.js';
import { type RunningServer, startServer } from '../../server/main.js';
import { FakeVehicle } from '../support/fake-vehicle.js';
import { json, OldPeer, oldFrame } from '../support/old-peer.js';
import { until } from '../support/until.js';

const clock = new SystemClock();

/** How a raw peer answers; `filetransfer` with bytes. */
type OldAnswers = { readonly [request: string]: unknown };

export class FilesRig {
  readonly folder = mkdtempSync(join(tmpdir(), 'starling-files-'));
  readonly vehicles = new Map<string, FakeVehicle>();
  readonly #drones: RunningDrone[] = [];
  readonly #peers: OldPeer[] = [];
  #server: RunningServer | undefined;
  #token = '';

  static async open(): Promise<FilesRig> {
    const rig = new FilesRig();
    const configPath = rig.write('server.ini', '[FILES]\nbandwidth = 16\n');
    rig.#server = await startServer({
      ...{ clock, version: '1', stateFolder: rig.path('state'), isHeadless: true, isOpen: true, configPath },
      ...{ port: 0, bind: '127.0.0.1', controlPort: 0, isDiscoverable: false },
    });
    rig.#token = await readToken(rig.server.tokenPath);
    return rig;
  }

  get server(): RunningServer {
    if (!this.#server) throw new Error('not open');
    return this.#server;
  }

  path(...names: string[]): string {
    return join(this.folder, ...names);
  }

  /** Writes a file under the rig's folder; gives its path. */
  write(name: string, content: string | Uint8Array): string {
    const path = this.path(name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, content);
    return path;
  }

  /** Where a drone keeps what it is sent. */
  dataOf(id: string, ...names: string[]): string {
    return this.path(`data-${id}`, ...names);
  }

  /** `ini`: of its configuration; its telemetry comes often. */
  async addDrone(id: string, ini = ''): Promise<void> {
    const vehicle = new FakeVehicle(clock);
    this.vehicles.set(id, vehicle);
    mkdirSync(this.dataOf(id));
    const configPath = this.write(`${id}.ini`, `id = ${id}\n[TELEMETRY]\nfrequency = 20\n${ini}`);
    const drone = await startDrone({
      ...{ clock, vehicle, led: new PreviewLed(clock), version: '1', dataFolder: this.dataOf(id) },
      ...{ logger: pino({ base: null, enabled: false }), configPath, isOpen: true },
      server: { host: '127.0.0.1', port: this.server.dronePort },
    });
    this.#drones.push(drone);
    await until(() => this.view(id)?.record.isAnswering === true, 5_000, `${id}`);
  }

  async addOld(id: string, answers: OldAnswers = {}): Promise<OldPeer> {
    const peer = await OldPeer.connect(this.server.dronePort);
    this.#peers.push(peer);
    const all: OldAnswers = { id, clover_dir: '/home/pi/clover/', ...answers };
    let done = 0;
    peer.socket.on('data', () => {
      for (const frame of peer.frames.slice(done)) {
        done += 1;
        if (frame.header['message-type'] !== 'request') continue;
        const { requested_value: name = '', request_id = '' } = json(frame) as Record<string, string>;
        const answer = all[name];
        if (answer instanceof Buffer) {
          const header = { 'message-type': 'response', requested_value: name, request_id };
          peer.socket.write(oldFrame(header, answer, 'binary'));
        } else if (answer !== undefined) peer.respond(name, request_id, answer);
      }
    });
    await until(() => this.view(id)?.record.isConnected === true);
    return peer;
  }

  view(id: string) {
    return this.server.facade.snapshot().drones.find(({ record }) => record.id === id);
  }

  async run(
    name: CommandName,
    ids: readonly string[],
    given: { readonly [key: string]: string | boolean } = {},
  ): Promise<readonly CommandResult[]> {
    return (await this.server.facade.operate({ name, ids, given, by: 'test' })).results;
  }

  async ctl(action: string, words: string[], options: { readonly [name: string]: string | true } = {}) {
    const lines: string[] = [];
    const code = await runCtl({
      ...{ action, words, options, token: this.#token, host: '127.0.0.1' },
      port: this.server.controlPort,
      resolvePath: (path) => (path.startsWith('/') ? path : this.path(path)),
      write: (line) => lines.push(line),
    });
    return { code, lines };
  }

  async close(): Promise<void> {
    for (const peer of this.#peers) peer.close();
    for (const drone of this.#drones) await drone.close();
    for (const vehicle of this.vehicles.values()) await vehicle.close();
    await this.#server?.close();
    rmSync(this.folder, { recursive: true });
  }
}

/** The file that a raw peer was sent last, once that is the one that goes there. */
export async function pushedTo(peer: OldPeer, filepath: string) {
  const pushed = () => peer.frames.findLast(({ header }) => header.action === 'filetransfer');
  await until(() => pushed()?.header.filepath === filepath, 5_000, `a file at ${filepath}`);
  return pushed();
}

/** The configuration that a raw peer was told last, once it names this. */
export async function toldConfig(peer: OldPeer, name: string) {
  const told = () => {
    const frame = peer.frames.findLast(({ header }) => header.action === 'config');
    return frame && (json(frame) as { kwargs: { config: object; mode: string } }).kwargs;
  };
  await until(() => Object.hasOwn(told()?.config ?? {}, name), 5_000, `a configuration with ${name}`);
  return told();
}
