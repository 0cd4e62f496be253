/** Operations on checklist and alerts. Data only. */
import type { ArgumentSpec, OperationSpec } from './operation.js';
import { command, query } from './shapes.js';

const item: ArgumentSpec = {
  ...{ name: 'item', kind: 'text', maxLength: 10, isPositional: true },
  about: 'number of the item, as checklist lists it',
};

export const oversightOperations = {
  checklist: {
    ...query('preflight', 'Checklist'),
    target: 'none',
    help: 'Lists what people check before a show, who ticked it and when, and what is open.',
  },
  checklist_tick: {
    ...command('preflight', 'Tick an item of the checklist'),
    target: 'none',
    help: 'Ticks one item of the checklist; a show that flies is authorized when all are ticked.',
    arguments: [item],
  },
  checklist_untick: {
    ...command('preflight', 'Take a tick back'),
    target: 'none',
    help: 'Makes one item of the checklist open again.',
    arguments: [item],
  },
  alerts: {
    ...query('show', 'Alerts'),
    target: 'none',
    help: 'Says what is wrong with the fleet now, what the fleet is held for, and what nobody watches.',
  },
  alert_accept: {
    ...command('show', 'Go on in spite of an alert'),
    target: 'none',
    help: 'An alert that keeps the show from its start, or holds it, does so no more until it is over.',
    confirm: 'y',
    arguments: [
      {
        ...{ name: 'alert', kind: 'text', maxLength: 100, isPositional: true },
        about: 'its name, as alerts lists it',
      },
    ],
  },
  policy: {
    ...query('show', 'Policy'),
    target: 'none',
    help: 'Says what is done when drones are lost, at the gates of the show, and by alerts.',
  },
} as const satisfies Readonly<Record<string, OperationSpec>>;
