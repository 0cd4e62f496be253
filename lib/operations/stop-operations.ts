/** Operations that end flights. Data only. */
import type { OperationSpec } from './operation.js';
import { command, onAll } from './shapes.js';

export const stopOperations = {
  stop: {
    ...onAll('stop', 'Stop and hold'),
    help: 'Ends the show for these drones: in the air they hold where they are and wait. Can not be resumed.',
  },
  land: { ...onAll('stop', 'Land'), help: 'Lands these drones where they are, at once.' },
  return_home: {
    ...command('stop', 'Return home'),
    help: 'These drones fly home and land; one that can not lands where it is.',
  },
  emergency_land: {
    ...command('stop', 'Emergency landing'),
    help: 'Without a position: they sink level at a fixed thrust until the motors stand.',
    confirm: { word: 'sink' },
  },
  disarm: {
    ...command('stop', 'Disarm'),
    help: 'Stops the motors by the plain command, which autopilots refuse in the air; an old client may FALL.',
    confirm: { word: 'disarm' },
  },
  kill: {
    ...command('stop', 'Kill the motors'),
    help: 'Stops the motors wherever the drones are: in the air they FALL.',
    role: 'admin',
    confirm: { word: 'kill' },
  },
} as const satisfies Readonly<Record<string, OperationSpec>>;
