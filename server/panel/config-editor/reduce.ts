/** The editor's only way from one state to the next: keys and answers in, state and effects out. Does nothing itself. */
import type { Key } from '../key-parser.js';
import type { Size } from '../state.js';
import { problems } from './facts.js';
import type { ConfigModel } from './model.js';
import { reduceField } from './reduce-field.js';
import { reduceAdditions, reduceChoices, reduceHelp, reduceLeave, reduceSave } from './reduce-questions.js';
import { reduceTree } from './reduce-tree.js';
import { goTo, settle } from './rows.js';
import { failed, saved } from './saving.js';
import { type EditorInput, type EditorState, type EditorStep, type EditorTarget, only } from './state.js';
import { allOptions, allSections, keyOf } from './tree.js';

/** Trees with more lines are folded at first. */
const maxUnfolded = 40;

/** The editor over a model. A small configuration is unfolded; of a large one the sections with errors. */
export function openEditor(model: ConfigModel, target: EditorTarget, size: Size): EditorState {
  const sections = allSections(model.root);
  const isSmall = sections.length + allOptions(model.root).length <= maxUnfolded;
  const unfolded = new Set(isSmall ? sections.map((path) => keyOf({ kind: 'section', path })) : []);
  const state: EditorState = {
    ...{ model, target, unfolded, mode: { kind: 'tree' }, search: '' },
    ...{ cursor: undefined, cursorIndex: 0, top: 0, message: undefined, saving: undefined },
  };
  const [first] = problems(model);
  return first ? goTo(state, first.place, size) : settle(state, size);
}

/** The next state, and what is to be done. Nothing is saved but by a key for it, nothing discarded but by a `d` for it. */
export function reduceEditor(state: EditorState, input: EditorInput, size: Size): EditorStep {
  const { state: next, effects } = stepOf(state, input, size);
  return { state: settle(next, size), effects };
}

function stepOf(state: EditorState, input: EditorInput, size: Size): EditorStep {
  if (input.type === 'saved') return saved(state, input.text);
  if (input.type === 'failed') return failed(state, input.text);
  return reduceKey({ ...state, message: undefined }, input.key, size);
}

function reduceKey(state: EditorState, key: Key, size: Size): EditorStep {
  const { mode } = state;
  switch (mode.kind) {
    case 'tree':
      return reduceTree(state, key, size);
    case 'field':
      return reduceField(state, mode, { key, size });
    case 'choices':
      return only(reduceChoices(state, mode, key));
    case 'additions':
      return only(reduceAdditions(state, mode, key));
    case 'leave':
      return reduceLeave(state, key, size);
    case 'save':
      return reduceSave(state, mode, key);
    case 'help':
      return only(reduceHelp(state, mode, key));
  }
}
