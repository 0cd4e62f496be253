/** The control port: a TCP listener, one session a connection, with bounds on how many. Knows no action. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { errorCode, errorText, RefusedError } from '../../../../lib/errors.js';
import { encodeTppError, tppCodes } from '../../../../lib/protocols/tpp/index.js';
import type { Clock } from '../../../../lib/time/clock.js';
import type { ServerFacade } from '../../../snapshot.js';
import { ControlSession } from '../control-session.js';
import { endWith } from '../last-words.js';
import { tokenCheck } from '../token-check.js';

/** At most one line a while about wrong tokens, ms. */
const badTokenPaceMs = 10_000;

export type ControlPortOptions = {
  readonly facade: ServerFacade;
  readonly clock: Clock;
  /** The token crosses it in clear: an address of this machine alone. */
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly token: string;
  /** Of this Starling, for `status`. */
  readonly version: string;
  /** How many connections are served at once (64); readers of telemetry may take half of them. */
  readonly maxConnections?: number;
  /** How long a request may take to arrive, ms (10 s). */
  readonly requestTimeoutMs?: number;
};

export interface ControlPort {
  readonly port: number;
  /** Listens no more, cuts every connection; resolves when that is done. */
  close(): Promise<void>;
}

/** @throws RefusedError when the port can not be opened (`port_in_use` when another program has it). */
export async function startControlPort(options: ControlPortOptions): Promise<ControlPort> {
  const { host, port } = options;
  const house = new OpenHouse(options);
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => house.admit(socket));
  server.maxConnections = house.maxSockets;
  try {
    const listening = once(server, 'listening');
    server.listen({ host, port });
    await listening;
  } catch (error) {
    throw cannotListen(error, host, port);
  }
  server.on('error', (error) => options.facade.log('error', `control port: ${error.message}`));
  return {
    port: (server.address() as AddressInfo).port,
    close: () => close(server, house),
  };
}

class OpenHouse {
  readonly #options: ControlPortOptions;
  readonly #isToken: (token: string) => boolean;
  readonly #maxConnections: number;
  readonly #sockets = new Set<Socket>();
  readonly #sessions = new Set<ControlSession>();
  #warnedMs = Number.NEGATIVE_INFINITY;

  constructor(options: ControlPortOptions) {
    this.#options = options;
    this.#isToken = tokenCheck(options.token);
    this.#maxConnections = options.maxConnections ?? 64;
  }

  /** Served ones, and as many again that are being told that the house is full. */
  get maxSockets(): number {
    return this.#maxConnections * 2;
  }

  admit(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    if (this.#sessions.size >= this.#maxConnections) this.#turnAway(socket);
    else this.#serve(socket);
  }

  cutAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #serve(socket: Socket): void {
    const { facade, clock, version, requestTimeoutMs = 10_000 } = this.#options;
    const session = new ControlSession({
      stream: socket,
      clock,
      context: { facade, version },
      isToken: this.#isToken,
      requestTimeoutMs,
      mayStream: () => this.#streams < Math.ceil(this.#maxConnections / 2),
      onBadToken: () => this.#warnOfBadToken(),
    });
    this.#sessions.add(session);
    socket.once('close', () => this.#sessions.delete(session));
  }

  get #streams(): number {
    return [...this.#sessions].filter(({ isStreaming }) => isStreaming).length;
  }

  #turnAway(socket: Socket): void {
    socket.on('error', () => socket.destroy());
    endWith(socket, encodeTppError(tppCodes.failed, 'too many connections'), this.#options.clock);
  }

  #warnOfBadToken(): void {
    const nowMs = this.#options.clock.monotonicMs();
    if (nowMs - this.#warnedMs < badTokenPaceMs) return;
    this.#warnedMs = nowMs;
    this.#options.facade.log('warning', 'control port: somebody called with a wrong token');
  }
}

async function close(server: Server, house: OpenHouse): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  house.cutAll();
  await closed;
}

function cannotListen(error: unknown, host: string, port: number): RefusedError {
  const code = errorCode(error) === 'EADDRINUSE' ? 'port_in_use' : 'no_control_port';
  return new RefusedError(code, `the control port ${host}:${port} can not be opened: ${errorText(error)}`, {
    cause: error,
  });
}
