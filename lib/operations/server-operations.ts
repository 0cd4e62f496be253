/** Questions about the server itself. Data only. */
import type { OperationSpec } from './operation.js';
import { command, query } from './shapes.js';

export const serverOperations = {
  status: {
    ...query('server', 'Status'),
    target: 'none',
    help: 'Says what is loaded, authorized and under way, and how many drones are there.',
  },
  settings: {
    ...query('server', 'Settings'),
    target: 'none',
    role: 'operator',
    help: "Says the server's configuration as it holds, as the text of a file.",
  },
  set_setting: {
    ...command('server', 'Change a setting'),
    target: 'none',
    role: 'admin',
    help: "Sets one option of the server's configuration and saves it; checks, table and the next show go by it at once.",
    arguments: [
      {
        ...{ name: 'option', kind: 'text', maxLength: 200, isPositional: true },
        about: 'the option, as CHECKS/battery_min',
      },
      {
        ...{ name: 'value', kind: 'text', maxLength: 4000, isPositional: true },
        about: 'its value, as in a file',
      },
    ],
  },
} as const satisfies Readonly<Record<string, OperationSpec>>;
