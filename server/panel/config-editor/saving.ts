/** From the wish to save to its effect and its answer. Saves nothing itself. */
import { ConfigError, errorText } from '../../../lib/errors.js';
import type { Size } from '../state.js';
import { countMarks, problems } from './facts.js';
import { goTo } from './rows.js';
import { changes, isModified, markSaved, type SendMode, toIni } from './save-forms.js';
import { type EditorState, type EditorStep, only, say } from './state.js';

/** The key for saving: to the first error, to the question how, or straight to it. */
export function wishToSave(
  state: EditorState,
  { size, closes }: { readonly size: Size; readonly closes: boolean },
): EditorStep {
  const tree: EditorState = { ...state, mode: { kind: 'tree' } };
  if (state.saving) return only(say(tree, 'it is being saved: wait for the answer', 'missing'));
  const refused = refusal(tree, size);
  if (refused) return only(refused);
  const { how, canRestart } = state.target;
  if (how === 'send' || canRestart)
    return only({ ...tree, mode: { kind: 'save', mode: 'modify', restart: false, closes } });
  if (!isModified(state.model)) return only(say(tree, 'nothing has changed: nothing to save', 'muted'));
  return save(tree, { mode: 'modify', restart: false, closes });
}

/** Writes a copy into a file that was named. */
export function saveAs(state: EditorState, path: string, size: Size): EditorStep {
  const tree: EditorState = { ...state, mode: { kind: 'tree' } };
  if (state.saving) return only(say(tree, 'it is being saved: wait for the answer', 'missing'));
  const refused = refusal(tree, size);
  return refused ? only(refused) : saveFile(tree, { path, restart: false, closes: false });
}

/** Errors first: the cursor on the first, and how many there are. */
function refusal(state: EditorState, size: Size): EditorState | undefined {
  const found = problems(state.model);
  const [first] = found;
  if (!first) return undefined;
  const text =
    found.length === 1 ? 'not saved: 1 error' : `not saved: ${found.length} errors, this is the first`;
  return say(goTo(state, first.place, size), text, 'bad');
}

export type SaveWish = { readonly mode: SendMode; readonly restart: boolean; readonly closes: boolean };

/** Where the configuration came from. Errors were looked for before. */
export function save(state: EditorState, { mode, restart, closes }: SaveWish): EditorStep {
  const { model, target } = state;
  if (target.how === 'file') return saveFile(state, { path: undefined, restart, closes });
  const config = changes(model, mode);
  const hasNothing = mode === 'modify' && Object.keys(config).length === 0;
  if (hasNothing && !restart)
    return only(say({ ...state, mode: { kind: 'tree' } }, 'nothing has changed: nothing to send', 'muted'));
  const saving = { root: model.root, text: undefined, isCopy: false, closes };
  const next = say({ ...state, mode: { kind: 'tree' }, saving }, `being sent to ${model.name}`, 'accent');
  return { state: next, effects: [{ type: 'save', how: 'send', mode, restart, config }] };
}

function saveFile(
  state: EditorState,
  { path, restart, closes }: { path: string | undefined; restart: boolean; closes: boolean },
): EditorStep {
  const { model } = state;
  const tree: EditorState = { ...state, mode: { kind: 'tree' } };
  try {
    const text = toIni(model);
    const saving = { root: model.root, text, isCopy: path !== undefined, closes };
    const next = say({ ...tree, saving }, `being written to ${path ?? model.name}`, 'accent');
    return { state: next, effects: [{ type: 'save', how: 'file', restart, path, text }] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return only(say(tree, `not saved: ${errorText(error)}`, 'bad'));
  }
}

/** The answer to the last `save`. */
export function saved(state: EditorState, text: string | undefined): EditorStep {
  const { saving, model } = state;
  if (!saving) return only(state);
  const done: EditorState = { ...state, saving: undefined };
  if (saving.isCopy)
    return only(say(done, text ?? `the copy is written; ${model.name} is as it was`, 'good'));
  const marked = markSaved(model, {
    root: saving.root,
    ...(saving.text === undefined ? {} : { text: saving.text }),
  });
  const next = say({ ...done, model: marked }, text ?? savedText(marked), 'good');
  const isFinal = saving.closes && model.root === saving.root;
  return { state: next, effects: isFinal ? [{ type: 'close' }] : [] };
}

export function failed(state: EditorState, text: string): EditorStep {
  return only(say({ ...state, saving: undefined }, `not saved: ${text}`, 'bad'));
}

function savedText(model: EditorState['model']): string {
  const { excluded } = countMarks(model);
  return excluded === 0 ? 'saved' : `saved, but for ${excluded} excluded`;
}
