/** Operations that bring the software of drones up to date by signed packages. Data only. */
import type { OperationSpec } from './operation.js';
import { command, query, uploading } from './shapes.js';

/** A large fleet on a slow network is sent some gigabytes, stage by stage, ms. */
const rollingOut = 8 * uploading;

export const updateOperations = {
  update_software: {
    ...command('files', 'Update the software'),
    help: 'Sends drones a signed starling-drone package and has them install it, a few first: the rest when these are well.',
    role: 'admin',
    confirm: 'y',
    arguments: [
      {
        ...{ name: 'path', kind: 'path', of: 'any', isPositional: true },
        about: 'a .deb with its .deb.sig beside it, or a folder: one per architecture',
      },
      {
        ...{ name: 'stages', kind: 'text', maxLength: 60, default: '1,10,all' },
        about: 'how many drones at a time, the next when all before are well',
      },
    ],
    answerTimeoutMs: rollingOut,
  },
  update_stop: {
    ...command('files', 'Stop the update'),
    target: 'none',
    help: 'No other drone begins to install; one that installs already ends by itself.',
  },
  update_repo: {
    ...command('files', 'Pull the software (clever-show)'),
    help: "Runs what a drone's own list has for it, as clever-show's git pull; packages are another operation.",
    role: 'admin',
    confirm: 'y',
  },
  software: {
    ...query('drones', 'Software of the drones'),
    role: 'operator',
    help: 'Asks drones for their version, what stands against an update, and how the last one ended.',
  },
} as const satisfies Readonly<Record<string, OperationSpec>>;
