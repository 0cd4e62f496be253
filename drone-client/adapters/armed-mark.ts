/**
 * A file that is there while the motors are armed or a flight is under way, its countdown included, for those who would end
 * this program: the package's scripts and root's helper leave it alone then. Knows the vehicle and one file.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorText } from '../../lib/errors.js';
import { type Clock, every } from '../../lib/time/clock.js';
import type { Vehicle } from '../vehicle/vehicle.js';

/** In a folder that outlives a program that failed in the air, and goes with one that was ended. */
const armedMarkName = 'armed';

/** How often it is looked beside what the vehicle says, ms: from a take-off's command to its motors it takes a second. */
const lookMs = 200;

export type ArmedMarkOptions = {
  readonly clock: Clock;
  readonly folder: string;
  readonly vehicle: Pick<Vehicle, 'state' | 'onEvent'>;
  /** A start is counted down, or a flight, a landing, a take-off is under way. */
  readonly isBusy: () => boolean;
  /** Told once for each change that can not be written; it is tried again all the while. */
  readonly onTrouble: (text: string) => void;
};

/** Gives the function that ends it; what is marked then stays marked. */
export function keepArmedMark({ clock, folder, vehicle, isBusy, onTrouble }: ArmedMarkOptions): () => void {
  const path = join(folder, armedMarkName);
  let isMarked: boolean | undefined;
  let toldOf: boolean | undefined;
  const mark = () => {
    const { armed, connected } = vehicle.state;
    const isWanted = armed || isBusy();
    // What a client before this one has marked holds until the autopilot itself is heard.
    if (isWanted === isMarked || (isMarked === undefined && !isWanted && !connected)) return;
    try {
      if (isWanted) writeFileSync(path, '', { mode: 0o644 });
      else rmSync(path, { force: true });
      [isMarked, toldOf] = [isWanted, undefined];
    } catch (error) {
      if (toldOf !== isWanted)
        onTrouble(
          `${path}: that the motors are ${isWanted ? '' : 'not '}armed could not be marked: ${errorText(error)}`,
        );
      toldOf = isWanted;
    }
  };
  mark();
  const stops = [
    every(clock, lookMs, mark),
    vehicle.onEvent((event) => {
      if (event.type === 'stateChanged') mark();
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
