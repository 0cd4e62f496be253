/**
 * Makes `scratch-fleet.sb3`, the example for TurboWarp, beside it or where it is told to; the same bytes on every machine.
 * Run: `npm run build && node dist/shows/examples/make-scratch-fleet.js [FILE]` in the project's folder.
 */
import { argv } from 'node:process';
import { pathToFileURL } from 'node:url';
import { writeFileAtomic } from '../../lib/config/adapters/atomic-file.js';
import { writeZip } from '../../lib/show/index.js';
import { projectFiles } from './scratch/fleet-project.js';

/** The bytes of the project's file. */
export function scratchFleet(): Uint8Array {
  return writeZip(projectFiles());
}

const [, program = '', target = 'shows/examples/scratch-fleet.sb3'] = argv;
if (import.meta.url === pathToFileURL(program).href) await writeFileAtomic(target, scratchFleet());
