/** A link that can be cut after any byte, or spoilt: everything from whoever dials to a port on loopback goes through. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export class CuttingProxy {
  /** Cuts every connection when so many bytes have gone towards the target; undefined: never. */
  cutAfterBytes: number | undefined;
  /** The same for what comes back from it. */
  cutReturnAfterBytes: number | undefined;
  /** Sees, and may change, what goes towards the target. */
  tap: (bytes: Buffer) => Buffer = (bytes) => bytes;
  /** Most bytes a ms towards the target; undefined: as they come. */
  bytesPerMs: number | undefined;
  /** Gone towards the target over all connections. */
  passedBytes = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
  }

  static async open(targetPort: number): Promise<CuttingProxy> {
    const server = createServer({ noDelay: true });
    const proxy = new CuttingProxy(server);
    server.on('connection', (near) => proxy.#join(near, connect({ port: targetPort, host: '127.0.0.1' })));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  close(): void {
    this.cut();
    this.#server.close();
  }

  #join(near: Socket, far: Socket): void {
    far.setNoDelay(true);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
    far.on('data', (bytes) => this.#return(near, far, bytes));
    near.on('data', (bytes) => this.#forward(near, far, bytes));
  }

  #return(near: Socket, far: Socket, bytes: Buffer): void {
    const room = this.cutReturnAfterBytes ?? Number.POSITIVE_INFINITY;
    const passed = bytes.subarray(0, Math.min(room, bytes.length));
    if (this.cutReturnAfterBytes !== undefined) this.cutReturnAfterBytes -= passed.length;
    near.write(passed);
    if (passed.length === bytes.length) return;
    near.end();
    far.destroy();
  }

  #forward(near: Socket, far: Socket, bytes: Buffer): void {
    const room = (this.cutAfterBytes ?? Number.POSITIVE_INFINITY) - this.passedBytes;
    const passed = bytes.subarray(0, Math.max(0, Math.min(room, bytes.length)));
    this.passedBytes += passed.length;
    far.write(this.tap(Buffer.from(passed)));
    if (passed.length < bytes.length) {
      far.end();
      near.destroy();
    } else if (this.bytesPerMs !== undefined) {
      near.pause();
      setTimeout(() => near.resume(), bytes.length / this.bytesPerMs);
    }
  }
}
