/** Opens the TCP or TLS port of a gateway: bounds on sockets, errors that name port and reason. Knows no protocol. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createSecureContext, createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { errorCode, errorText, RefusedError, UsageError } from '../../../lib/errors.js';
import { formatHostPort } from '../../../lib/host-port.js';
import type { Certificate, GatewayOptions } from '../gateway.js';

/** How long a TLS handshake may take, ms. */
const handshakeMs = 10_000;

export type ListenOptions = Pick<GatewayOptions, 'host' | 'port' | 'tls' | 'log'> & {
  /** Of the gateway, for errors and the log. */
  readonly name: string;
  /** Sockets beyond this are closed at once. Default: 2048. */
  readonly maxSockets?: number;
  readonly onSocket: (socket: Socket | TLSSocket) => void;
};

export interface Listener {
  readonly port: number;
  /** Cuts every connection too. */
  close(): Promise<void>;
}

/** @throws RefusedError `no_gateway` that names the gateway, its port and the reason. */
export async function listen(options: ListenOptions): Promise<Listener> {
  const { name, host, port, log, tls } = options;
  const sockets = new Set<Socket>();
  const server = tls === undefined ? plainServer(options) : tlsServer(options, tls);
  server.maxConnections = options.maxSockets ?? 2048;
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  });
  try {
    const listening = once(server, 'listening');
    server.listen({ host, port });
    await listening;
  } catch (error) {
    throw cannotOpen(name, formatHostPort(host, port), error);
  }
  server.on('error', (error) => log('error', `${name}: ${error.message}`));
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Of any port of a gateway. */
export function cannotOpen(name: string, where: string, error: unknown): RefusedError {
  const reasons: Record<string, string> = {
    EADDRINUSE: 'another program has that port: end it, or choose another port',
    EADDRNOTAVAIL: 'that is no address of this machine: choose another',
    EACCES: 'ports below 1024 need privileges: choose another',
  };
  const why = reasons[errorCode(error)] ?? errorText(error);
  return new RefusedError('no_gateway', `gateway ${name} can not be opened at ${where}: ${why}`, {
    cause: error,
  });
}

/** @throws UsageError when the certificate and the key can not be used. */
function checkCertificate(name: string, tls: Certificate): void {
  try {
    createSecureContext(tls);
  } catch (error) {
    throw new UsageError(`gateway ${name}: its certificate or key can not be used: ${errorText(error)}`);
  }
}

function plainServer({ onSocket }: ListenOptions): Server {
  return createServer({ noDelay: true }, onSocket);
}

function tlsServer({ name, onSocket }: ListenOptions, tls: Certificate): Server {
  checkCertificate(name, tls);
  const options = { ...tls, noDelay: true, handshakeTimeout: handshakeMs };
  const server = createTlsServer(options, (socket) => {
    socket.on('error', () => socket.destroy());
    onSocket(socket);
  });
  // Whoever speaks no TLS is closed by Node; there is nobody to tell.
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  return server;
}
