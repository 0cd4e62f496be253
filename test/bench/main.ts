/** `npm run bench -- NAME`: runs one benchmark by its name. Knows their names; measures nothing itself. */
import { benchMessaging } from './messaging.js';
import { benchShows } from './shows.js';
import { benchTime } from './time.js';
import { benchVehicle } from './vehicle.js';

const benches: ReadonlyMap<string, () => Promise<void>> = new Map([
  ['messaging', benchMessaging],
  ['shows', benchShows],
  ['time', benchTime],
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
