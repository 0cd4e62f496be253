/** A Lacewing gateway on loopback with a hub of its own, clients of ours, and peers made of bytes alone. */
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { EventEmitter, once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach } from 'vitest';
import {
  type ConnectLacewingOptions,
  connectLacewing,
  type LacewingClient,
} from '../../../../../lib/protocols/lacewing/index.js';
import { SystemClock } from '../../../../../lib/time/adapters/system-clock.js';
import type { Gateway } from '../../../../../server/gateways/gateway.js';
import {
  type LacewingGatewayOptions,
  startLacewing,
} from '../../../../../server/gateways/lacewing/adapters/lacewing-gateway.js';
import { Switchboard } from '../../../../../server/gateways/switchboard.js';
import type { HubEvent } from '../../../../../server/hub/hub-events.js';
import type { HubConfig } from '../../../../../server/hub/policies.js';
import { hex } from '../../../../lib/protocols/lacewing/hex.js';

const stops: (() => unknown)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

export type Rig = {
  readonly board: Switchboard;
  readonly gateway: Gateway;
  readonly port: number;
  readonly events: HubEvent[];
  readonly log: string[];
  readonly client: (name?: string, options?: Partial<ConnectLacewingOptions>) => Promise<LacewingClient>;
  readonly raw: (from?: string) => Promise<RawClient>;
};

/** As the server has the gateway, unless a test says otherwise. */
const lacewingPolicy = { nameClash: 'folded' } as const;

export async function startRig(
  options: Partial<LacewingGatewayOptions> = {},
  config: HubConfig = {},
): Promise<Rig> {
  const clock = new SystemClock();
  const { lacewing } = config.gateways ?? {};
  const gateways = { ...config.gateways, lacewing: { ...lacewingPolicy, ...lacewing } };
  // Whoever shares a processor with other tests has longer turns: nobody is put off here for that.
  const board = new Switchboard(clock, { ...config, gateways, shareMs: Number.POSITIVE_INFINITY });
  const [events, log]: [HubEvent[], string[]] = [[], []];
  board.hub.listen('test', (event) => events.push(event));
  const welcome = config.motd === undefined ? { welcome: 'hello' } : {};
  const base = { board, clock, host: '127.0.0.1', port: 0, ...welcome };
  const gateway = await startLacewing({
    ...base,
    log: (level, text) => log.push(`${level} ${text}`),
    ...options,
  });
  stops.push(async () => {
    await gateway.close();
    board.close();
  });
  const { port } = gateway;
  return {
    ...{ board, gateway, port, events, log },
    client: async (name, more = {}) => {
      const client = await connectLacewing({ host: '127.0.0.1', port, timeoutMs: 4000, ...more });
      stops.push(() => client.close());
      if (name !== undefined) await client.setName(name);
      return client;
    },
    raw: (from) => RawClient.connect(port, from),
  };
}

/** A client of bytes: it shares no code with what it tests. */
export class RawClient {
  readonly socket: Socket;
  readonly #port: number;
  readonly #address: string;
  readonly #datagrams: string[] = [];
  #udp: UdpSocket | undefined;
  #bytes = Buffer.alloc(0);
  #isOver = false;
  readonly #news = new EventEmitter();

  private constructor(socket: Socket, port: number) {
    this.socket = socket;
    this.#port = port;
    this.#address = socket.localAddress ?? '';
    socket.on('data', (chunk: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk]);
      this.#news.emit('news');
    });
    socket.on('error', () => undefined);
    for (const event of ['end', 'close'])
      socket.on(event, () => {
        this.#isOver = true;
        this.#news.emit('news');
      });
    stops.push(() => socket.destroy());
  }

  static async connect(port: number, from = '127.0.0.1'): Promise<RawClient> {
    const socket = connect({ port, host: '127.0.0.1', localAddress: from, noDelay: true });
    await once(socket, 'connect');
    return new RawClient(socket, port);
  }

  send(bytes: string | Uint8Array): this {
    this.socket.write(typeof bytes === 'string' ? hex(bytes) : bytes);
    return this;
  }

  /** Fails unless exactly these bytes come next. */
  async expect(text: string): Promise<this> {
    const wanted = hex(text);
    const came = () => this.#bytes.subarray(0, wanted.length);
    await this.#when(
      () =>
        this.#bytes.length >= wanted.length || !wanted.subarray(0, this.#bytes.length).equals(this.#bytes),
      () => `${short(wanted)}; came ${short(this.#bytes)}`,
    );
    if (!came().equals(wanted)) throw new Error(`expected ${short(wanted)}, came ${short(this.#bytes)}`);
    this.#bytes = this.#bytes.subarray(wanted.length);
    return this;
  }

  /** All that comes until the server closes, in hex. */
  async rest(): Promise<string> {
    await this.#when(
      () => this.#isOver,
      () => `the end; came ${this.unread}`,
    );
    return this.#bytes.toString('hex');
  }

  /** What came and was not expected yet, in hex. */
  get unread(): string {
    return this.#bytes.toString('hex');
  }

  /** From a socket of its own, or from `by`. */
  async blast(bytes: string, by?: UdpSocket): Promise<this> {
    const socket = by ?? (await this.udp());
    await new Promise<void>((resolve, reject) => {
      socket.send(hex(bytes), this.#port, '127.0.0.1', (error) => (error ? reject(error) : resolve()));
    });
    return this;
  }

  async udp(): Promise<UdpSocket> {
    if (this.#udp === undefined) {
      this.#udp = await openUdp(this.#address);
      this.#udp.on('message', (bytes) => {
        this.#datagrams.push(bytes.toString('hex'));
        this.#news.emit('news');
      });
    }
    return this.#udp;
  }

  /** Fails unless exactly this datagram comes next. */
  async expectBlast(text: string): Promise<this> {
    await this.#when(
      () => this.#datagrams.length > 0,
      () => `the datagram ${text}`,
    );
    const came = this.#datagrams.shift();
    const wanted = hex(text).toString('hex');
    if (came !== wanted) throw new Error(`expected the datagram ${wanted}, came ${came}`);
    return this;
  }

  get unreadBlasts(): readonly string[] {
    return this.#datagrams;
  }

  async #when(isTrue: () => boolean, what: () => string): Promise<void> {
    while (!isTrue())
      await once(this.#news, 'news', { signal: AbortSignal.timeout(4000) }).catch((cause: unknown) => {
        throw new Error(`waited in vain for ${what()}`, { cause });
      });
  }
}

export async function openUdp(address: string): Promise<UdpSocket> {
  const socket = createSocket('udp4');
  socket.bind(0, address);
  await once(socket, 'listening');
  stops.push(() => socket.close());
  return socket;
}

/** In a line that people can read. */
function short(bytes: Buffer): string {
  return `${bytes.toString('hex', 0, 100)} (${bytes.length} bytes)`;
}

/** What a client is told in words. */
export function serverText(text: string): string {
  const bytes = Buffer.from(text);
  return `10 ${(bytes.length + 1).toString(16).padStart(2, '0')} 00 ${bytes.toString('hex')}`;
}

/** The greeting, Connect. */
export const hello = '00 | 00 0b 00 7265766973696f6e2033';
