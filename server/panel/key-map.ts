/** Which key does what, as data: the bar at the bottom and the help are made from it. Knows no state. */
import type { CommandName } from '../../lib/operations/catalogue.js';
import type { Key } from './key-parser.js';
import { tableKeys } from './table-keys.js';

/** Keys of the panel itself, and operations of the catalogue by their names. */
export type Action =
  | 'landAll'
  | 'help'
  | 'menu'
  | 'up'
  | 'down'
  | 'pageUp'
  | 'pageDown'
  | 'first'
  | 'last'
  | 'select'
  | 'selectAll'
  | 'selectNone'
  | 'toggleAll'
  | 'choose'
  | 'filter'
  | 'sortLeft'
  | 'sortRight'
  | 'sortTurn'
  | 'columns'
  | 'log'
  | 'details'
  | 'results'
  | 'redraw'
  | 'quit'
  | 'back'
  | 'load'
  | 'config_drone'
  | 'open_alerts'
  | 'open_checklist'
  | CommandName;

export type Binding = {
  readonly action: Action;
  readonly keys: readonly Key[];
  /** The keys as an operator reads them. */
  readonly shown: string;
  /** One or two words for the bar; undefined when it is not worth a place there. */
  readonly label?: string;
  /** One sentence for the help. */
  readonly help: string;
  /** Comes first in the bar while drones are in the air. */
  readonly isForFlight?: boolean;
  readonly group: 'always' | 'table' | 'show' | 'flight' | 'other';
};

/** In the order of the bar: what comes first survives on a narrow screen. */
export const bindings: readonly Binding[] = [
  {
    action: 'landAll',
    keys: ['ctrl-x'],
    shown: '^X',
    label: 'LAND ALL',
    help: 'Ctrl-X: lands every drone at once, selected or not. Works everywhere, asks nothing.',
    group: 'always',
  },
  { action: 'help', keys: ['?'], shown: '?', label: 'help', help: 'This help.', group: 'always' },
  {
    action: 'menu',
    keys: ['m'],
    shown: 'm',
    label: 'menu',
    help: 'Everything that can be done, to be searched by typing.',
    group: 'always',
  },
  {
    action: 'select',
    keys: [' '],
    shown: 'space',
    label: 'select',
    help: 'Selects the drone under the cursor, or takes it out again.',
    group: 'table',
  },
  {
    action: 'selectAll',
    keys: ['a'],
    shown: 'a',
    label: 'all',
    help: 'Selects all drones that the table shows.',
    group: 'table',
  },
  {
    action: 'upload',
    keys: ['u'],
    shown: 'u',
    label: 'upload',
    help: 'Sends each selected drone its own file of the show.',
    group: 'show',
  },
  {
    action: 'authorize',
    keys: ['A'],
    shown: 'A',
    label: 'authorize',
    help: 'Allows the loaded show to be started with the selected drones for 10 minutes: live, or its lights alone.',
    group: 'show',
  },
  {
    action: 'start',
    keys: ['s'],
    shown: 's',
    label: 'start',
    help: 'Starts the authorized show on the selected drones. Asks for the delay, then for y. All must be ready.',
    group: 'show',
  },
  {
    action: 'open_checklist',
    keys: ['v'],
    shown: 'v',
    label: 'checklist',
    help: 'The checklist before a show that flies: what is open, who ticked what; space ticks.',
    group: 'show',
  },
  {
    action: 'load',
    keys: ['o'],
    shown: 'o',
    label: 'open',
    help: 'Loads a show of this machine: a folder or file of any known format.',
    group: 'show',
  },
  {
    action: 'choose',
    keys: ['g'],
    shown: 'g',
    label: 'choose',
    help: 'Selects by words: 1-20,35 or not ready or low battery or @group.',
    group: 'table',
  },
  {
    action: 'pause',
    keys: ['p'],
    shown: 'p',
    label: 'pause',
    isForFlight: true,
    help: 'Slows the show down to a hold, all of it; r goes on.',
    group: 'show',
  },
  {
    action: 'resume',
    keys: ['r'],
    shown: 'r',
    label: 'resume',
    isForFlight: true,
    help: 'Goes on with the show after a pause.',
    group: 'show',
  },
  {
    action: 'stop',
    keys: ['x'],
    shown: 'x',
    label: 'stop',
    isForFlight: true,
    help: 'Ends the show for the selected drones: they hold in the air and wait. Can not be resumed.',
    group: 'show',
  },
  {
    action: 'land',
    keys: ['l'],
    shown: 'l',
    label: 'land',
    isForFlight: true,
    help: 'Lands the selected drones where they are, at once.',
    group: 'flight',
  },
  {
    action: 'quit',
    keys: ['q', 'ctrl-c'],
    shown: 'q',
    label: 'quit',
    help: 'Ends the server (or Ctrl-C). Asks.',
    group: 'other',
  },
  {
    action: 'led_test',
    keys: ['f'],
    shown: 'f',
    label: 'lights',
    help: 'Flashes the lights of the selected drones.',
    group: 'flight',
  },
  {
    action: 'visual_land',
    keys: ['w'],
    shown: 'w',
    label: 'which?',
    isForFlight: true,
    help: 'Visual land: finds a misbehaving drone among the selected by the colour of its lights.',
    group: 'flight',
  },
  {
    action: 'open_alerts',
    keys: ['!'],
    shown: '!',
    label: 'alerts',
    isForFlight: true,
    help: 'Alerts and policy: what is wrong, what is done when; Enter goes on in spite of an alert.',
    group: 'show',
  },
  {
    action: 'config_drone',
    keys: ['C'],
    shown: 'C',
    label: 'config',
    help: 'Edits the configuration of the drone under the cursor.',
    group: 'other',
  },
  {
    action: 'takeoff',
    keys: ['T'],
    shown: 'T',
    label: 'takeoff',
    help: 'The selected drones take off and hover, without a show. Asks for y.',
    group: 'flight',
  },
  {
    action: 'disarm',
    keys: ['d'],
    shown: 'd',
    label: 'disarm',
    help: 'Stops the motors of the selected drones: in the air they FALL. Asks for a typed word.',
    group: 'flight',
  },
  {
    action: 'details',
    keys: ['enter', 'i'],
    shown: 'Enter',
    label: 'details',
    help: 'Everything known of the drone under the cursor (or i).',
    group: 'table',
  },
  {
    action: 'results',
    keys: ['e'],
    shown: 'e',
    label: 'outcomes',
    help: 'What became of the last command, drone by drone; while an update is on, how far that is.',
    group: 'table',
  },
  { action: 'selectNone', keys: ['n'], shown: 'n', label: 'none', help: 'Selects no drone.', group: 'table' },
  {
    action: 'toggleAll',
    keys: ['t'],
    shown: 't',
    label: 'invert',
    help: 'Selects what is not selected and shown, and the other way round.',
    group: 'table',
  },
  {
    action: 'remove',
    keys: ['R', 'delete'],
    shown: 'R',
    label: 'remove lost',
    help: 'Takes drones that are not connected out of the table (or Del).',
    group: 'table',
  },
  ...tableKeys,
  {
    action: 'redraw',
    keys: ['ctrl-l'],
    shown: '^L',
    help: 'Ctrl-L: paints the screen anew.',
    group: 'other',
  },
  {
    action: 'back',
    keys: ['escape'],
    shown: 'Esc',
    help: 'Goes back. Never does anything else.',
    group: 'always',
  },
];

/** What the bar offers, the most useful first: Land All and the help always lead. */
export function barBindings(isInFlight: boolean): readonly Binding[] {
  const labelled = bindings.filter(({ label }) => label !== undefined);
  const rank = ({ group, isForFlight }: Binding) =>
    group === 'always' ? 0 : isInFlight && isForFlight ? 1 : 2;
  return [...labelled].sort((a, b) => rank(a) - rank(b));
}

/** What a key does outside of dialogs; undefined when nothing. */
export function actionOf(key: Key): Action | undefined {
  return bindings.find(({ keys }) => keys.includes(key))?.action;
}
