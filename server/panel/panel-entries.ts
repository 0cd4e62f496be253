/** What the menu offers beside the operations of the catalogue: the panel does these itself. Data only. */
import { type CommandName, isOperation, operations } from '../../lib/operations/catalogue.js';
import type { ArgumentSpec, OperationGroup } from '../../lib/operations/operation.js';

type Entry = { readonly title: string; readonly help: string; readonly group: OperationGroup };

const ownEntries = {
  config_drone: {
    ...{ title: "Edit a drone's configuration", group: 'files' },
    help: 'Opens the configuration of the drone under the cursor, option by option, with what each means.',
  },
  config_server: {
    ...{ title: "Edit the server's configuration", group: 'server' },
    help: 'Opens the configuration of this server: checks, show, music, files, table.',
  },
  config_file: {
    ...{ title: 'Edit a configuration file', group: 'files' },
    help: 'Opens any .ini of this machine, with its specification where that is known.',
  },
  open_update: {
    ...{ title: 'Progress of the update', group: 'files' },
    help: 'Shows how far each drone of the update is, and why who did not come through.',
  },
  open_alerts: {
    ...{ title: 'Alerts and policy', group: 'show' },
    help: 'Shows what is wrong, what is not watched and what is done when; goes on in spite of an alert.',
  },
  open_checklist: {
    ...{ title: 'Checklist', group: 'show' },
    help: 'Shows what people have to look at before a show that flies, and ticks it.',
  },
} as const satisfies Readonly<Record<string, Entry>>;

export type OwnEntry = keyof typeof ownEntries;

/** Operations that a menu offers: commands, and those that the panel does itself. */
export type MenuEntry = CommandName | 'load' | OwnEntry;

export const ownEntryNames: readonly OwnEntry[] = Object.keys(ownEntries).filter(isOwnEntry);

export function isOwnEntry(name: string): name is OwnEntry {
  return Object.hasOwn(ownEntries, name);
}

/** The arguments that its form asks for. */
export function argumentsOf(name: MenuEntry): readonly ArgumentSpec[] {
  if (isOperation(name)) return operations[name].arguments;
  return name === 'config_file' ? [iniPath] : [];
}

const iniPath: ArgumentSpec = { name: 'path', kind: 'path', of: 'file', about: 'the file, absolute' };

export function entryOf(name: MenuEntry): Entry {
  return isOperation(name) ? operations[name] : ownEntries[name];
}
