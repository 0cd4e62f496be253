/** Questions about the server itself. Data only. */
import type { OperationSpec } from './operation.js';
import { query } from './shapes.js';

export const serverOperations = {
  status: {
    ...query('server', 'Status'),
    target: 'none',
    help: 'Says what is loaded, authorized and under way, and how many drones are there.',
  },
} as const satisfies Readonly<Record<string, OperationSpec>>;
