/** A TCP link and who listens at its other end. */
import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { openTcpLink } from '../../../drone-client/vehicle/adapters/tcp-link.js';
import { drive, type LinkRig, type RigOptions } from './link-contract.js';

const host = '127.0.0.1';

/** Listens, holds the newest connection, and can go away and come back on the same port. */
export class TcpPeer {
  #server: Server | undefined;
  #sockets: Socket[] = [];
  #chunks: Buffer[] = [];
  connections = 0;
  isStalled = false;
  port = 0;

  async listen(): Promise<void> {
    this.#chunks = [];
    const server = createServer((socket) => {
      this.connections += 1;
      this.#sockets.push(socket);
      socket.on('error', () => undefined);
      if (this.isStalled) return;
      socket.on('data', (bytes) => this.#chunks.push(bytes));
    });
    server.listen(this.port, host);
    await once(server, 'listening');
    this.#server = server;
    const address = server.address();
    this.port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  }

  get socket(): Socket | undefined {
    return this.#sockets.at(-1);
  }

  heard(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  async vanish(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    const closed = once(server, 'close');
    server.close();
    for (const socket of this.#sockets.splice(0)) socket.destroy();
    await closed;
  }
}

export async function tcpRig({ clock, onReport }: RigOptions): Promise<LinkRig & { peer: TcpPeer }> {
  const peer = new TcpPeer();
  await peer.listen();
  let isOpen = false;
  const link = openTcpLink({
    host,
    port: peer.port,
    clock,
    onReport: (report) => {
      isOpen = true;
      onReport(report);
    },
  });
  await drive(clock, () => isOpen && peer.connections === 1, 'the connection');
  return {
    peer,
    link,
    say: (bytes) => peer.socket?.write(Uint8Array.from(bytes)),
    heard: () => peer.heard(),
    vanish: () => peer.vanish(),
    comeBack: () => peer.listen(),
    stall: () => peer.socket?.pause(),
    resume: () => peer.socket?.resume(),
    end: async () => {
      await link.close();
      await peer.vanish();
    },
  };
}
