/** The menu of all operations: which entries fit what has been typed, and what keys do in it. Knows no drawing. */
import { isCommand, operationNames } from '../../lib/operations/catalogue.js';
import { ask } from './ask.js';
import type { Key } from './key-parser.js';
import { entryOf, type MenuEntry, type OwnEntry, ownEntryNames } from './panel-entries.js';
import { type Context, type Dialog, only, type PanelState, type Step } from './state.js';
import { edited } from './typed.js';

export type MenuDialog = Extract<Dialog, { kind: 'menu' }>;

/** What the menu offers, in the catalogue's order. */
const entries: readonly MenuEntry[] = [
  ...operationNames.filter(
    (name): name is Exclude<MenuEntry, OwnEntry> => name === 'load' || isCommand(name),
  ),
  ...ownEntryNames,
];

/** Those in whose name, title or help every word that was typed occurs. */
export function menuEntries(text: string): readonly MenuEntry[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const wordsOf = (name: MenuEntry) => `${name} ${entryOf(name).title}`.toLowerCase();
  return entries.filter((name) => words.every((word) => wordsOf(name).includes(word)));
}

export function reduceMenu(
  state: PanelState,
  menu: MenuDialog,
  { key, context }: { readonly key: Key; readonly context: Context },
): Step {
  const fitting = menuEntries(menu.text);
  const last = fitting.length - 1;
  const to = (at: number) => only({ ...state, dialog: { ...menu, at: Math.max(0, Math.min(at, last)) } });
  if (key === 'up') return to(menu.at - 1);
  if (key === 'down' || key === 'tab') return to(menu.at + 1);
  if (key === 'pageup') return to(menu.at - 10);
  if (key === 'pagedown') return to(menu.at + 10);
  if (key === 'home') return to(0);
  if (key === 'end') return to(last);
  const chosen = fitting[menu.at];
  if (key === 'enter') return chosen ? ask({ ...state, dialog: undefined }, chosen, context) : only(state);
  const text = edited(menu.text, key);
  return text === menu.text ? only(state) : only({ ...state, dialog: { kind: 'menu', text, at: 0 } });
}
