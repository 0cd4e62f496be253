/** A server of the panel's bench from outside: its terminal (a pty of `script`), its keys and its pictures. Knows no peers. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { monotonicMs, type PanelServerOptions, type PanelServerSays, type Watched } from './panel-watch.js';

const program = fileURLToPath(new URL('./panel-server.js', import.meta.url));

export type TerminalSize = { readonly columns: number; readonly rows: number };

/** One stretch of time: how the server did, and how long each key took until the first byte of its picture. */
export type Stretch = { readonly watched: Watched; readonly keyToPaintMs: readonly number[] };

type Pressed = { readonly untilByte: number; readonly atMs: number };

export class BenchedServer {
  readonly #child: ChildProcess;
  readonly #listener: Server;
  readonly #orders: Socket;
  readonly #said: PanelServerSays[] = [];
  #heard: (() => void) | undefined;
  #bytes = 0;
  #pressed: Pressed[] = [];
  #readAtMs: number[] = [];

  private constructor(child: ChildProcess, listener: Server, orders: Socket) {
    this.#child = child;
    this.#listener = listener;
    this.#orders = orders;
    child.stdout?.on('data', () => this.#readAtMs.push(monotonicMs()));
    createInterface(orders).on('line', (line) => {
      this.#said.push(JSON.parse(line) as PanelServerSays);
      this.#heard?.();
    });
  }

  /** `size`: of the terminal that the panel is on; undefined: there is no panel. */
  static async start(folder: string, size: TerminalSize | undefined): Promise<BenchedServer> {
    const socketPath = join(folder, size ? 'panel.socket' : 'headless.socket');
    const listener = createServer();
    listener.listen(socketPath);
    const stateFolder = join(folder, size ? 'panel' : 'headless');
    const options: PanelServerOptions = { stateFolder, isHeadless: size === undefined, socketPath };
    const env = {
      ...process.env,
      ...{ BENCH_OPTIONS: JSON.stringify(options), TERM: 'xterm-256color', LANG: 'C.UTF-8' },
    };
    const line = `stty cols ${size?.columns} rows ${size?.rows}; exec '${process.execPath}' '${program}'`;
    const [command, args] = size
      ? ['script', ['--quiet', '--return', '--command', line, '/dev/null']]
      : [process.execPath, [program]];
    const child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
    const failed = once(child, 'exit').then(([code]) => {
      throw new Error(`${command} has ended (${code}): the bench needs the Debian package bsdutils`);
    });
    failed.catch(() => undefined);
    const [orders] = (await Promise.race([once(listener, 'connection'), failed])) as [Socket];
    return new BenchedServer(child, listener, orders);
  }

  async dronePort(): Promise<number> {
    return (await this.#next((said) => ('dronePort' in said ? said : undefined))).dronePort;
  }

  /** Drones whose telemetry it has. */
  async seen(): Promise<number> {
    this.#orders.write('seen\n');
    return (await this.#next((said) => ('seen' in said ? said : undefined))).seen;
  }

  /** Presses `keys` one after the other, evenly over the time; none: nobody types. */
  async stretch(lastsMs: number, keys: readonly string[]): Promise<Stretch> {
    await rest(300);
    this.#pressed = [];
    this.#readAtMs = [];
    this.#orders.write('watch\n');
    if (keys.length === 0) await rest(lastsMs);
    for (const key of keys) {
      this.#press(key);
      await rest(lastsMs / keys.length);
    }
    this.#orders.write('tell\n');
    const { watched } = await this.#next((said) => ('watched' in said ? said : undefined));
    return { watched, keyToPaintMs: this.#keyToPaintMs(watched) };
  }

  /** Ends it and whatever it holds. */
  async end(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#orders.destroy();
    this.#listener.close();
    await ended;
  }

  #press(key: string): void {
    this.#bytes += Buffer.byteLength(key);
    this.#pressed.push({ untilByte: this.#bytes, atMs: monotonicMs() });
    this.#child.stdin?.write(key);
  }

  /**
   * The picture of a key is the first one that is painted after the server took it: what is read sooner belongs to an
   * older picture.
   */
  #keyToPaintMs({ taken, paintedAtMs }: Watched): number[] {
    return this.#pressed.flatMap(({ untilByte, atMs }) => {
      const takenMs = taken.find(([bytes]) => bytes >= untilByte)?.[1];
      const paintedMs = takenMs === undefined ? undefined : paintedAtMs.find((ms) => ms >= takenMs);
      const readMs = paintedMs === undefined ? undefined : this.#readAtMs.find((ms) => ms >= paintedMs);
      return readMs === undefined ? [] : [readMs - atMs];
    });
  }

  async #next<T>(fits: (said: PanelServerSays) => T | undefined): Promise<T> {
    for (;;) {
      for (const [index, said] of this.#said.entries()) {
        const fitting = fits(said);
        if (fitting === undefined) continue;
        this.#said.splice(index, 1);
        return fitting;
      }
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    }
  }
}

function rest(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
