/** The help, made from the key map and the catalogue of operations: what is not in them is not in it. */
import { isCommand, operationNames, operations } from '../../lib/operations/catalogue.js';
import type { OperationGroup } from '../../lib/operations/operation.js';
import { type Binding, bindings } from './key-map.js';
import { isForReplay } from './reduce-replay.js';
import { replayBindings } from './replay-keys.js';
import { bold, type Role, type StyledLine, span } from './styled.js';
import { wrapText } from './text.js';

const groupTitles: readonly (readonly [Binding['group'], string])[] = [
  ['always', 'Always'],
  ['table', 'The table, and choosing drones'],
  ['show', 'The show (selected drones)'],
  ['flight', 'Single commands (selected drones)'],
  ['other', 'Else'],
];

const menuGroups: readonly OperationGroup[] = [
  ...(['show', 'stop', 'preflight', 'place', 'files', 'drones', 'server'] as const),
];

const signs = [
  '✓ green is good, ✗ red keeps a drone from starting or is wrong in flight, ? yellow is not known, ! yellow is to be watched, ● is selected.',
  'ready: yes, no and why, new (not heard yet), ARMED, FLYING, FAULT (armed and something is wrong), lost, LOST! (armed when lost), silent (values are old).',
  'animation: = the digest proves the show, ~ an old client says so itself, differs, none.',
  'stages: ✓ done, > next, ● goes on now, · later.',
  'OPEN: every device in this network can join as a drone.',
  'HELD: the server has paused the show and asks: r goes on in spite of it, ^X lands all. NOT RECORDED: the black box writes nothing.',
];

/** Columns of the longest name of keys, and a space. */
const replayKeyColumns = 11;

/** Of a recording: what moves it, and what only looks. */
export function replayHelp(columns: number): StyledLine[] {
  const looks = bindings.filter(({ action }) => isForReplay(action));
  return [
    [bold(' The recording (nothing can be commanded)')],
    ...replayBindings.flatMap(({ shown, help }) =>
      entry(shown, help, { role: 'accent', columns, width: replayKeyColumns }),
    ),
    [bold(' The table')],
    ...looks.flatMap((binding) => helpOf(asReplayed(binding), columns, replayKeyColumns)),
    [bold(' Signs')],
    ...signs.flatMap((text) => entry('', text, { role: 'text', columns, width: 2 })),
  ];
}

function asReplayed(binding: Binding): Binding {
  return binding.action === 'quit' ? { ...binding, help: 'Leaves the recording (or Ctrl-C).' } : binding;
}

export function helpLines(columns: number): StyledLine[] {
  const keys = groupTitles.flatMap(([group, title]) => [
    [bold(` ${title}`)],
    ...bindings.filter((binding) => binding.group === group).flatMap((binding) => helpOf(binding, columns)),
  ]);
  return [
    ...keys,
    [bold(' Signs')],
    ...signs.flatMap((text) => entry('', text, { role: 'text', columns, width: 2 })),
    [bold(' The menu (m): everything that can be done, found by typing')],
    ...menuGroups.flatMap((group) => menuLines(group, columns)),
  ];
}

function helpOf({ action, shown, help }: Binding, columns: number, width = 7): StyledLine[] {
  return entry(shown, help, { role: action === 'landAll' ? 'alarm' : 'accent', columns, width });
}

function menuLines(group: OperationGroup, columns: number): StyledLine[] {
  const names = operationNames.filter(
    (name) => operations[name].group === group && (name === 'load' || isCommand(name)),
  );
  return names.flatMap((name) => {
    const { title, help } = operations[name];
    const shown = bindings.find(({ action }) => action === name)?.shown;
    const text = `${title}${shown === undefined ? '' : ` (${shown})`}: ${help}`;
    return entry(group, text, { role: 'muted', columns, width: 10 });
  });
}

function entry(
  label: string,
  text: string,
  { role, columns, width }: { readonly role: Role; readonly columns: number; readonly width: number },
): StyledLine[] {
  return wrapText(text, Math.max(8, columns - width - 5)).map((line, index) => [
    span('   '),
    ...(index === 0
      ? [bold(label, role), span(' '.repeat(Math.max(0, width - label.length)))]
      : [span(' '.repeat(width))]),
    span(line),
  ]);
}
