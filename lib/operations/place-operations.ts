/** Operations on where a show begins for single drones. Data only. */
import type { OperationSpec } from './operation.js';
import { command } from './shapes.js';

export const placeOperations = {
  move_start: {
    ...command('place', 'Move the start to here'),
    help: 'The show of each of these drones begins where it stands now: x and y of its private offset.',
  },
  reset_start: {
    ...command('place', 'Reset the start'),
    help: 'Takes that back: x and y of the private offset are 0 again.',
  },
  set_z_to_ground: {
    ...command('place', 'Z offset to the ground'),
    help: 'The ground that each of these drones stands on now is the zero of its heights.',
  },
  reset_z_offset: {
    ...command('place', 'Reset the Z offset'),
    help: 'Takes that back: z of the private offset is 0 again.',
  },
} as const satisfies Readonly<Record<string, OperationSpec>>;
