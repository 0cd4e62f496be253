/** Drones as a process: each takes files in chunks, verifies them, and answers `land`. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { PartialFiles } from '../../../lib/messaging/adapters/partial-files.js';
import { ConnectionManager, Endpoint, libraryFeatures } from '../../../lib/messaging/index.js';
import { SystemClock } from '../../../lib/time/adapters/system-clock.js';

export type DronesOptions = {
  readonly port: number;
  readonly count: number;
  /** Where files are stored, and gone on with; undefined: in memory, for many drones have not one disk in common. */
  readonly folder?: string | undefined;
};

/** Runs for as long as the process lives; a drone whose link is lost comes back at once. */
export async function runDrones(options: DronesOptions): Promise<void> {
  process.on('disconnect', () => process.exit());
  await Promise.all(Array.from({ length: options.count }, (_, n) => runDrone(`drone-${n}`, options)));
}

async function runDrone(id: string, { port, folder }: DronesOptions): Promise<never> {
  const endpoint = new Endpoint();
  endpoint.fileCallback(() => undefined);
  if (folder !== undefined) storeIn(endpoint, folder);
  endpoint.requestCallback('land', () => true);
  const features = libraryFeatures;
  const hello = { protocol: 1, role: 'drone', id, software: 'starling', version: '0', features } as const;
  const connection = new ConnectionManager({ endpoint, clock: new SystemClock(), hello });
  for (;;) {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
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
