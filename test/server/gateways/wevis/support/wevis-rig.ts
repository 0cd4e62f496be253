/** A gateway over real sockets with a hub behind it, and peers of it: our client, and bare sockets. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import {
  type ConnectWevisOptions,
  connectWevis,
  encodeWevisMessage,
  readWevisDefinitions,
  type WevisClient,
  WevisDecoder,
  type WevisFields,
  wevisProof,
} from '../../../../../lib/protocols/wevis/index.js';
import { SystemClock } from '../../../../../lib/time/adapters/system-clock.js';
import type { Clock } from '../../../../../lib/time/clock.js';
import { Switchboard } from '../../../../../server/gateways/switchboard.js';
import {
  startWevis,
  type WevisGatewayOptions,
} from '../../../../../server/gateways/wevis/adapters/wevis-gateway.js';
import type { HubEvent } from '../../../../../server/hub/hub-events.js';
import type { HubConfig } from '../../../../../server/hub/policies.js';

const path = fileURLToPath(new URL('../../../../../shows/fleet.wevis', import.meta.url));

export const fleetText = readFileSync(path, 'utf8');
export const fleetDefinitions = readWevisDefinitions(fleetText);

export type RigOptions = Partial<WevisGatewayOptions> & { readonly hub?: HubConfig };

export type Rig = Awaited<ReturnType<typeof startRig>>;

export async function startRig({ hub = {}, ...given }: RigOptions = {}) {
  const clock: Clock = given.clock ?? new SystemClock();
  const gateways = { wevis: { needsLogin: true, highestRole: 'operator' }, ...hub.gateways } as const;
  // Whoever shares a processor with other tests has longer turns: nobody is put off here for that.
  const board = new Switchboard(clock, { ...hub, gateways, shareMs: Number.POSITIVE_INFINITY });
  const events: HubEvent[] = [];
  board.hub.listen('test', (event) => events.push(event));
  const logged: string[] = [];
  const gateway = await startWevis({
    ...{ board, clock, host: '127.0.0.1', port: 0 },
    log: (level, text) => logged.push(`${level}: ${text}`),
    users: new Map([
      ['ann', { password: 'secret', role: 'operator' }],
      ['bob', { password: 'guess', role: 'viewer' }],
      ['bj\u00f6rn\u00e9', { password: 'p\u00e4ss', role: 'viewer' }],
    ]),
    definitions: { text: fleetText, path },
    ...given,
  });
  const clients: WevisClient[] = [];
  const peers: RawPeer[] = [];
  return {
    ...{ board, events, logged, gateway, hub: board.hub },
    async connect(user = 'ann', more: Partial<ConnectWevisOptions> = {}): Promise<WevisClient> {
      const password = { ann: 'secret', bob: 'guess' }[user] ?? 'p\u00e4ss';
      const definitions = fleetDefinitions;
      const at = { host: '127.0.0.1', port: gateway.port };
      const client = await connectWevis({ ...at, user, password, definitions, ...more });
      clients.push(client);
      return client;
    },
    async raw(): Promise<RawPeer> {
      const peer = new RawPeer(connect({ host: '127.0.0.1', port: gateway.port }));
      peers.push(peer);
      await peer.opened;
      return peer;
    },
    async close(): Promise<void> {
      for (const peer of peers) peer.socket.destroy();
      await Promise.all(clients.map((client) => client.close()));
      await gateway.close();
      board.close();
    },
  };
}

/** A peer in the hands of a test: says any bytes, answers nothing by itself. */
export class RawPeer {
  readonly opened: Promise<unknown>;
  readonly #decoder = new WevisDecoder(fleetDefinitions);
  readonly #messages: { readonly name: string; readonly fields: WevisFields }[] = [];
  #bytes = Buffer.alloc(0);
  #wake: () => void = () => undefined;
  isEnded = false;

  constructor(readonly socket: Socket) {
    this.opened = once(socket, 'connect');
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.isEnded = true;
      this.#wake();
    });
    socket.on('data', (bytes) => {
      this.#bytes = Buffer.concat([this.#bytes, bytes]);
      this.#decoder.push(bytes);
      for (let message = this.#decoder.next(); message; message = this.#decoder.next())
        this.#messages.push(message);
      this.#wake();
    });
  }

  /** Something came, or nothing will any more. */
  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  /** All that came. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  names(): string[] {
    return this.#messages.map(({ name }) => name);
  }

  fields(name: string): WevisFields[] {
    return this.#messages.filter((message) => message.name === name).map(({ fields }) => fields);
  }

  async heard(name: string, count = 1): Promise<WevisFields> {
    while (this.fields(name).length < count && !this.isEnded) await this.#more();
    const fields = this.fields(name)[count - 1];
    if (fields === undefined) throw new Error(`closed without ${name} after ${this.names().join(' ')}`);
    return fields;
  }

  async ended(): Promise<void> {
    while (!this.isEnded) await this.#more();
  }

  say(...frames: readonly (Uint8Array | string)[]): void {
    this.socket.write(
      Buffer.concat(
        frames.map((each) =>
          typeof each === 'string' ? Buffer.from(each.replaceAll(' ', ''), 'hex') : each,
        ),
      ),
    );
  }

  async login(user = 'ann', password = 'secret', version = '1.0'): Promise<void> {
    const { salt } = await this.heard('_welcome');
    this.say(frame('_login', { username: user, password: wevisProof(password, String(salt)), version }));
  }
}

export function frame(name: string, fields: WevisFields = {}): Uint8Array {
  return encodeWevisMessage(fleetDefinitions.named(name), fields);
}
