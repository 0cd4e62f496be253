/** The configuration that is edited: its tree, its specification, what it was, and what was undone. Knows no keys. */
import type { Path, SectionSpec } from '../../../lib/config/index.js';
import { findSection } from '../../../lib/config/index.js';
import type { SectionNode } from './tree.js';

export type ConfigModel = {
  /** The file's name or the drone's id, for people. */
  readonly name: string;
  /** A file says which options it holds; a peer sends all of them. */
  readonly origin: 'file' | 'peer';
  /** `copy`: it goes to others, so that all of it is sent and what is one drone's own is left out. */
  readonly purpose: 'edit' | 'copy';
  /** Undefined: a file about which nothing is known; everything is allowed. */
  readonly spec: SectionSpec | undefined;
  /** The file's text as it was loaded; '' from a peer. */
  readonly baseText: string;
  /** Of a peer; a file has them in its text. */
  readonly initialComment: readonly string[];
  readonly finalComment: readonly string[];
  readonly loaded: SectionNode;
  readonly root: SectionNode;
  readonly past: readonly SectionNode[];
  readonly future: readonly SectionNode[];
};

/** An edit's outcome: the same model and why, when it was refused. */
export type Edit = { readonly model: ConfigModel; readonly error?: string };

/** Steps that can be undone; older ones are forgotten. */
const maxSteps = 500;

/** The model after a step that can be undone. */
export function step(model: ConfigModel, root: SectionNode): ConfigModel {
  if (root === model.root) return model;
  return { ...model, root, past: [...model.past, model.root].slice(-maxSteps), future: [] };
}

export function undo(model: ConfigModel): Edit {
  const root = model.past.at(-1);
  if (!root) return { model, error: 'nothing to undo' };
  return { model: { ...model, root, past: model.past.slice(0, -1), future: [...model.future, model.root] } };
}

export function redo(model: ConfigModel): Edit {
  const root = model.future.at(-1);
  if (!root) return { model, error: 'nothing to do again' };
  return { model: { ...model, root, past: [...model.past, model.root], future: model.future.slice(0, -1) } };
}

/** Whether a section may be given options, or sections, of any name. */
export function canAdd(model: ConfigModel, parent: Path, what: 'option' | 'section'): boolean {
  if (!model.spec) return true;
  const spec = findSection(model.spec, parent);
  return (what === 'option' ? spec?.anyOption : spec?.anySection) !== undefined;
}

/** Whether the specification has this section under this very name: it can be emptied, not removed. */
export function isFixedSection(model: ConfigModel, path: Path): boolean {
  const parent = model.spec && findSection(model.spec, path.slice(0, -1));
  return parent?.sections.has(path.at(-1) ?? '') === true;
}
