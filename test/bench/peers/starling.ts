/** Our own connections under measurement, as a program uses them: with hello and heartbeat. */
import {
  ConnectionManager,
  Endpoint,
  type Hello,
  type Json,
  type Kwargs,
  libraryFeatures,
} from '../../../lib/messaging/index.js';
import { SystemClock } from '../../../lib/time/adapters/system-clock.js';
import { at, type Peer, type Rig, socketPairs, telemetry } from './peer.js';

export const starling: Peer = {
  name: 'starling',
  async open(connections) {
    const rig = new StarlingRig();
    for (const [near, far] of await socketPairs(connections)) rig.join(near, far);
    return rig;
  },
};

class StarlingRig implements Rig {
  readonly #clock = new SystemClock();
  readonly #clientSide = new Endpoint();
  readonly #serverSide = new Endpoint();
  readonly #clients: ConnectionManager[] = [];
  readonly #servers: ConnectionManager[] = [];
  #received = 0;
  #onFile: (bytes: number) => void = () => undefined;

  constructor() {
    this.#serverSide.requestCallback('echo', (_connection, kwargs) => kwargs);
    this.#serverSide.messageCallback('telemetry', () => {
      this.#received += 1;
    });
    this.#serverSide.fileCallback((_connection, _path, content) => this.#onFile(content.length));
  }

  join(near: Parameters<ConnectionManager['connect']>[0], far: typeof near): void {
    const client = new ConnectionManager({
      endpoint: this.#clientSide,
      clock: this.#clock,
      hello: hello('drone'),
    });
    const server = new ConnectionManager({
      endpoint: this.#serverSide,
      clock: this.#clock,
      hello: hello('server'),
    });
    client.connect(near);
    server.connect(far);
    server.markIdentified();
    this.#clients.push(client);
    this.#servers.push(server);
  }

  get received(): number {
    return this.#received;
  }

  roundTrip(connection: number, n: number): Promise<Json> {
    return at(this.#clients, connection).getResponse('echo', { kwargs: kwargsOf(n) });
  }

  /** In the control lane: in the lane for telemetry most would be replaced by newer ones and never sent. */
  send(connection: number, n: number): void {
    at(this.#clients, connection).sendMessage('telemetry', { kwargs: kwargsOf(n) });
  }

  async transfer(content: Buffer): Promise<void> {
    const arrived = new Promise<number>((resolve) => {
      this.#onFile = resolve;
    });
    await at(this.#clients, 0).sendFile('buffer', content);
    if ((await arrived) !== content.length) throw new Error('bytes were lost');
  }

  close(): void {
    for (const connection of [...this.#clients, ...this.#servers]) connection.close();
  }
}

function hello(role: Hello['role']): Hello {
  // Files as one frame, as the other peers send them: files in chunks have a benchmark of their own.
  const features = libraryFeatures.filter((feature) => feature !== 'chunks');
  return { protocol: 1, role, id: role, software: 'starling', version: '0', features };
}

function kwargsOf(n: number): Kwargs {
  return { value: telemetry(n) as Kwargs };
}
