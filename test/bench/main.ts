/** `npm run bench -- NAME`: runs one benchmark by its name. Knows their names; measures nothing itself. */
import { benchLoop } from './loop.js';
import { benchMessaging } from './messaging.js';
import { benchShows } from './shows.js';
import { benchTime } from './time.js';
import { benchTimeFleet } from './time-fleet.js';
import { benchVehicle } from './vehicle.js';

const benches: ReadonlyMap<string, () => Promise<void>> = new Map([
  ['loop', benchLoop],
  ['messaging', benchMessaging],
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

const [name = '', ...rest] = process.argv.slice(2);
const bench = benches.get(name);
if (bench && rest.length === 0) {
  await bench();
} else {
  console.error(`usage: npm run bench -- NAME\nNAME is one of: ${[...benches.keys()].join(', ')}`);
  process.exitCode = 2;
}
