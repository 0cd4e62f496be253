/** What keys do while somebody looks for a file: through folders, narrowed by typing. Knows no disk. */
import { dirname, resolve } from 'node:path';
import type { FolderEntry } from '../files/folders.js';
import type { Key } from './key-parser.js';
import { type Dialog, only, type PanelState, type Step } from './state.js';
import { edited } from './typed.js';

export type BrowseDialog = Extract<Dialog, { kind: 'browse' }>;

/** Opens the browser for the path that is being typed in a form. */
export function browse(state: PanelState, form: BrowseDialog['form'], folder: string): Step {
  const dialog: BrowseDialog = { kind: 'browse', form, folder, entries: undefined, text: '', at: 0 };
  return { state: { ...state, dialog }, effects: [{ type: 'list', folder }] };
}

/** Those whose name holds what was typed. */
export function browsed({ entries = [], text }: BrowseDialog): readonly FolderEntry[] {
  const part = text.toLowerCase();
  return entries.filter(({ name }) => name.toLowerCase().includes(part));
}

/** Enter and Right go into a folder, Left out of it; Enter takes a file, Tab what is under the cursor, Esc goes back to the form. */
export function reduceBrowse(state: PanelState, dialog: BrowseDialog, key: Key): Step {
  const fitting = browsed(dialog);
  const to = (at: number) =>
    only({ ...state, dialog: { ...dialog, at: Math.max(0, Math.min(at, fitting.length - 1)) } });
  const chosen = fitting[dialog.at];
  switch (key) {
    case 'escape':
      return only({ ...state, dialog: dialog.form });
    case 'up':
      return to(dialog.at - 1);
    case 'down':
      return to(dialog.at + 1);
    case 'pageup':
      return to(dialog.at - 10);
    case 'pagedown':
      return to(dialog.at + 10);
    case 'home':
      return to(0);
    case 'end':
      return to(fitting.length - 1);
    case 'left':
      return browse(state, dialog.form, dirname(dialog.folder));
    case 'right':
      return chosen?.isFolder ? browse(state, dialog.form, resolve(dialog.folder, chosen.name)) : only(state);
    case 'enter':
      if (chosen?.isFolder) return browse(state, dialog.form, resolve(dialog.folder, chosen.name));
      return only({ ...state, dialog: chosen ? taken(dialog, resolve(dialog.folder, chosen.name)) : dialog });
    case 'tab':
      return only({
        ...state,
        dialog: taken(dialog, chosen ? resolve(dialog.folder, chosen.name) : dialog.folder),
      });
    default:
      return only({ ...state, dialog: { ...dialog, text: edited(dialog.text, key), at: 0 } });
  }
}

/** The form again, with the path in its field. */
function taken({ form }: BrowseDialog, path: string): BrowseDialog['form'] {
  const { error: _, ...clean } = form;
  return { ...clean, texts: form.texts.map((text, index) => (index === form.at ? path : text)) };
}

/** What was found, before it the shows that were loaded lately where one is looked for; an answer for a folder that was left meanwhile is passed over. */
export function listed(
  state: PanelState,
  input: {
    readonly folder: string;
    readonly path?: string;
    readonly entries?: readonly FolderEntry[];
    readonly error?: string;
  },
  recentShows: readonly string[] = [],
): PanelState {
  const { dialog } = state;
  if (dialog?.kind !== 'browse' || dialog.folder !== input.folder) return state;
  const isFirst = dialog.form.name === 'load' && dialog.folder === '.';
  const recent = isFirst ? recentShows.map((name) => ({ name, isFolder: false })) : [];
  const { error: _, ...clean } = dialog;
  return {
    ...state,
    dialog: {
      ...clean,
      folder: input.path ?? dialog.folder,
      entries: [...recent, ...(input.entries ?? [])],
      ...(input.error !== undefined && { error: input.error }),
    },
  };
}
