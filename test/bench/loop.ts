/** How long the server's event loop is held up while a large show is loaded, and while hundreds of drones are listed. */
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import { openShow } from '../../lib/show/adapters/open-show.js';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import { startServer } from '../../server/main.js';
import { judgeShow } from '../../server/show-control/show-store.js';
import { longestTurn } from './loop-watch.js';
import type { WaveFiles } from './wave-files.js';

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
    await row('loadShow of the running server', () => server.facade.loadShow(path));
    await row('loadShow again, in place of the first', () => server.facade.loadShow(path));
  } finally {
    await server.close();
  }
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
