/** The sample shows that come with Starling, and which of them a fleet can fly. Knows their folder alone. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../../lib/errors.js';

const showsFolder = fileURLToPath(new URL('../../../shows/', import.meta.url));

/** The path of the sample show with the fewest slots that are enough. @throws UsageError when none is large enough. */
export async function smallestShow(drones: number): Promise<string> {
  const folders = (await readdir(showsFolder, { withFileTypes: true })).filter((entry) =>
    entry.isDirectory(),
  );
  const shows = await Promise.all(
    folders.map(async ({ name }) => {
      const files = await readdir(join(showsFolder, name));
      return { name, slots: files.filter((file) => file.endsWith('.csv')).length };
    }),
  );
  const fitting = shows.filter(({ slots }) => slots >= drones).sort((a, b) => a.slots - b.slots)[0];
  if (fitting) return join(showsFolder, fitting.name);
  const largest = Math.max(...shows.map(({ slots }) => slots));
  throw new UsageError(
    `no sample show has ${drones} drones; the largest has ${largest}: --drones ${largest}`,
  );
}
