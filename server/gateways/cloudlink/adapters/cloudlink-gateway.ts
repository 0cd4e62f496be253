/** The port of CloudLink CL4 and of Scratch's cloud variables: WebSockets, plain or TLS. Knows no message. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { UsageError } from '../../../../lib/errors.js';
import { Snowflakes } from '../../../../lib/protocols/cloudlink/index.js';
import { type Cancel, type Clock, every } from '../../../../lib/time/clock.js';
import { listen } from '../../adapters/listen.js';
import type { Gateway, GatewayOptions } from '../../gateway.js';
import { Directory } from '../directory.js';
import { Encodings } from '../encodings.js';
import { LineBatch } from '../line-batch.js';
import { cloudlinkName, type ScratchBehaviour, type Shared } from '../visit.js';
import { Connection, turnAway } from './connection.js';

/** Larger messages close their connection with 1009. */
const maxMessageBytes = 2 ** 20;

/** How long a connection may take to become a WebSocket, ms. */
const upgradeMs = 10_000;

/** How often it is asked whether they are there, and how long each has to answer, ms. */
const pingMs = 20_000;

/** Sockets that are taken at least, and beyond the clients: to tell them that the server is full. */
const leastSockets = 2048;
const spareSockets = 64;

export type CloudlinkOptions = GatewayOptions & {
  /** For CL4's handshake. Default: the hub's for this gateway, where it has one. */
  readonly motd?: string;
  /** Connections at a time, above 0. Default: as many as the hub takes. */
  readonly maxClients?: number;
  /**
   * The header in which a proxy says where a client comes from. Believed of whoever sends it: to be given only where the
   * proxy alone can reach this port, and sets the header itself.
   */
  readonly realIpHeader?: string;
  /** CL4: a private message to a username that several have reaches none of them. Default: true. */
  readonly warnIfMultipleUsernameMatches?: boolean;
  /** By whose rules Scratch's cloud variables are served: TurboWarp's (`strict`, the default) or Python's CloudLink's. */
  readonly scratch?: ScratchBehaviour;
  /** Whether Scratch clients must send a User-Agent header; browsers always do. Default: false. */
  readonly needsUserAgent?: boolean;
};

/**
 * @throws UsageError about a certificate or a number of clients that can not be; RefusedError `no_gateway` when the port
 * can not be opened.
 */
export async function startCloudlink(options: CloudlinkOptions): Promise<Gateway> {
  checkOptions(options);
  const { host, port, tls, log, clock } = options;
  const house = new House(options);
  const { server, admit } = upgradeServer(clock, (socket, request) => house.admit(socket, request));
  const maxSockets = Math.max(leastSockets, (options.maxClients ?? 0) + spareSockets);
  const place = { host, port, log, maxSockets, ...(tls !== undefined && { tls }) };
  const listener = await listen({ ...place, name: cloudlinkName, onSocket: admit });
  const stopPinging = every(clock, pingMs, () => house.beat());
  return {
    name: cloudlinkName,
    port: listener.port,
    close: async () => {
      stopPinging();
      house.cutAll();
      server.close();
      await listener.close();
    },
  };
}

/** Source: RFC 9110, section 5.6.2, a token. */
const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** @throws UsageError */
function checkOptions({ maxClients = 1, tls, realIpHeader }: CloudlinkOptions): void {
  if (!Number.isInteger(maxClients) || maxClients < 1)
    throw new UsageError(
      `gateway ${cloudlinkName}: ${maxClients} clients at most can not be: a number above 0`,
    );
  if (realIpHeader !== undefined && !headerName.test(realIpHeader))
    throw new UsageError(
      `gateway ${cloudlinkName}: "${realIpHeader}" can not be a header's name: write for example X-Real-IP`,
    );
  if (tls !== undefined && (tls.cert.trim() === '' || tls.key.trim() === ''))
    throw new UsageError(`gateway ${cloudlinkName}: TLS needs a certificate and its key: one is empty`);
}

/** Any path, query and origin; no subprotocol. What is no WebSocket is told so, what is slow to become one is cut. */
function upgradeServer(clock: Clock, onUpgraded: (socket: WebSocket, request: IncomingMessage) => void) {
  const webSockets = new WebSocketServer({
    ...{ noServer: true, clientTracking: false, maxPayload: maxMessageBytes, perMessageDeflate: false },
    handleProtocols: () => false,
  });
  const deadlines = new WeakMap<Duplex, Cancel>();
  const server: Server = createServer((_request, response) => {
    response.writeHead(426, { Connection: 'close', 'Content-Type': 'text/plain' });
    response.end('This port takes WebSockets alone.\n');
  });
  server.on('upgrade', (request, socket, head) => {
    deadlines.get(socket)?.();
    webSockets.handleUpgrade(request, socket, head, (webSocket) => onUpgraded(webSocket, request));
  });
  server.on('clientError', (_error, socket) => socket.destroy());
  const admit = (socket: Socket): void => {
    const cancel = clock.after(upgradeMs, () => socket.destroy());
    deadlines.set(socket, cancel);
    socket.once('close', cancel);
    server.emit('connection', socket);
  };
  return { server, admit };
}

class House {
  readonly #options: CloudlinkOptions;
  readonly #shared: Shared;
  readonly #snowflakes = new Snowflakes();
  readonly #connections = new Set<Connection>();

  constructor(options: CloudlinkOptions) {
    const { board, clock, motd, warnIfMultipleUsernameMatches = true } = options;
    const { scratch = 'strict', needsUserAgent = false } = options;
    this.#options = options;
    this.#shared = {
      ...{ clock, hub: board.hub },
      ...{ directory: new Directory(), encodings: new Encodings(), batch: new LineBatch(clock) },
      settings: { motd, warnIfMultipleUsernameMatches, scratch, needsUserAgent },
    };
  }

  admit(socket: WebSocket, request: IncomingMessage): void {
    const { board, clock, maxClients = Number.POSITIVE_INFINITY } = this.#options;
    if (this.#connections.size >= maxClients) {
      turnAway(socket);
      return;
    }
    const connection = new Connection({
      ...{ socket, board, shared: this.#shared },
      handles: { snowflake: this.#snowflakes.next(clock.utcMs()), uuid: randomUUID() },
      address: this.#addressOf(request),
      bringsLogin: bringsLogin(request),
      userAgent: request.headers['user-agent'],
      onEnd: () => this.#connections.delete(connection),
    });
    this.#connections.add(connection);
    connection.enter();
  }

  beat(): void {
    const nowMs = this.#options.clock.monotonicMs();
    for (const connection of this.#connections) connection.beat(nowMs);
  }

  cutAll(): void {
    for (const connection of this.#connections) connection.cut('the gateway closes');
  }

  #addressOf({ headers, socket }: IncomingMessage): string {
    const { realIpHeader } = this.#options;
    const said = realIpHeader === undefined ? undefined : headers[realIpHeader.toLowerCase()];
    const address = Array.isArray(said) ? said.join(', ') : said;
    return address ?? socket.remoteAddress ?? '';
  }
}

/** Whether the client's login at Scratch came along: as a cookie, or as a header of its own. */
function bringsLogin({ headers }: IncomingMessage): boolean {
  const name = 'scratchsessionsid';
  return headers[name] !== undefined || (headers.cookie ?? '').includes(`${name}=`);
}
