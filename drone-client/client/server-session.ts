/**
 * Finds the server and keeps the connection to it: configured, given or discovered. Knows addresses and streams by
 * their ports; no sockets, no commands. What the drone flies does not depend on it.
 */
import type { Duplex } from 'node:stream';
import { errorText } from '../../lib/errors.js';
import type { ConnectionManager } from '../../lib/messaging/index.js';
import type { Cancel, Clock } from '../../lib/time/clock.js';
import type { Log } from './drone.js';

export type ServerAddress = { readonly host: string; readonly port: number };

/** An open stream to a server. */
export type OpenStream = {
  readonly stream: Duplex;
  readonly remoteAddress?: string;
  readonly remotePort?: number;
};

/** The session's way to the network. */
export interface Network {
  /** Rejects when the server can not be reached, or `signal` aborted; never hangs. */
  connect(address: ServerAddress, signal: AbortSignal): Promise<OpenStream>;
  /** Listens for servers that announce themselves; undefined when none did in time, or when `signal` aborted. */
  findServer(timeoutMs: number, signal: AbortSignal): Promise<ServerAddress | undefined>;
}

export type ServerSessionOptions = {
  readonly clock: Clock;
  readonly network: Network;
  readonly connection: ConnectionManager;
  /** Only this server, when it is given. */
  readonly fixedServer: ServerAddress | undefined;
  /** Tried before any search; undefined when nobody has configured one. */
  readonly configuredServer: () => ServerAddress | undefined;
  readonly isDiscovering: () => boolean;
  /** A server was found by its announcement: keep it. */
  readonly remember: (address: ServerAddress) => Promise<void>;
  /** A number 0…1, so that a fleet does not knock in step. */
  readonly random: () => number;
  readonly onConnecting: () => void;
  readonly log: Log;
};

/** The rules of the old clients: attempts at the configured server, then waits for an announcement. */
const attempts = 3;
const attemptPauseMs = 2000;
const waits = 4;
const waitMs = 4000;

const minBackoffMs = 200;
const maxBackoffMs = 5000;

/** A server that is started anew finds its drones there again within seconds, ms. */
const maxAbsentMs = 700;

/** A connection that lasted shorter than this counts as a refusal, ms. */
const shortLivedMs = 2000;

/** How long the last words to a server that is left have to leave, ms. */
const farewellMs = 50;

export class ServerSession {
  readonly #options: ServerSessionOptions;
  readonly #abort = new AbortController();
  readonly #timers = new Set<() => void>();
  #known: ServerAddress | undefined;
  #backoffMs = minBackoffMs;
  #stream: Duplex | undefined;
  /** Of the server that is spoken to. */
  #address: ServerAddress | undefined;
  /** One that is not obeyed: it is not called again while another is looked for. */
  #refused: ServerAddress | undefined;
  /** A server that was reached, and is to be served next. */
  #next: OpenStream | undefined;
  #isMoving = false;

  constructor(options: ServerSessionOptions) {
    this.#options = options;
  }

  /** Runs until `close`; never rejects. */
  async run(): Promise<void> {
    while (!this.#isClosed) {
      const opened = this.#takeNext() ?? (await this.#find());
      if (opened) await this.#serve(opened);
      else if (this.#options.fixedServer) await this.#backOff(maxAbsentMs);
    }
    this.#takeNext()?.stream.destroy();
  }

  #find(): Promise<OpenStream | undefined> {
    const { fixedServer } = this.#options;
    return fixedServer ? this.#tryOnce(fixedServer) : this.#search();
  }

  /** Drops the connection; the next one follows at once. */
  reconnect(): void {
    this.#backoffMs = minBackoffMs;
    this.#stream?.destroy();
  }

  /**
   * Leaves the present server for another one, once that one was reached; until then nothing changes. `farewell` is
   * called when it was. Only where servers are looked for.
   */
  async move(address: ServerAddress, farewell: () => void): Promise<void> {
    const { fixedServer, isDiscovering, log } = this.#options;
    if (this.#isMoving || !this.#stream || fixedServer || !isDiscovering()) return;
    this.#isMoving = true;
    const left = this.#stream;
    const opened = await this.#tryOnce(address);
    // One that is lost before it is used says so to nobody else.
    opened?.stream.on('error', () => undefined);
    if (opened && this.#stream === left && !this.#isClosed) {
      this.#next = opened;
      log('info', `leaving for the server at ${address.host}:${address.port}`);
      await this.#leave(farewell);
      await this.#remember(address);
    } else opened?.stream.destroy();
    this.#isMoving = false;
  }

  /** The present server is not obeyed: it is told so by `farewell`, and another one is looked for. */
  async refuse(farewell: () => void): Promise<void> {
    this.#refused = this.#address;
    this.#known = undefined;
    await this.#leave(farewell);
  }

  /** What was said last has to leave before the connection ends. */
  async #leave(farewell: () => void): Promise<void> {
    const stream = this.#stream;
    farewell();
    await this.#sleep(farewellMs);
    stream?.destroy();
  }

  #takeNext(): OpenStream | undefined {
    const next = this.#next;
    this.#next = undefined;
    return next;
  }

  close(): void {
    this.#abort.abort();
    for (const wake of [...this.#timers]) wake();
    this.#stream?.destroy();
  }

  get #isClosed(): boolean {
    return this.#abort.signal.aborted;
  }

  async #search(): Promise<OpenStream | undefined> {
    const { configuredServer, isDiscovering } = this.#options;
    for (let attempt = 0; attempt < attempts && !this.#isClosed; attempt += 1) {
      const address = this.#known ?? configuredServer();
      if (!address || isSame(address, this.#refused)) break;
      if (attempt > 0) await this.#sleep(attemptPauseMs);
      const opened = await this.#tryOnce(address);
      if (opened) return opened;
    }
    this.#known = undefined;
    if (!isDiscovering()) await this.#sleep(attemptPauseMs);
    for (let wait = 0; wait < waits && isDiscovering() && !this.#isClosed; wait += 1) {
      const found = await this.#discover();
      const opened = found && (await this.#tryOnce(found));
      if (opened) await this.#remember(found);
      if (opened) return opened;
    }
    this.#refused = undefined;
    return undefined;
  }

  async #discover(): Promise<ServerAddress | undefined> {
    const { network, log } = this.#options;
    try {
      const found = await network.findServer(waitMs, this.#abort.signal);
      if (!found) return undefined;
      log('info', `heard of a server at ${found.host}:${found.port}`);
      return found;
    } catch (error) {
      log('warn', `looking for servers: ${errorText(error)}`);
      await this.#sleep(waitMs);
      return undefined;
    }
  }

  /** Kept when it was reached, and has proven its key where the drone has one: an announcement alone proves little. */
  async #remember(address: ServerAddress): Promise<void> {
    try {
      await this.#options.remember(address);
    } catch (error) {
      this.#options.log('warn', `the server's address is not kept: ${errorText(error)}`);
    }
  }

  async #tryOnce(address: ServerAddress): Promise<OpenStream | undefined> {
    if (this.#isClosed) return undefined;
    try {
      const opened = await this.#options.network.connect(address, this.#abort.signal);
      this.#known = address;
      this.#address = address;
      return opened;
    } catch (error) {
      if (!this.#isClosed)
        this.#options.log('info', `server ${address.host}:${address.port} not reached: ${errorText(error)}`);
      return undefined;
    }
  }

  /** Uses a stream until it is lost. */
  async #serve(opened: OpenStream): Promise<void> {
    const { clock, connection, log, onConnecting } = this.#options;
    if (this.#isClosed) {
      opened.stream.destroy();
      return;
    }
    const sinceMs = clock.monotonicMs();
    this.#stream = opened.stream;
    onConnecting();
    const lost = lostReason(connection);
    connection.connect(opened.stream, opened);
    // It is the server that we chose to call: its files may be larger than a stranger's frames.
    connection.markIdentified();
    log('info', `connected to the server at ${opened.remoteAddress ?? 'an unknown address'}`);
    log('warn', `connection lost: ${await lost}`);
    this.#stream = undefined;
    if (this.#next) this.#backoffMs = minBackoffMs;
    else if (clock.monotonicMs() - sinceMs < shortLivedMs) await this.#backOff();
    else this.#backoffMs = minBackoffMs;
  }

  /** Longer each time, and by a random part. */
  async #backOff(maxMs = maxBackoffMs): Promise<void> {
    const waitingMs = Math.min(maxMs, this.#backoffMs) * (0.5 + this.#options.random());
    this.#backoffMs = Math.min(maxBackoffMs, this.#backoffMs * 2);
    await this.#sleep(waitingMs);
  }

  #sleep(forMs: number): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    return new Promise((resolve) => {
      let cancel: Cancel | undefined;
      const wake = () => {
        cancel?.();
        this.#timers.delete(wake);
        resolve();
      };
      this.#timers.add(wake);
      cancel = this.#options.clock.after(forMs, wake);
    });
  }
}

function isSame({ host, port }: ServerAddress, other: ServerAddress | undefined): boolean {
  return host === other?.host && port === other.port;
}

/** Resolves with the reason when the connection is lost next. */
function lostReason(connection: ConnectionManager): Promise<string> {
  return new Promise((resolve) => {
    const unsubscribe = connection.onEvent((event) => {
      if (event.type !== 'disconnected' && event.type !== 'closed') return;
      unsubscribe();
      resolve(event.reason);
    });
  });
}
