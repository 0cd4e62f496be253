/** A server with its panel in a terminal of its own, a simulated fleet, and `starling ctl` to see what became of them. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Outcome, Program, programPath, runProgram } from './program.js';
import { Terminal } from './tmux.js';
import { until } from './until.js';

export type ListedDrone = {
  readonly id: string;
  readonly connected: boolean;
  readonly ready: boolean;
  readonly telemetry: {
    readonly armed?: boolean;
    readonly mode?: string;
    readonly last_task?: string;
    readonly led?: readonly number[];
    readonly current_position?: readonly unknown[] | string;
    readonly wind?: readonly number[];
    readonly temperature?: readonly (number | null)[];
  };
};

export type PanelRigOptions = {
  readonly drones: number;
  /** Of the samples; without one none is loaded. */
  readonly show?: string;
  /** Of `starling sim`, before those that every rig has. */
  readonly sim?: readonly string[];
  /** Put before the command in the terminal, e.g. an environment. */
  readonly prefix?: string;
  /** What the terminal runs when the server has ended, given the command that began it. */
  readonly again?: (command: string) => string;
  readonly columns?: number;
  readonly rows?: number;
};

/** The folder of a sample show. */
export function sampleShow(name: string): string {
  return fileURLToPath(new URL(`../../shows/${name}`, import.meta.url));
}

export class PanelRig {
  /** The server is started in it. */
  readonly folder = mkdtempSync(join(tmpdir(), 'starling-panel-'));
  readonly state = join(this.folder, 'state');
  readonly terminal: Terminal;
  readonly sim: Program;
  readonly #controlPort: number;

  private constructor(options: PanelRigOptions, [dronePort, controlPort]: readonly [number, number]) {
    const { drones, show, prefix = '', again, columns = 80, rows = 24 } = options;
    this.#controlPort = controlPort;
    const ports = `--bind 127.0.0.1 --port ${dronePort} --control-port ${controlPort}`;
    const loaded = show === undefined ? '' : ` --show ${sampleShow(show)}`;
    const server = `${process.execPath} ${programPath} server --state ${this.state} ${ports}`;
    const rest = again === undefined ? '' : `; ${again(server)}`;
    this.terminal = new Terminal(`cd ${this.folder}; ${prefix} ${server}${loaded}${rest}`, { columns, rows });
    this.sim = new Program(
      [
        'sim',
        ...(options.sim ?? []),
        '--drones',
        String(drones),
        '--server',
        `127.0.0.1:${dronePort}`,
        '--fleet',
        this.state,
      ],
      { env: { TMPDIR: this.folder } },
    );
  }

  /** Waits until every drone is connected. */
  static async start(options: PanelRigOptions): Promise<PanelRig> {
    const rig = new PanelRig(options, [await freePort(), await freePort()]);
    try {
      await rig.terminal.until(new RegExp(`^ ${options.drones} connected`, 'm'), 30_000);
      return rig;
    } catch (error) {
      await rig.close();
      throw error;
    }
  }

  ctl(...args: string[]): Promise<Outcome> {
    const at = ['--json', '--port', String(this.#controlPort)];
    return runProgram(['ctl', ...args, ...at], { env: { STARLING_STATE: this.state } });
  }

  /** @throws Error with what it said, when it did not succeed. */
  async did(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.ctl(...args);
    if (code !== 0) throw new Error(`ctl ${args.join(' ')}: ${code}\n${stdout}${stderr}`);
    return stdout;
  }

  async drones(): Promise<readonly ListedDrone[]> {
    return JSON.parse(await this.did('list')) as ListedDrone[];
  }

  async drone(id: string): Promise<ListedDrone> {
    const found = (await this.drones()).find((drone) => drone.id === id);
    if (!found) throw new Error(`${id} is not in the table`);
    return found;
  }

  async allDrones(isSo: (drone: ListedDrone) => boolean, what: string, timeoutMs = 40_000): Promise<void> {
    let drones: readonly ListedDrone[] = [];
    const isAll = async () => {
      drones = await this.drones();
      return drones.every(isSo);
    };
    await until(
      isAll,
      timeoutMs,
      () => `${what}:\n${drones.map(inShort).join('\n')}\n${this.terminal.screen()}`,
    );
  }

  /** The texts of the server's log so far. */
  log(): readonly string[] {
    const lines = readFileSync(join(this.state, 'server.log'), 'utf8').trim().split('\n');
    return lines.map((line) => (JSON.parse(line) as { msg: string }).msg);
  }

  /** Keys until everything may be started: all selected, uploaded, authorized. */
  async makeReady(count: number): Promise<void> {
    const { terminal } = this;
    terminal.keys('a');
    await terminal.until(new RegExp(`\\b${count} selected`));
    terminal.keys('u');
    await terminal.until(new RegExp(`\\b${count} ready`), 30_000);
    await terminal.until(/NEXT .*press A to authorize/);
    terminal.keys('A');
    await terminal.until(/found no violations/);
    terminal.keys('y');
    await terminal.until(/MAY FLY[\s\S]*NEXT .*press s to start/);
  }

  async startShow(delayS: number): Promise<void> {
    const { terminal } = this;
    terminal.keys('s');
    await terminal.until(/Start the show \(/);
    terminal.type(String(delayS));
    await terminal.until(new RegExp(`delay: +${delayS}_`));
    terminal.keys('Enter');
    await terminal.until(/Start: is everybody clear of the drones\?/);
    terminal.keys('y');
    await terminal.until(/T-0?0:0\d/);
  }

  async quit(): Promise<void> {
    const { terminal } = this;
    terminal.keys('q');
    await terminal.until(/End the server\?/);
    terminal.keys('y');
    await terminal.until(() => terminal.ending() !== undefined);
  }

  async close(): Promise<void> {
    await this.sim.stop();
    this.terminal.close();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

function inShort({ id, ready, telemetry }: ListedDrone): string {
  const { armed, mode, last_task, led } = telemetry;
  return JSON.stringify({ id, ready, armed, mode, last_task, led });
}

/** One that is free now. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('a port was expected');
  return address.port;
}
