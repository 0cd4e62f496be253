/** A TCP proxy whose bytes can be held back, as a link does that has lost everything and waits to send it again. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export class HeldLink {
  readonly #server: Server;
  readonly #near = new Set<Socket>();
  readonly #far = new Set<Socket>();
  /** Server's sides of connections whose drones are gone: the server has not noticed. */
  readonly #left = new Set<Socket>();
  #isHeld = false;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async open(port: number): Promise<HeldLink> {
    const server = createServer({ noDelay: true });
    const link = new HeldLink(server);
    server.on('connection', (near) => link.#join(near, connect({ port, host: '127.0.0.1', noDelay: true })));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return link;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Nothing passes, and what comes waits. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    for (const socket of [...this.#near, ...this.#far]) isHeld ? socket.pause() : socket.resume();
  }

  /** The server sees its connections end; the drones see nothing, and get nothing. */
  cutFromServer(): void {
    this.hold(true);
    for (const far of this.#far) far.destroy();
  }

  /** The drones see their connections end and may connect anew; the server sees nothing, and gets nothing. */
  cutFromDrones(): void {
    for (const far of this.#far) this.#left.add(far);
    for (const near of this.#near) near.destroy();
  }

  close(): void {
    for (const socket of [...this.#near, ...this.#far]) socket.destroy();
    this.#server.close();
  }

  #join(near: Socket, far: Socket): void {
    this.#near.add(near);
    this.#far.add(far);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('error', () => undefined);
      from.on('data', (bytes) => to.write(bytes));
      from.on('close', () => {
        for (const known of [this.#near, this.#far, this.#left]) known.delete(from);
        if (!this.#isHeld && !this.#left.has(to)) to.destroy();
      });
      if (this.#isHeld) from.pause();
    }
  }
}
