/**
 * The server of the panel's bench, in a process of its own: real, with or without its panel on the terminal that it was
 * given. Says on a socket how its loop did, when it took each key, and when it painted. Knows no peers.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import { startServer } from '../../server/main.js';
import { monotonicMs, type PanelServerOptions, type PanelServerSays, Watch } from './panel-watch.js';

const options = JSON.parse(process.env.BENCH_OPTIONS ?? '{}') as PanelServerOptions;
const orders = connect(options.socketPath);
await once(orders, 'connect');
const say = (what: PanelServerSays) => orders.write(`${JSON.stringify(what)}\n`);
let watch = new Watch();
watchTerminal();
const server = await startServer({
  ...{ clock: new SystemClock(), version: 'bench', stateFolder: options.stateFolder },
  ...{ isHeadless: options.isHeadless, port: 0, bind: '127.0.0.1', controlPort: 0 },
  ...{ isDiscoverable: false, isOpen: true },
});
say({ dronePort: server.dronePort });
createInterface(orders).on('line', (order) => {
  if (order === 'watch') watch = new Watch();
  if (order === 'tell') say({ watched: watch.end() });
  if (order === 'seen')
    say({
      seen: server.facade.snapshot().drones.filter(({ record }) => record.telemetryAtMs !== undefined).length,
    });
});
orders.once('close', () => void server.close().then(() => process.exit(0)));

/** Keys are noted before the panel takes them, and a picture as the first piece of it is written. */
function watchTerminal(): void {
  if (options.isHeadless) return;
  let bytes = 0;
  process.stdin.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    watch.taken.push([bytes, monotonicMs()]);
  });
  const { stdout } = process;
  const write = stdout.write.bind(stdout) as (...args: unknown[]) => boolean;
  let isInPicture = false;
  stdout.write = (...args: unknown[]) => {
    if (!isInPicture) {
      watch.paintedAtMs.push(monotonicMs());
      isInPicture = true;
      setImmediate(() => {
        isInPicture = false;
      });
    }
    return write(...args);
  };
}
