/**
 * A server of this process, and a drone's client as a program of its own that keeps its files in one folder: for tests
 * that end the client, or its disk, at any moment. The client's autopilot is simulated.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CommandName } from '../../lib/operations/catalogue.js';
import { writeDroneKeyFile } from '../../lib/security/adapters/drone-key-file.js';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import type { CommandResult } from '../../server/fleet/drone-record.js';
import { type RunningServer, startServer } from '../../server/main.js';
import { enrolledKey } from './enrolled.js';
import { Program } from './program.js';
import { until } from './until.js';

const clock = new SystemClock();

/** Of the program: a server of another one lets it fly nothing. */
const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
};

/** Both have a `drone-1`, and its part is not the same. */
export const shows = ['circle', 'wave'].map((name) =>
  fileURLToPath(new URL(`../../shows/${name}`, import.meta.url)),
) as [string, string];

export type KeptClientOptions = {
  /** Where the client's files are; default: a folder that goes at the end. */
  readonly kept?: string;
  /** Put before its command. */
  readonly prefix?: readonly string[];
};

export class KeptClient {
  readonly id = 'drone-1';
  readonly folder = mkdtempSync(join(tmpdir(), 'starling-kept-'));
  /** As this process sees it. */
  readonly kept: string;
  client: Program | undefined;
  prefix: readonly string[];
  /** As the client sees it. */
  place: string;
  readonly lines: string[] = [];
  #server: RunningServer | undefined;

  private constructor({ kept, prefix = [] }: KeptClientOptions) {
    this.kept = kept ?? join(this.folder, 'kept');
    this.place = this.kept;
    this.prefix = prefix;
  }

  static async open(options: KeptClientOptions = {}): Promise<KeptClient> {
    const rig = new KeptClient(options);
    const configPath = join(rig.folder, 'server.ini');
    // The parts go as they come: a slower air would make the uploads longer than the lives.
    writeFileSync(configPath, '[FLIGHT_LOGS]\nfetch = never\n');
    rig.#server = await startServer({
      ...{ clock, version, stateFolder: join(rig.folder, 'state'), isHeadless: true },
      ...{ port: 0, bind: '127.0.0.1', controlPort: 0, isDiscoverable: false },
      say: (line) => rig.lines.push(line),
    });
    mkdirSync(join(rig.kept, 'data'), { recursive: true });
    mkdirSync(join(rig.kept, 'etc'), { recursive: true });
    writeFileSync(rig.configPath, '[TELEMETRY]\nfrequency = 10\n');
    await writeDroneKeyFile(rig.keyPath, await enrolledKey(join(rig.folder, 'state'), rig.id));
    return rig;
  }

  get configPath(): string {
    return join(this.kept, 'etc/drone.ini');
  }

  get keyPath(): string {
    return join(this.kept, 'etc/key');
  }

  get data(): string {
    return join(this.kept, 'data');
  }

  get server(): RunningServer {
    if (!this.#server) throw new Error('not open');
    return this.#server;
  }

  get view() {
    return this.server.facade.snapshot().drones.find(({ record }) => record.id === this.id);
  }

  get isThere(): boolean {
    const record = this.view?.record;
    return record?.isConnected === true && record.isAnswering;
  }

  /** Starts the client; it need not be there yet. */
  start(wrapper: readonly string[] = []): Program {
    const { place } = this;
    const files = ['--config', join(place, 'etc/drone.ini'), '--data', join(place, 'data')];
    const to = ['--server', `127.0.0.1:${this.server.dronePort}`, '--key', join(place, 'etc/key')];
    this.client = new Program(['drone', '--id', this.id, '--vehicle', 'sim:', ...files, ...to], {
      prefix: [...this.prefix, ...wrapper],
    });
    return this.client;
  }

  /** Waits until the server hears it. */
  async joins(): Promise<void> {
    await until(
      () => this.isThere || this.client?.hasEnded === true,
      20_000,
      () => `the client joins: ${this.client?.stdout}${this.client?.stderr}${this.lines.join('\n')}`,
    );
    if (!this.isThere) throw new Error(`the client has ended: ${this.client?.stdout}${this.client?.stderr}`);
  }

  /** SIGKILL, and the server has noticed. */
  async kill(): Promise<void> {
    this.client?.signal('SIGKILL');
    await this.client?.end();
    await until(() => !this.isThere);
  }

  async run(
    name: CommandName,
    given: { readonly [key: string]: string | boolean } = {},
  ): Promise<CommandResult> {
    const { results } = await this.server.facade.operate({ name, ids: [this.id], given, by: 'test' });
    const [result] = results;
    if (!result) throw new Error(`${name} has no result`);
    return result;
  }

  /** Loads a show and sends the drone its part. */
  async send(show: string): Promise<CommandResult> {
    await this.server.facade.loadShow(show);
    return this.run('upload');
  }

  async close(): Promise<void> {
    await this.client?.stop();
    await this.#server?.close();
    rmSync(this.folder, { recursive: true });
  }
}
