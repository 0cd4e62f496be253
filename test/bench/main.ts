/** `npm run bench -- NAME`: runs one benchmark by its name. Knows their names; measures nothing itself. */

import { benchClient } from './client.js';
import { runDrones } from './files/drones.js';
import { runInNetwork } from './files/in-network.js';
import { runShaper } from './files/shaper.js';
import { benchFiles } from './files.js';
import { runMembers } from './hub/members.js';
import { serve } from './hub/serve.js';
import { benchHub } from './hub.js';
import { benchLoop } from './loop.js';
import { benchMessaging } from './messaging.js';
import { benchPanel } from './panel.js';
import { benchShows } from './shows.js';
import { benchTime } from './time.js';
import { benchTimeFleet } from './time-fleet.js';
import { benchVehicle } from './vehicle.js';

const benches: ReadonlyMap<string, () => Promise<void>> = new Map([
  ['loop', benchLoop],
  ['messaging', benchMessaging],
  ['panel', benchPanel],
  ['shows', benchShows],
  [
    'time',
    async () => {
      await benchTime();
      await benchTimeFleet();
    },
  ],
  ['time-fleet', benchTimeFleet],
  ['vehicle', benchVehicle],
]);

/** What a benchmark runs in processes of its own; options come as JSON. */
const parts: ReadonlyMap<string, () => Promise<void>> = new Map([
  ['files:shaper', () => runShaper(JSON.parse(process.env.BENCH_OPTIONS ?? '{}'))],
  ['files:in-network', () => runInNetwork(JSON.parse(process.env.BENCH_OPTIONS ?? '{}'))],
  ['hub:serve', () => serve(JSON.parse(process.env.BENCH_OPTIONS ?? '{}'))],
  ['hub:members', () => runMembers(JSON.parse(process.env.BENCH_OPTIONS ?? '{}'))],
  ['files:drones', () => runDrones(JSON.parse(process.env.BENCH_OPTIONS ?? '{}'))],
]);

const [name = '', ...rest] = process.argv.slice(2);
const bench = benches.get(name) ?? parts.get(name);
if (name === 'files') {
  await benchFiles(rest);
} else if (name === 'client') {
  await benchClient(rest);
} else if (name === 'hub') {
  await benchHub(rest);
} else if (bench && rest.length === 0) {
  await bench();
} else {
  const names = ['client [MINUTES]', 'files [LINE...]', 'hub [GATEWAY...]', ...benches.keys()].join(', ');
  console.error(`usage: npm run bench -- NAME\nNAME is one of: ${names}`);
  process.exitCode = 2;
}
