/** Which key does what in the tree of the editor, as data: its bar and its help are made from it. Knows no state. */
import type { Key } from '../key-parser.js';

export type TreeAction =
  | 'up'
  | 'down'
  | 'pageUp'
  | 'pageDown'
  | 'first'
  | 'last'
  | 'fold'
  | 'unfold'
  | 'foldAll'
  | 'open'
  | 'cycle'
  | 'comment'
  | 'reset'
  | 'add'
  | 'remove'
  | 'duplicate'
  | 'exclude'
  | 'undo'
  | 'redo'
  | 'search'
  | 'searchNext'
  | 'searchBack'
  | 'save'
  | 'saveAs'
  | 'help'
  | 'back';

export type EditorBinding = {
  readonly action: TreeAction;
  readonly keys: readonly Key[];
  readonly shown: string;
  /** One or two words for the bar; undefined when it is not worth a place there. */
  readonly label?: string;
  readonly help: string;
};

/** In the order of the bar: what comes first survives on a narrow screen. */
export const editorBindings: readonly EditorBinding[] = [
  {
    action: 'back',
    keys: ['escape'],
    shown: 'Esc',
    label: 'back',
    help: 'Goes back; asks when something is not saved. Discards nothing by itself.',
  },
  { action: 'help', keys: ['?'], shown: '?', label: 'help', help: 'This help.' },
  {
    action: 'open',
    keys: ['enter'],
    shown: 'Enter',
    label: 'edit',
    help: 'Edits the option; folds or unfolds the section.',
  },
  {
    action: 'save',
    keys: ['s'],
    shown: 's',
    label: 'save',
    help: 'Saves; with errors it goes to the first one instead.',
  },
  { action: 'undo', keys: ['u'], shown: 'u', label: 'undo', help: 'Takes the last change back.' },
  { action: 'reset', keys: ['d'], shown: 'd', label: 'default', help: 'Gives the option its default.' },
  {
    action: 'search',
    keys: ['/'],
    shown: '/',
    label: 'find',
    help: 'Goes to the next name that holds what is typed.',
  },
  {
    action: 'add',
    keys: ['a'],
    shown: 'a',
    label: 'add',
    help: 'Adds an option or a section, where there may be any.',
  },
  {
    action: 'remove',
    keys: ['x', 'delete'],
    shown: 'x',
    label: 'remove',
    help: 'Removes the option or section (or Del); what the specification has goes back to its defaults.',
  },
  {
    action: 'duplicate',
    keys: ['D'],
    shown: 'D',
    label: 'duplicate',
    help: 'Copies the section under another name.',
  },
  {
    action: 'exclude',
    keys: ['e'],
    shown: 'e',
    label: 'exclude',
    help: 'Leaves the option or section out of what is saved, or takes it in again.',
  },
  {
    action: 'saveAs',
    keys: ['S'],
    shown: 'S',
    label: 'save as',
    help: 'Writes a copy into a file; asks for its path.',
  },
  {
    action: 'redo',
    keys: ['ctrl-r', 'U'],
    shown: '^R',
    label: 'redo',
    help: 'Does again what was undone (or U).',
  },
  {
    action: 'comment',
    keys: ['c'],
    shown: 'c',
    label: 'comment',
    help: 'Edits the line of comment above the option.',
  },
  {
    action: 'cycle',
    keys: [' '],
    shown: 'space',
    help: 'The next of the words that the option can be; folds or unfolds the section.',
  },
  { action: 'up', keys: ['up', 'k'], shown: 'Up', help: 'One line up (or k).' },
  { action: 'down', keys: ['down', 'j'], shown: 'Down', help: 'One line down (or j).' },
  { action: 'pageUp', keys: ['pageup'], shown: 'PgUp', help: 'One page up.' },
  { action: 'pageDown', keys: ['pagedown'], shown: 'PgDn', help: 'One page down.' },
  { action: 'first', keys: ['home'], shown: 'Home', help: 'The first line.' },
  { action: 'last', keys: ['end'], shown: 'End', help: 'The last line.' },
  {
    action: 'fold',
    keys: ['left', 'h', '-'],
    shown: 'Left',
    help: 'Folds the section, or goes to the section that the line is in (or h, -).',
  },
  { action: 'unfold', keys: ['right', 'l', '+'], shown: 'Right', help: 'Unfolds the section (or l, +).' },
  { action: 'foldAll', keys: ['z'], shown: 'z', help: 'Folds all sections, or unfolds them all.' },
  { action: 'searchNext', keys: ['n'], shown: 'n', help: 'The next name that was searched for.' },
  { action: 'searchBack', keys: ['N'], shown: 'N', help: 'The one before.' },
];

export function treeActionOf(key: Key): TreeAction | undefined {
  return editorBindings.find(({ keys }) => keys.includes(key))?.action;
}
