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
