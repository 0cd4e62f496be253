/** TCP sockets for connections: dialling out, and a door that strangers can not crowd. Knows sockets; no frames. */
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setKeepalive } from './keepalive.js';

/** Connections of one address that have not said who they are. Source: the protocol's table of bad input. */
const defaultMaxUnidentified = 100;

/** How long the last bytes of open connections may take when a listener closes, ms. */
const closeGraceMs = 500;

export type ConnectTcpOptions = {
  readonly host: string;
  readonly port: number;
  readonly timeoutMs: number;
  /** The own address to dial from; simulated drones have one each. */
  readonly localAddress?: string | undefined;
  readonly signal?: AbortSignal | undefined;
};

/**
 * A connected socket without delay and with keepalive.
 * @throws the system's error (`ECONNREFUSED`…), `ETIMEDOUT` after `timeoutMs`, or the signal's reason.
 */
export function connectTcp(options: ConnectTcpOptions): Promise<Socket> {
  const { host, port, timeoutMs, localAddress, signal } = options;
  return new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port,
      noDelay: true,
      ...(localAddress !== undefined && { localAddress }),
    });
    const timer = setTimeout(() => fail(timeoutError(host, port, timeoutMs)), timeoutMs);
    const onAbort = () => fail(signal?.reason);
    const release = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      socket.off('error', fail);
    };
    function fail(error: unknown): void {
      release();
      socket.on('error', () => undefined);
      socket.destroy();
      reject(error);
    }
    socket.on('error', fail);
    socket.once('connect', () => {
      release();
      setKeepalive(socket);
      resolve(socket);
    });
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) onAbort();
  });
}

function timeoutError(host: string, port: number, timeoutMs: number): Error {
  return Object.assign(new Error(`no connection to ${host}:${port} within ${timeoutMs} ms`), {
    code: 'ETIMEDOUT',
  });
}

/** A connection that came in. `identified` must be called when its peer has said who it is. */
export type AcceptedConnection = {
  readonly stream: Socket;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly identified: () => void;
};

export type ListenTcpOptions = {
  readonly host?: string | undefined;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly onConnection: (connection: AcceptedConnection) => void;
  /** Told of connections that were turned away, and of errors of the listening socket. */
  readonly onWarning?: ((text: string) => void) | undefined;
  readonly maxUnidentified?: number | undefined;
};

export type TcpListener = {
  readonly address: string;
  readonly port: number;
  /** Stops listening; connections still open get a moment for their last bytes. Resolves when all are gone. */
  close(): Promise<void>;
};

/**
 * Listens, and hands over sockets without delay and with keepalive.
 * @throws the system's error, e.g. `EADDRINUSE`.
 */
export function listenTcp(options: ListenTcpOptions): Promise<TcpListener> {
  const { host, port, onWarning } = options;
  const door = new Door(options);
  const server = createServer({ noDelay: true }, (socket) => door.admit(socket));
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      server.on('error', (error) => onWarning?.(`listening: ${error.message}`));
      const address = server.address();
      if (typeof address !== 'object' || address === null) reject(new Error('not a TCP listener'));
      else resolve({ address: address.address, port: address.port, close: () => door.close(server) });
    });
  });
}

/** Counts the strangers of each address and turns away those that are too many. */
class Door {
  readonly #options: ListenTcpOptions;
  readonly #sockets = new Set<Socket>();
  readonly #strangers = new Map<string, number>();

  constructor(options: ListenTcpOptions) {
    this.#options = options;
  }

  admit(socket: Socket): void {
    const { onConnection, onWarning, maxUnidentified = defaultMaxUnidentified } = this.#options;
    const { remoteAddress, remotePort } = socket;
    // Whoever takes the socket over hears its errors too; until then they must not end the program.
    socket.on('error', () => undefined);
    if (remoteAddress === undefined || remotePort === undefined) {
      socket.destroy();
      return;
    }
    if ((this.#strangers.get(remoteAddress) ?? 0) >= maxUnidentified) {
      onWarning?.(`${remoteAddress}: turned away: ${maxUnidentified} connections have not said who they are`);
      socket.destroy();
      return;
    }
    setKeepalive(socket);
    const identified = this.#countStranger(remoteAddress);
    this.#sockets.add(socket);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      identified();
    });
    onConnection({ stream: socket, remoteAddress, remotePort, identified });
  }

  close(server: Server): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        for (const socket of this.#sockets) socket.destroy();
      }, closeGraceMs);
      server.close(() => {
        clearTimeout(timer);
        resolve();
      });
      for (const socket of this.#sockets) socket.destroySoon();
    });
  }

  /** The returned function takes the count back, once. */
  #countStranger(address: string): () => void {
    this.#strangers.set(address, (this.#strangers.get(address) ?? 0) + 1);
    let isCounted = true;
    return () => {
      if (!isCounted) return;
      isCounted = false;
      const left = (this.#strangers.get(address) ?? 1) - 1;
      if (left > 0) this.#strangers.set(address, left);
      else this.#strangers.delete(address);
    };
  }
}
