/** Answers NTP by UDP from the server's clock. Knows sockets; what to answer, and how often, is decided elsewhere. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { DisconnectedError, errorCode, errorText } from '../../../errors.js';
import { formatHostPort } from '../../../host-port.js';
import type { Clock } from '../../clock.js';
import type { ClockState } from '../clock-state.js';
import { RateLimit, TokenBucket } from '../rate-limit.js';
import { answerNtp, isNtpRequest, rateKiss } from '../responder.js';

/**
 * Requests a second of all addresses together, unless the options say otherwise: 1000 drones that meet the server
 * within one second are served, and a flood costs no more than this beside the reading of its datagrams.
 */
const defaultMaxPerS = 8000;

/** A whole fleet may ask while this process is busy elsewhere; Linux gives less unless told to, room for 500 requests. */
const recvBufferSize = 1 << 20;

/** Answers that wait for the network; above it there is no use in adding more. */
const maxWaiting = 256;

/** Between two warnings of one kind, ms. */
const warningIntervalMs = 10_000;

export type NtpServerOptions = {
  readonly clock: Clock;
  /** Address to listen on: `0.0.0.0` for all of IPv4. */
  readonly host: string;
  /** UDP port; 0: any free one. */
  readonly port: number;
  /** Asked for every answer. */
  readonly state: () => ClockState;
  /** Told in a sentence what the operator should know; each kind at most every 10 s. */
  readonly onWarning: (text: string) => void;
  /** How many clients share an address (simulated drones, drones behind one router); default 1. */
  readonly clientsAt?: (address: string) => number;
  /** Requests a second of all addresses together; default 8000. */
  readonly maxPerS?: number;
};

/** How many datagrams came, and what became of them. */
export type NtpServerStats = {
  readonly answered: number;
  /** Answered with a kiss of death: came too often. */
  readonly kissed: number;
  /** Came too often and got nothing. */
  readonly silenced: number;
  /** No client's requests. */
  readonly ignored: number;
  /** Not looked at, or not sent: more than the server or its network can do. */
  readonly dropped: number;
};

export interface NtpServer {
  readonly port: number;
  /** As of now. */
  stats(): NtpServerStats;
  /** Answers nothing more; resolves when the port is free again. */
  close(): Promise<void>;
}

/**
 * Listens until closed.
 * @throws DisconnectedError when the port can not be had; its cause has the code (`EACCES`, `EADDRINUSE`).
 */
export async function startNtpServer(options: NtpServerOptions): Promise<NtpServer> {
  const { host, port } = options;
  const socket = createSocket({ type: host.includes(':') ? 'udp6' : 'udp4', recvBufferSize });
  const server = new UdpNtpServer(options, socket);
  try {
    const listening = once(socket, 'listening');
    socket.bind(port, host);
    await listening;
  } catch (error) {
    socket.close();
    throw new DisconnectedError(`NTP on UDP ${formatHostPort(host, port)}: ${whyNot(error)}`, {
      cause: error,
    });
  }
  server.opened();
  return server;
}

/** Where time is served: the port that every NTP client knows, and one that needs no privilege. */
export const ntpPorts: readonly number[] = [123, 12300];

/** One on some ports; `port` is the first of them. */
export type OpenNtpServer = Pick<NtpServer, 'port' | 'close'>;

/**
 * Listens on every port that can be had, and warns of those that can not. The first of them is the one to be told to others; who
 * was told the last one beforehand, as a chrony with a line in its file, finds it there whoever started the server.
 * @throws DisconnectedError when none can.
 */
export async function startOnAll(
  options: Omit<NtpServerOptions, 'port'>,
  ports: readonly number[] = ntpPorts,
): Promise<OpenNtpServer> {
  let failure = new DisconnectedError('NTP: no port to listen on was given');
  const servers: NtpServer[] = [];
  for (const port of ports) {
    try {
      servers.push(await startNtpServer({ ...options, port }));
    } catch (error) {
      if (!(error instanceof DisconnectedError)) {
        await closeAll(servers);
        throw error;
      }
      failure = error;
      options.onWarning(error.message);
    }
  }
  const [first] = servers;
  if (!first) throw failure;
  return { port: first.port, close: () => closeAll(servers) };
}

async function closeAll(servers: readonly NtpServer[]): Promise<void> {
  await Promise.all(servers.map((server) => server.close()));
}

function whyNot(error: unknown): string {
  const code = errorCode(error);
  if (code === 'EACCES')
    return 'not allowed: ports below 1024 need root or CAP_NET_BIND_SERVICE, or choose a higher one';
  if (code === 'EADDRINUSE')
    return 'the port is taken: another NTP server (chronyd?) or another Starling has it';
  if (code === 'EADDRNOTAVAIL') return 'this machine does not have the address: choose one of its own';
  return errorText(error);
}

class UdpNtpServer implements NtpServer {
  readonly #options: NtpServerOptions;
  readonly #socket: Socket;
  readonly #limit = new RateLimit();
  readonly #overall = new TokenBucket();
  readonly #warnedMs = new Map<string, number>();
  readonly #stats = { answered: 0, kissed: 0, silenced: 0, ignored: 0, dropped: 0 };
  #port = 0;
  #isClosed = false;

  constructor(options: NtpServerOptions, socket: Socket) {
    this.#options = options;
    this.#socket = socket;
    socket.on('message', (bytes, from) => this.#received(bytes, from, options.clock.utcMs()));
  }

  /** The socket listens: from now on its errors are its own, such as a network that went away. */
  opened(): void {
    this.#port = this.#socket.address().port;
    this.#socket.on('error', (error) => this.#warn('socket', `NTP: the socket failed: ${error.message}`));
  }

  get port(): number {
    return this.#port;
  }

  stats(): NtpServerStats {
    return { ...this.#stats };
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const closed = once(this.#socket, 'close');
    this.#socket.close();
    await closed;
  }

  #received(request: Uint8Array, from: RemoteInfo, receivedUtcMs: number): void {
    if (this.#isClosed) return;
    const nowMs = this.#options.clock.monotonicMs();
    const perS = this.#options.maxPerS ?? defaultMaxPerS;
    if (!this.#overall.take(nowMs, { burst: perS, perS }) || this.#socket.getSendQueueCount() > maxWaiting) {
      this.#stats.dropped += 1;
      this.#warn('flood', `NTP: more requests than can be answered; the last came from ${from.address}`);
      return;
    }
    // Port 0 can not be answered.
    if (from.port === 0 || !isNtpRequest(request)) {
      this.#stats.ignored += 1;
      return;
    }
    this.#judge(request, from, receivedUtcMs);
  }

  #judge(request: Uint8Array, from: RemoteInfo, receivedUtcMs: number): void {
    const { clock, state, clientsAt } = this.#options;
    const verdict = this.#limit.judge(from.address, clock.monotonicMs(), clientsAt?.(from.address));
    this.#stats[verdict] += 1;
    if (verdict === 'silenced') return;
    if (verdict === 'kissed') {
      this.#warn('abuse', `NTP: ${from.address} asks too often and was told so; it gets fewer answers`);
      this.#send(rateKiss(request, { receivedUtcMs, nowUtcMs: clock.utcMs() }), from);
      return;
    }
    const clockState = state();
    this.#send(answerNtp(request, clockState, { receivedUtcMs, nowUtcMs: clock.utcMs() }), from);
  }

  #send(answer: Uint8Array | undefined, { port, address }: RemoteInfo): void {
    if (!answer) return;
    this.#socket.send(answer, port, address, (error) => {
      if (!error || this.#isClosed) return;
      this.#stats.dropped += 1;
      this.#warn('send', `NTP: ${formatHostPort(address, port)} can not be answered: ${error.message}`);
    });
  }

  #warn(kind: string, text: string): void {
    const nowMs = this.#options.clock.monotonicMs();
    const lastMs = this.#warnedMs.get(kind);
    if (lastMs !== undefined && nowMs - lastMs < warningIntervalMs) return;
    this.#warnedMs.set(kind, nowMs);
    this.#options.onWarning(text);
  }
}
