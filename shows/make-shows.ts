/** Writes the sample shows' folders into `shows/` of the working folder, or into the folder given. An edge: it has no say in them. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { argv } from 'node:process';
import { writeFileAtomic } from '../lib/config/adapters/atomic-file.js';
import { sampleShows } from './sample-shows.js';

const target = argv[2] ?? 'shows';
for (const { folder, files } of sampleShows()) {
  await mkdir(join(target, folder), { recursive: true });
  for (const { name, text } of files) await writeFileAtomic(join(target, folder, name), text);
}
