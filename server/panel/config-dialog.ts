/** The editor of configurations in the panel: opens it on what was found, and hands on what it saves. Knows no disk. */
import type { ConfigOf, ConfigToSave, FoundConfig } from '../config-desk.js';
import { modelOfIni, modelOfWire } from './config-editor/open-model.js';
import { openEditor, reduceEditor } from './config-editor/reduce.js';
import type { EditorEffect, EditorInput } from './config-editor/state.js';
import { layoutOf } from './needs.js';
import {
  type Context,
  type Dialog,
  type Effect,
  only,
  type PanelState,
  type Size,
  type Step,
} from './state.js';

export type ConfigDialog = Extract<Dialog, { kind: 'config' }>;

/** The editor has all of the screen but the header and the bar. */
export function editorSize(state: PanelState, context: Context): Size {
  const { header, held, armed, alerts, keys } = layoutOf(state, context);
  const { columns, rows } = context.size;
  return { columns, rows: Math.max(1, rows - header - held - armed - alerts - keys) };
}

/** Whose configuration it is, for people. */
export function nameOf(of: ConfigOf): string {
  if (of.what === 'server') return 'this server';
  return of.what === 'drone' ? of.id : of.path;
}

/** @throws ConfigError for a file that can not be read as one. */
export function openConfig(
  state: PanelState,
  { of, found }: { readonly of: ConfigOf; readonly found: FoundConfig },
  context: Context,
): PanelState {
  const size = editorSize(state, context);
  const model =
    found.origin === 'peer'
      ? modelOfWire(found.answer, { name: found.name })
      : modelOfIni(found.text, { name: found.path, ...(found.spec && { spec: found.spec }) });
  const target =
    found.origin === 'peer'
      ? ({ how: 'send', canRestart: true } as const)
      : ({ how: 'file', path: found.path, canRestart: false } as const);
  const editor = openEditor(model, target, size);
  const opened = found.origin === 'file' ? found.text : undefined;
  return { ...state, dialog: { kind: 'config', of, editor, opened } };
}

/** Hands an input to the editor; it asks before it lets anything go. */
export function stepConfig(
  state: PanelState,
  dialog: ConfigDialog,
  { input, context }: { readonly input: EditorInput; readonly context: Context },
): Step {
  const { state: editor, effects } = reduceEditor(dialog.editor, input, editorSize(state, context));
  if (effects.some(({ type }) => type === 'close')) return only({ ...state, dialog: undefined });
  const texts = effects.flatMap((effect) => textBack(effect) ?? []);
  const opened = input.type === 'saved' ? (dialog.sent ?? dialog.opened) : dialog.opened;
  const sent = texts[0] ?? (input.type === 'key' ? dialog.sent : undefined);
  return {
    state: { ...state, dialog: { ...dialog, editor, opened, sent } },
    effects: effects.flatMap((effect) => saving(effect, dialog)),
  };
}

/** What is saved to where it was read from. */
function textBack(effect: EditorEffect): string | undefined {
  const isBack = effect.type === 'save' && effect.how === 'file' && effect.path === undefined;
  return isBack ? effect.text : undefined;
}

function saving(effect: EditorEffect, dialog: ConfigDialog): Effect[] {
  if (effect.type !== 'save') return [];
  const what = toSave(effect, dialog);
  return what ? [{ type: 'saveConfig', what }] : [];
}

function toSave(
  effect: EditorEffect & { type: 'save' },
  { of, opened }: ConfigDialog,
): ConfigToSave | undefined {
  if (effect.how === 'file') {
    const where = effect.path !== undefined ? { path: effect.path } : { of, opened };
    return { how: 'file', text: effect.text, ...where };
  }
  if (of.what !== 'drone') return undefined;
  const { config, mode, restart } = effect;
  return { how: 'send', id: of.id, config, mode, restart };
}
