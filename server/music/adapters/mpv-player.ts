/** Plays music by `mpv`, which is commanded over a socket of its own. Knows the program; no show. */
import { type ChildProcess, spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { StarlingError } from '../../../lib/errors.js';
import type { Clock } from '../../../lib/time/clock.js';
import type { MusicPlayer } from '../music-player.js';

export type MpvOptions = {
  readonly clock: Clock;
  readonly program: string;
  /** Where its socket is made; the folder is there. */
  readonly socketPath: string;
  /** More arguments, e.g. which sound device. */
  readonly args?: readonly string[];
  readonly onFailed: (reason: string) => void;
};

const startTimeoutMs = 5_000;
const loadTimeoutMs = 10_000;
const retryMs = 50;

type Reply = {
  readonly request_id?: number;
  readonly error?: string;
  readonly data?: unknown;
  readonly event?: string;
  readonly reason?: string;
};
type Waiting = { readonly resolve: (reply: Reply) => void };

/** @throws StarlingError `no_music` when the program does not start or does not listen. */
export async function startMpv(options: MpvOptions): Promise<MusicPlayer> {
  const { program, socketPath, args = [] } = options;
  const quiet = [
    '--no-config',
    '--no-terminal',
    '--no-video',
    '--idle=yes',
    '--pause',
    '--keep-open=yes',
    '--hr-seek=yes',
  ];
  const child = spawn(program, [...quiet, `--input-ipc-server=${socketPath}`, ...args], { stdio: 'ignore' });
  try {
    return new MpvPlayer(options, child, await connectSoon(options, child));
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

class MpvPlayer implements MusicPlayer {
  readonly name = 'mpv';
  readonly #options: MpvOptions;
  readonly #child: ChildProcess;
  readonly #socket: Socket;
  readonly #waiting = new Map<number, Waiting>();
  readonly #onEvent = new Set<(name: string) => void>();
  #requests = 0;
  /** Counts what was to be loaded: a later one, or a stop, takes the place of what is under way. */
  #turn = 0;
  #received = '';
  #isClosed = false;

  constructor(options: MpvOptions, child: ChildProcess, socket: Socket) {
    this.#options = options;
    this.#child = child;
    this.#socket = socket;
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => this.#take(text));
    socket.on('error', () => undefined);
    child.once('exit', (code, signal) => this.#ended(`mpv has ended (${signal ?? code})`));
  }

  async prepare(file: string, positionS: number): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    await this.#ask('set_property', 'pause', true);
    // What is in the sound device's buffer from before would sound first.
    await this.#ask('stop');
    this.#expectTurn(turn, file);
    const loaded = this.#event(['file-loaded', 'end-file']);
    await this.#ask('loadfile', file, 'replace');
    const end = await loaded;
    this.#expectTurn(turn, file);
    if (end !== 'file-loaded') throw new StarlingError('no_music', `mpv can not play ${file}`);
    if (positionS === 0) return;
    const there = this.#event(['playback-restart', 'end-file']);
    await this.#ask('seek', positionS, 'absolute+exact');
    if ((await there) !== 'playback-restart')
      throw new StarlingError('no_music', `mpv can not go to ${positionS.toFixed(1)} s of ${file}`);
  }

  play(): void {
    this.#tell('set_property', 'pause', false);
  }

  hold(): void {
    this.#tell('set_property', 'pause', true);
  }

  stop(): void {
    this.#turn += 1;
    this.#tell('stop');
  }

  /** @throws StarlingError when another one has come first */
  #expectTurn(turn: number, file: string): void {
    if (turn !== this.#turn) throw new StarlingError('no_music', `${file} gave way to what came after it`);
  }

  async positionS(): Promise<number | undefined> {
    const { data } = await this.#ask('get_property', 'time-pos');
    return typeof data === 'number' ? data : undefined;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const ended = new Promise<void>((resolve) => {
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) resolve();
      else this.#child.once('exit', () => resolve());
    });
    this.#child.kill('SIGTERM');
    const cancel = this.#options.clock.after(startTimeoutMs, () => this.#child.kill('SIGKILL'));
    await ended;
    cancel();
    this.#socket.destroy();
    await rm(this.#options.socketPath, { force: true });
  }

  #tell(...command: readonly unknown[]): void {
    this.#ask(...command).catch((error: unknown) => {
      if (!this.#isClosed) this.#options.onFailed(error instanceof Error ? error.message : String(error));
    });
  }

  #ask(...command: readonly unknown[]): Promise<Reply> {
    const id = ++this.#requests;
    const answered = new Promise<Reply>((resolve) => this.#waiting.set(id, { resolve }));
    this.#socket.write(`${JSON.stringify({ command, request_id: id })}\n`);
    return answered.then((reply) => {
      if (reply.error === 'success' || reply.error === 'property unavailable') return reply;
      throw new StarlingError('no_music', `mpv refused ${String(command[0])}: ${reply.error ?? 'no reason'}`);
    });
  }

  /** The first of these events that comes; `timeout` when none does in time. */
  #event(names: readonly string[]): Promise<string> {
    return new Promise((resolve) => {
      const take = (name: string) => {
        if (!names.includes(name)) return;
        cancel();
        this.#onEvent.delete(take);
        resolve(name);
      };
      const cancel = this.#options.clock.after(loadTimeoutMs, () => {
        this.#onEvent.delete(take);
        resolve('timeout');
      });
      this.#onEvent.add(take);
    });
  }

  #take(text: string): void {
    this.#received += text;
    const lines = this.#received.split('\n');
    this.#received = lines.pop() ?? '';
    for (const line of lines) this.#takeLine(line);
  }

  #takeLine(line: string): void {
    const reply = parse(line);
    // A file that another one takes the place of ends as well, and is no failure.
    const isNews = reply?.event !== 'end-file' || reply.reason === 'error';
    if (reply?.event !== undefined && isNews) for (const take of [...this.#onEvent]) take(reply.event);
    if (reply?.request_id === undefined || !this.#waiting.has(reply.request_id)) return;
    this.#waiting.get(reply.request_id)?.resolve(reply);
    this.#waiting.delete(reply.request_id);
  }

  #ended(reason: string): void {
    for (const { resolve } of this.#waiting.values()) resolve({ error: reason });
    this.#waiting.clear();
    for (const take of [...this.#onEvent]) take('end-file');
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#options.onFailed(reason);
  }
}

function parse(line: string): Reply | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Reply) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The program makes its socket a moment after it has started. */
function connectSoon({ clock, socketPath, program }: MpvOptions, child: ChildProcess): Promise<Socket> {
  const untilMs = clock.monotonicMs() + startTimeoutMs;
  return new Promise((resolve, reject) => {
    const fail = (reason: string) => reject(new StarlingError('no_music', `${program} ${reason}`));
    child.once('error', (error) => fail(`can not be started: ${error.message}`));
    child.once('exit', (code) => fail(`ended at once (${code})`));
    const attempt = () => {
      const socket = connect(socketPath);
      socket.once('connect', () => resolve(socket));
      socket.once('error', () => {
        if (clock.monotonicMs() > untilMs) fail('does not listen');
        else clock.after(retryMs, attempt);
      });
    };
    attempt();
  });
}
