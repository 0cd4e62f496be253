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
  const { header, armed, keys } = layoutOf(state, context);
  const { columns, rows } = context.size;
  return { columns, rows: Math.max(1, rows - header - armed - keys) };
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
      ? ({ how: 'send', canRestart: false } as const)
      : ({ how: 'file', path: found.path, canRestart: false } as const);
  return { ...state, dialog: { kind: 'config', of, editor: openEditor(model, target, size) } };
}

/** Hands an input to the editor; it asks before it lets anything go. */
export function stepConfig(
  state: PanelState,
  dialog: ConfigDialog,
  { input, context }: { readonly input: EditorInput; readonly context: Context },
): Step {
  const { state: editor, effects } = reduceEditor(dialog.editor, input, editorSize(state, context));
  if (effects.some(({ type }) => type === 'close')) return only({ ...state, dialog: undefined });
  return {
    state: { ...state, dialog: { ...dialog, editor } },
    effects: effects.flatMap((effect) => saving(effect, dialog.of)),
  };
}

function saving(effect: EditorEffect, of: ConfigOf): Effect[] {
  if (effect.type !== 'save') return [];
  const what = toSave(effect, of);
  return what ? [{ type: 'saveConfig', what }] : [];
}

function toSave(effect: EditorEffect & { type: 'save' }, of: ConfigOf): ConfigToSave | undefined {
  if (effect.how === 'file')
    return {
      how: 'file',
      text: effect.text,
      ...(effect.path !== undefined ? { path: effect.path } : { of }),
    };
  if (of.what !== 'drone') return undefined;
  return { how: 'send', id: of.id, config: effect.config, mode: effect.mode };
}
