/** How long the server's event loop is held up while a large show is loaded, and while hundreds of drones are listed. */
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { PassThrough } from 'node:stream';
import { Worker } from 'node:worker_threads';
import { readToken } from '../../lib/protocols/tpp/adapters/token-file.js';
import { openShow } from '../../lib/show/adapters/open-show.js';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import { type RunningServer, startServer } from '../../server/main.js';
import { startPanel } from '../../server/panel/adapters/blessed-panel.js';
import { judgeShow } from '../../server/show-control/show-store.js';
import { Child } from './fleet/child.js';
import { longestTurn } from './loop-watch.js';
import type { TablePeersOrders } from './table-peers.js';
import type { WaveFiles } from './wave-files.js';

const tableDrones = 500;
const drones = 200;
const minutes = 10;

export async function benchLoop(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'starling-bench-'));
  try {
    const path = join(folder, 'wave');
    await mkdir(path);
    const workerData: WaveFiles = { folder: path, drones, minutes };
    await once(new Worker(new URL('./wave-files.js', import.meta.url), { workerData }), 'exit');
    console.log(`a show of ${drones} drones, ${minutes} min, as files of 10 frames/s`);
    console.log('the longest turn of the event loop            lasts s   late by ms   own ms');
    await inTheServer(path, join(folder, 'state'));
    await row('opened and judged on the loop itself', async () => {
      judgeShow(await openShow(path));
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function inTheServer(path: string, stateFolder: string): Promise<void> {
  const server = await startServer({
    ...{ clock: new SystemClock(), version: 'bench', stateFolder, isHeadless: true },
    ...{ port: 0, bind: '127.0.0.1', controlPort: 0, isDiscoverable: false, isOpen: true },
  });
  try {
    await row('an idle server', () => new Promise((resolve) => setTimeout(resolve, 2000)));
    await withDrones(server);
    await row('loadShow of the running server', () => server.facade.loadShow(path));
    await row('loadShow again, in place of the first', () => server.facade.loadShow(path));
  } finally {
    await server.close();
  }
}

/** The table of many drones: what it costs to be told of them, to list them as JSON, and to paint them. */
async function withDrones({ facade, dronePort, controlPort, tokenPath }: RunningServer): Promise<void> {
  const peers = new Child<TablePeersOrders>(new URL('./table-peers.js', import.meta.url));
  try {
    const count = tableDrones;
    await row(`${count} drones join`, async () => {
      await peers.ask('join', { count, port: dronePort });
      await waitFor(
        () =>
          facade.snapshot().drones.filter(({ record }) => record.telemetryAtMs !== undefined).length ===
          count,
      );
    });
    const rest = () => new Promise((resolve) => setTimeout(resolve, 5000));
    await row(`${count} drones send telemetry`, rest);
    const token = await readToken(tokenPath);
    await row('and are listed as JSON, 10 times', () =>
      peers.ask('list', { times: 10, port: controlPort, token }),
    );
    let panel: { close(): void } | undefined;
    await row('the panel opens, 200 x 60', async () => {
      const output = Object.assign(new PassThrough().resume(), { columns: 200, rows: 60 });
      panel = startPanel({
        ...{ facade, clock: new SystemClock(), input: new PassThrough(), output, onQuit: () => undefined },
        env: { TERM: 'xterm-256color', LANG: 'C.UTF-8' },
      });
    });
    await row('and is painted, five times a second', rest);
    panel?.close();
  } finally {
    await peers.end();
  }
}

async function waitFor(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 50));
}

async function row(name: string, work: () => Promise<unknown>): Promise<void> {
  const startedMs = performance.now();
  let lastsMs = 0;
  const { blockedMs, ownMs } = await longestTurn(async () => {
    await work();
    lastsMs = performance.now() - startedMs;
  });
  const own = ownMs === undefined ? '-' : ownMs.toFixed(1);
  console.log(
    `${name.padEnd(44)}${(lastsMs / 1000).toFixed(2).padStart(9)}${blockedMs.toFixed(1).padStart(12)}${own.padStart(10)}`,
  );
}
