/** The thread that writes a large show as files: what is measured beside it must not find its memory to clean up. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { workerData } from 'node:worker_threads';
import { exportCleverShow } from '../../lib/show/formats/clever-show.js';
import { waveShow } from './shows.js';

export type WaveFiles = { readonly folder: string; readonly drones: number; readonly minutes: number };

const { folder, drones, minutes } = workerData as WaveFiles;
const { files } = exportCleverShow(waveShow(drones, minutes * 60), { rateHz: 10 });
for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes);
