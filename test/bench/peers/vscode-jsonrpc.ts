/** The JSON-RPC library of the language servers, over the same sockets. */
import type { Socket } from 'node:net';
import {
  createMessageConnection,
  type MessageConnection,
  SocketMessageReader,
  SocketMessageWriter,
} from 'vscode-jsonrpc/node';
import { at, type Peer, type Rig, socketPairs, telemetry } from './peer.js';

export const vscodeJsonRpc: Peer = {
  name: 'vscode-jsonrpc',
  async open(connections) {
    const rig = new JsonRpcRig();
    for (const [near, far] of await socketPairs(connections)) rig.join(near, far);
    return rig;
  },
};

class JsonRpcRig implements Rig {
  readonly #clients: MessageConnection[] = [];
  readonly #servers: MessageConnection[] = [];
  readonly #sockets: Socket[] = [];
  #onFile: (bytes: number) => void = () => undefined;
  received = 0;

  join(near: Socket, far: Socket): void {
    const client = createMessageConnection(new SocketMessageReader(near), new SocketMessageWriter(near));
    const server = createMessageConnection(new SocketMessageReader(far), new SocketMessageWriter(far));
    server.onRequest('echo', (value: unknown) => value);
    server.onNotification('telemetry', () => {
      this.received += 1;
    });
    server.onNotification('file', (content: string) => this.#onFile(Buffer.from(content, 'base64').length));
    client.listen();
    server.listen();
    this.#clients.push(client);
    this.#servers.push(server);
    this.#sockets.push(near, far);
  }

  roundTrip(connection: number, n: number): Promise<unknown> {
    return at(this.#clients, connection).sendRequest('echo', { value: telemetry(n) });
  }

  send(connection: number, n: number): void {
    void at(this.#clients, connection).sendNotification('telemetry', { value: telemetry(n) });
  }

  /** As base64: its messages are JSON alone. */
  async transfer(content: Buffer): Promise<void> {
    const arrived = new Promise<number>((resolve) => {
      this.#onFile = resolve;
    });
    await at(this.#clients, 0).sendNotification('file', content.toString('base64'));
    if ((await arrived) !== content.length) throw new Error('bytes were lost');
  }

  close(): void {
    for (const connection of [...this.#clients, ...this.#servers]) connection.dispose();
    for (const socket of this.#sockets) socket.destroy();
  }
}
