/**
 * A file that says how the client is: its version, whether a server and the autopilot are there. Root's helper judges an
 * update by it. Knows what the drone says of itself and one file.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorText } from '../../lib/errors.js';
import { type Clock, every } from '../../lib/time/clock.js';
import type { ClientHealth } from '../jobs/job.js';

/** In the folder that goes with the program: of one that has ended there is none. */
const healthMarkName = 'health';

/** How often it is looked, ms: the helper waits for a minute. */
const lookMs = 500;

export type HealthMarkOptions = {
  readonly clock: Clock;
  readonly folder: string;
  readonly health: () => ClientHealth;
  /** Told once while it can not be written. */
  readonly onTrouble: (text: string) => void;
};

/** Writes it now, and whenever it changes, whole or not at all. Gives the function that ends it. */
export function keepHealthMark({ clock, folder, health, onTrouble }: HealthMarkOptions): () => void {
  const path = join(folder, healthMarkName);
  let written: string | undefined;
  let isTroubled = false;
  const mark = () => {
    try {
      const text = `${JSON.stringify(health())}\n`;
      if (text === written) return;
      writeFileSync(`${path}.new`, text, { mode: 0o644 });
      renameSync(`${path}.new`, path);
      written = text;
      isTroubled = false;
    } catch (error) {
      if (!isTroubled)
        onTrouble(
          `${path}: how this client is could not be marked, updates are rolled back: ${errorText(error)}`,
        );
      isTroubled = true;
    }
  };
  mark();
  return every(clock, lookMs, mark);
}
