/** Operations on the table of drones, and questions about them. Data only. */
import type { OperationSpec } from './operation.js';
import { command, query } from './shapes.js';

export const droneOperations = {
  list: { ...query('drones', 'List the drones'), help: 'Says of each drone what is known of it.' },
  telemetry: {
    ...query('drones', 'Follow telemetry'),
    kind: 'stream',
    help: 'Prints the telemetry of drones as it comes.',
  },
  selfcheck: {
    ...command('drones', 'Check the drones'),
    role: 'viewer',
    help: 'Asks these drones for their checks now, and says of each what stands against a start.',
  },
  group_save: {
    ...command('drones', 'Save a group'),
    help: 'Gives these drones a name together: @NAME means them from now on, in place of an older group of that name.',
    arguments: [
      { name: 'group', kind: 'text', maxLength: 32, about: 'name of the group', isPositional: true },
    ],
  },
  group_remove: {
    ...command('drones', 'Forget a group'),
    target: 'none',
    help: 'Forgets the name of a group; its drones stay.',
    arguments: [
      { name: 'group', kind: 'text', maxLength: 32, about: 'name of the group', isPositional: true },
    ],
  },
  groups: {
    ...query('drones', 'List the groups'),
    target: 'none',
    help: 'Says which groups there are, and who is in them.',
  },
  rename: {
    ...command('drones', 'Rename a drone'),
    role: 'admin',
    help: 'Gives one drone another name, which it keeps; /hostname, /ip and /default name it after itself.',
    arguments: [{ name: 'name', kind: 'text', maxLength: 63, about: 'its new name', isPositional: true }],
  },
  remove: {
    ...command('drones', 'Remove lost drones'),
    help: 'Takes drones that are not connected out of the table; they are back when they connect.',
  },
} as const satisfies Readonly<Record<string, OperationSpec>>;
