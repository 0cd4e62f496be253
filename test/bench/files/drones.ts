/** Drones as a process: each takes files in chunks, verifies them, and obeys `land`, by connection and by datagram. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { bootName } from '../../../drone-client/adapters/drone-computer.js';
import { openDroneEmergency } from '../../../drone-client/composition/drone-emergency.js';
import { openDatagramSocket } from '../../../lib/emergency/adapters/datagram-socket.js';
import { ObeyedOnce } from '../../../lib/emergency/obeyed-once.js';
import { PartialFiles } from '../../../lib/messaging/adapters/partial-files.js';
import { ConnectionManager, Endpoint, type Kwargs, libraryFeatures } from '../../../lib/messaging/index.js';
import { SystemClock } from '../../../lib/time/adapters/system-clock.js';
import { benchKey } from './bench-key.js';

export type DronesOptions = {
  readonly host: string;
  readonly port: number;
  /** The fleet's, in hex: orders are signed with it, and answers proven. */
  readonly secret: string;
  readonly count: number;
  /** Where files are stored, and gone on with; undefined: in memory, for many drones have not one disk in common. */
  readonly folder?: string | undefined;
};

/** Runs for as long as the process lives; a drone whose link is lost comes back at once. */
export async function runDrones(options: DronesOptions): Promise<void> {
  process.on('disconnect', () => process.exit());
  await Promise.all(Array.from({ length: options.count }, (_, n) => runDrone(`drone-${n}`, options)));
}

async function runDrone(id: string, options: DronesOptions): Promise<never> {
  const { host, port, folder } = options;
  const clock = new SystemClock();
  const obeyed = new ObeyedOnce(() => clock.monotonicMs());
  const endpoint = new Endpoint();
  endpoint.fileCallback(() => undefined);
  if (folder !== undefined) storeIn(endpoint, folder);
  endpoint.requestCallback('land', async (_connection, ...rest) => {
    const { command } = rest.at(-1) as Kwargs;
    if (typeof command === 'string') await obeyed.obey({ command, what: 'land' }, 'link', () => undefined);
    return true;
  });
  const ear = await openEar(id, obeyed, options);
  const self = { protocol: 1, role: 'drone', id, software: 'starling', version: '0', ...ear } as const;
  const hello = { ...self, features: libraryFeatures };
  const connection = new ConnectionManager({ endpoint, clock, hello });
  for (;;) {
    const socket = connect({ port, host, noDelay: true });
    await once(socket, 'connect');
    const lost = new Promise<void>((resolve) => {
      const stop = connection.onEvent(({ type }) => {
        if (type !== 'disconnected') return;
        stop();
        resolve();
      });
    });
    connection.connect(socket);
    connection.markIdentified();
    await lost;
  }
}

/** What the hello says of where it hears datagrams. */
async function openEar(id: string, obeyed: ObeyedOnce, { secret }: DronesOptions) {
  const clock = new SystemClock();
  const boot = bootName();
  const { udp } = await openDroneEmergency({
    ...{ boot, openDatagrams: openDatagramSocket },
    ...{ clock, id: () => id, once: obeyed, isInCharge: () => true, serverUtcMs: () => clock.utcMs() },
    security: { key: benchKey(Buffer.from(secret, 'hex'), id), isOpen: false },
    obey: () => undefined,
    log: (level, text) => console.error(`${id}: ${level}: ${text}`),
  });
  return { boot, ...(udp !== undefined && { udp }) };
}

function storeIn(endpoint: Endpoint, folder: string): void {
  const partials = new PartialFiles();
  endpoint.fileStore({
    async open(offer) {
      const part = await partials.open(join(folder, offer.filepath), offer);
      return {
        offset: part?.offset ?? 0,
        isDone: part === undefined,
        append: async (pieces) => part?.append(pieces),
        finish: async () => {
          await part?.verify();
          await part?.commit();
        },
        suspend: async () => part?.suspend(),
      };
    },
  });
}
