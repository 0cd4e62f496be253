/** Keys that change how the table is looked at, as data: they send no command. A part of the key map. */
import type { Binding } from './key-map.js';

export const tableKeys: readonly Binding[] = [
  {
    action: 'filter',
    keys: ['/'],
    shown: '/',
    label: 'filter',
    help: 'Narrows the table as you type: a text of any cell, or a choice such as not ready. Enter keeps it, Esc clears it.',
    group: 'table',
  },
  {
    action: 'sortRight',
    keys: ['.'],
    shown: '.',
    help: 'Sorts the table by the next column.',
    group: 'table',
  },
  {
    action: 'sortLeft',
    keys: [','],
    shown: ',',
    help: 'Sorts the table by the column before.',
    group: 'table',
  },
  {
    action: 'sortTurn',
    keys: ['-'],
    shown: '-',
    help: 'Turns the order of the table round.',
    group: 'table',
  },
  {
    action: 'columns',
    keys: ['c'],
    shown: 'c',
    label: 'columns',
    help: 'Columns of the table: which, in what order, how wide; saved under a name.',
    group: 'table',
  },
  {
    action: 'log',
    keys: ['L'],
    shown: 'L',
    label: 'log',
    help: 'The event log over the whole screen: / searches, w shows warnings only.',
    group: 'other',
  },
  { action: 'up', keys: ['up', 'k'], shown: 'Up', help: 'One drone up (or k).', group: 'table' },
  { action: 'down', keys: ['down', 'j'], shown: 'Down', help: 'One drone down (or j).', group: 'table' },
  { action: 'pageUp', keys: ['pageup'], shown: 'PgUp', help: 'One page up.', group: 'table' },
  { action: 'pageDown', keys: ['pagedown'], shown: 'PgDn', help: 'One page down.', group: 'table' },
  { action: 'first', keys: ['home'], shown: 'Home', help: 'The first drone.', group: 'table' },
  { action: 'last', keys: ['end'], shown: 'End', help: 'The last drone.', group: 'table' },
];
