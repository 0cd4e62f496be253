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
  visitors: {
    ...query('server', 'Visitors'),
    target: 'none',
    help: 'Says which gateways are open, and who came by them.',
  },
  expel: {
    ...command('server', 'Put a visitor out'),
    target: 'none',
    help: "Ends a visitor's connection; it may come again.",
    confirm: 'y',
    arguments: [
      {
        ...{ name: 'visitor', kind: 'text', maxLength: 300, isPositional: true },
        about: 'its name or id, as visitors lists them',
      },
    ],
  },
  hub_command: {
    ...command('server', 'Switch a command of visitors'),
    target: 'none',
    help: "Switches a command of the hub, or a gateway's own word, on or off while the server runs.",
    arguments: [
      {
        ...{ name: 'command', kind: 'text', maxLength: 100, isPositional: true },
        about: 'the command, as cue, stop, gmsg',
      },
      {
        ...{ name: 'state', kind: 'choice', choices: ['on', 'off'], isPositional: true },
        about: 'what it shall be',
      },
      {
        ...{ name: 'gateway', kind: 'text', maxLength: 100, mayBeMissing: true },
        about: 'at one gateway alone',
      },
    ],
  },
} as const satisfies Readonly<Record<string, OperationSpec>>;
