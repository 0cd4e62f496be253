/** Opens the connection of a room client: TCP, TLS with a token's key, and who it is. Knows sockets; no room. */
import type { Duplex } from 'node:stream';
import { CancelledError, DisconnectedError } from '../../../errors.js';
import { formatHostPort } from '../../../host-port.js';
import { tokenKeys } from '../../../security/access/token.js';
import { connectPsk, tlsReason } from '../../../security/adapters/tls-psk.js';
import { SystemClock } from '../../../time/adapters/system-clock.js';
import type { Clock } from '../../../time/clock.js';
import { connectTcp } from '../../adapters/tcp.js';
import { type Hello, libraryFeatures } from '../../connection/hello.js';
import { ConnectionManager } from '../../connection-manager.js';
import { Endpoint } from '../../endpoint.js';
import { chunksFeature } from '../../files/file-wire.js';
import { RoomClient, type RoomClientOptions } from '../room-client.js';

/** Of a server's `native` gateway unless told otherwise. */
export const defaultRoomsPort = 25_100;

const defaultTimeoutMs = 5000;

/** Lists of what a whole fleet's rooms hold are larger than other messages, bytes. */
const maxJsonBytes = 16 * 1024 * 1024;

/** How long a request may wait for its turn and its answer, ms: a lost link is noticed much earlier. */
const requestTimeoutMs = 60_000;

export type ConnectRoomsOptions = Omit<RoomClientOptions, 'connection' | 'endpoint' | 'clock'> & {
  readonly host: string;
  /** Default 25100. */
  readonly port?: number | undefined;
  /** What `starling access add` has printed. */
  readonly token: string;
  readonly clock?: Clock | undefined;
  /** To connect and enter, ms, each; default 5,000. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
};

/**
 * Connects to a server's rooms, as whom the token is of.
 * @example
 * const client = await connectRooms({ host: '192.168.1.10', token });
 * const show = await client.join('show');
 * for (const drone of show.members) console.log(drone.name, show.variablesOf(drone.id).get('battery'));
 * const answer = await show.command('/cue red');
 * const move = await client.receive('Move', { timeoutMs: 1000 });
 * @throws DisconnectedError when nobody serves there, or the token's key opens nothing; else as `RoomClient.enter`.
 */
export async function connectRooms(options: ConnectRoomsOptions): Promise<RoomClient> {
  const { clock = new SystemClock(), timeoutMs = defaultTimeoutMs } = options;
  const stream = await openSecure(options, timeoutMs);
  const endpoint = new Endpoint();
  const connection = new ConnectionManager({
    ...{ endpoint, clock, maxJsonBytes, requestTimeoutMs, hello },
    resendRequests: false,
    // Only telemetry is asked of a client.
    maxFileBytes: 1,
  });
  connection.connect(stream);
  connection.markIdentified();
  return RoomClient.enter({ ...options, connection, endpoint, clock, timeoutMs });
}

const hello: Hello = {
  protocol: 1,
  role: 'operator',
  id: 'rooms',
  software: 'starling',
  version: '1',
  features: libraryFeatures.filter((feature) => feature !== chunksFeature),
};

async function openSecure(
  { host, port = defaultRoomsPort, token, signal }: ConnectRoomsOptions,
  timeoutMs: number,
): Promise<Duplex> {
  const { identity, psk } = tokenKeys(token);
  const where = formatHostPort(host, port);
  let problem = `no server answers at ${where}`;
  try {
    const socket = await connectTcp({ host, port, timeoutMs, signal });
    problem = `the server at ${where} does not take this token (wrong or revoked), or serves no rooms there`;
    return await connectPsk(socket, { identity, psk: Buffer.from(psk, 'hex'), signal, timeoutMs });
  } catch (error) {
    if (signal?.aborted) throw new CancelledError('connect');
    // What the handshake says of itself is meant for drones.
    const cause = error instanceof DisconnectedError ? error.cause : error;
    throw new DisconnectedError(`${problem}: ${tlsReason(cause)}`, { cause });
  }
}
