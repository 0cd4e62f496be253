/**
 * A file that is there while the motors are armed, for those who would end this program: the package's scripts let no
 * upgrade happen then. Knows the vehicle and one file.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorText } from '../../lib/errors.js';
import type { Vehicle } from '../vehicle/vehicle.js';

/** In a folder that goes with the program, so that none is left behind by one that failed. */
const armedMarkName = 'armed';

/** Gives the function that ends it; what is marked then stays marked. `onTrouble`: told each time it can not be written. */
export function keepArmedMark(
  folder: string,
  vehicle: Pick<Vehicle, 'state' | 'onEvent'>,
  onTrouble: (text: string) => void,
): () => void {
  const path = join(folder, armedMarkName);
  let isMarked: boolean | undefined;
  const mark = () => {
    const { armed } = vehicle.state;
    if (armed === isMarked) return;
    isMarked = armed;
    try {
      if (armed) writeFileSync(path, '', { mode: 0o644 });
      else rmSync(path, { force: true });
    } catch (error) {
      onTrouble(
        `${path}: that the motors are ${armed ? '' : 'not '}armed could not be marked: ${errorText(error)}`,
      );
    }
  };
  mark();
  return vehicle.onEvent((event) => {
    if (event.type === 'stateChanged') mark();
  });
}
