/** One server in a process of its own: a gateway over the hub, or the bare thing it stands on; and its memory. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { WebSocket, WebSocketServer } from 'ws';
import { SystemClock } from '../../../lib/time/adapters/system-clock.js';
import { startCloudlink } from '../../../server/gateways/cloudlink/adapters/cloudlink-gateway.js';
import { startLacewing } from '../../../server/gateways/lacewing/adapters/lacewing-gateway.js';
import { startNative } from '../../../server/gateways/native/adapters/native-gateway.js';
import { Switchboard } from '../../../server/gateways/switchboard.js';
import { startWevis } from '../../../server/gateways/wevis/adapters/wevis-gateway.js';
import { gatekeeperOf } from '../../server/gateways/control/support/gatekeeper-of.js';
import { benchToken, type Kind, type ServeOptions } from './kinds.js';

/** Far more than the bench sends: its limits are not what is measured. */
const noLimits = {
  maxMembers: 10_000,
  maxPerAddress: 10_000,
  messages: { burst: 1e9, perS: 1e9 },
  bytes: { burst: 1e12, perS: 1e12 },
  identifyMs: 120_000,
  loginMs: 120_000,
};

const definitionsUrl = new URL('../../../../shows/fleet.wevis', import.meta.url);

const clock = new SystemClock();

function openBoard(): Switchboard {
  return new Switchboard(clock, {
    limits: noLimits,
    gateways: {
      wevis: { needsLogin: true, highestRole: 'operator' },
      native: { needsLogin: true, highestRole: 'operator' },
      lacewing: { nameClash: 'folded' },
    },
  });
}

const starters: Readonly<Record<Kind, () => Promise<number>>> = {
  ws: async () => {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
    server.on('connection', (socket) =>
      socket.on('message', (data, isBinary) => {
        for (const client of server.clients)
          if (client.readyState === WebSocket.OPEN) client.send(data, { binary: isBinary });
      }),
    );
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  },
  tcp: async () => {
    const sockets = new Set<Socket>();
    const server = createServer({ noDelay: true }, (socket) => {
      sockets.add(socket);
      socket.on('data', () => undefined);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return (server.address() as AddressInfo).port;
  },
  cloudlink: async () => (await startCloudlink({ ...common(), scratch: 'strict', maxClients: 10_000 })).port,
  // By CloudLink's rules: TurboWarp's put many changes into one message.
  scratch: async () => (await startCloudlink({ ...common(), scratch: 'cloudlink', maxClients: 10_000 })).port,
  wevis: async () =>
    (
      await startWevis({
        ...common(),
        users: new Map([['bench', { password: 'bench', role: 'viewer' as const }]]),
        perUserLimit: 10_000,
        definitions: { text: readFileSync(definitionsUrl, 'utf8'), path: 'fleet.wevis' },
      })
    ).port,
  native: async () => (await startNative({ ...common(), gatekeeper: gatekeeperOf(benchToken) })).port,
  lacewing: async () => (await startLacewing({ ...common(), maxUsers: 10_000 })).port,
};

function common() {
  const log = (level: string, text: string): void => {
    if (level === 'error') console.error(text);
  };
  return { board: openBoard(), clock, log, host: '127.0.0.1', port: 0 };
}

/** Tells its port, then its memory whenever it is asked. */
export async function serve({ kind }: ServeOptions): Promise<void> {
  const port = await starters[kind]();
  process.on('message', () => void tellMemory());
  process.send?.({ port });
}

/** After what is no longer needed is gone: bytes of the heap and of buffers. */
async function tellMemory(): Promise<void> {
  for (let round = 0; round < 5; round++) {
    await turn();
    globalThis.gc?.();
  }
  const { heapUsed, external } = process.memoryUsage();
  process.send?.({ bytes: heapUsed + external });
}
