/** The forms in which a model is saved: changes for a peer, text for a file. Knows no disk and no connection. */
import {
  describePath,
  findFixedOption,
  type IniDocument,
  type Path,
  parseIni,
  type WireObject,
  type WireValue,
} from '../../../lib/config/index.js';
import { ConfigError } from '../../../lib/errors.js';
import { readRaw, removedPaths, specOf, toWire } from './facts.js';
import { type ConfigModel, isFixedSection } from './model.js';
import { treeOfIni } from './open-model.js';
import {
  allOptions,
  allSections,
  findOptionNode,
  findSectionNode,
  mapOptions,
  type OptionNode,
  type SectionNode,
  sameRaw,
  sameTexts,
} from './tree.js';

export type SendMode = 'modify' | 'rewrite';

/**
 * What a peer is sent. `modify`: what was changed (of a copy: all that is not excluded); `rewrite`: all that is not
 * excluded, what is left out goes back to its default there.
 */
export function changes(model: ConfigModel, mode: SendMode): WireObject {
  const isWhole = mode === 'rewrite' || model.purpose === 'copy';
  const options = allOptions(model.root).flatMap(({ path, node }) => {
    if (node.isExcluded) return [];
    const sent = isWhole ? wholeOption(model, path, node) : changedOption(model, path, node);
    return sent === undefined ? [] : [{ path, sent }];
  });
  const config = nest(options);
  if (mode === 'modify' || model.origin === 'file') return config;
  const { initialComment, finalComment } = model;
  return { initial_comment: [...initialComment], ...config, final_comment: [...finalComment] };
}

/** What the mode will not do, or does beside what is seen: for the question before saving. */
export function sendNotes(model: ConfigModel, mode: SendMode): string[] {
  const excluded = allOptions(model.root).filter(({ node }) => node.isExcluded);
  const named = (paths: readonly Path[]) => {
    const more = paths.length > 6 ? ` and ${paths.length - 6} more` : '';
    return paths.slice(0, 6).map(describePath).join(', ') + more;
  };
  if (mode === 'rewrite') {
    const paths = excluded.map(({ path }) => path);
    return paths.length > 0 ? [`left out, so set back to their defaults there: ${named(paths)}`] : [];
  }
  const gone = removedPaths(model);
  return gone.length > 0 ? [`only a rewrite removes ${named(gone)}`] : [];
}

/** Whether anything differs from what was loaded or saved last. */
export function isModified(model: ConfigModel): boolean {
  if (model.root === model.loaded) return false;
  if (model.origin === 'file') return !isSameText(model);
  const isChanged = allOptions(model.root).some(({ path, node }) => {
    const before = findOptionNode(model.loaded, path);
    return !before || !sameRaw(before.raw, node.raw) || !sameTexts(before.comments, node.comments);
  });
  const isGone = allSections(model.loaded).some((path) => !findSectionNode(model.root, path));
  return isChanged || isGone || removedPaths(model).length > 0;
}

/** The text for a file: as it was loaded but for what was changed, comments kept. @throws ConfigError */
export function toIni(model: ConfigModel): string {
  return draftOf(model).toString();
}

/** The model after its `root` of then was saved as `text` (of a file), or sent. */
export function markSaved(
  model: ConfigModel,
  { root, text }: { root: SectionNode; text?: string },
): ConfigModel {
  if (model.origin === 'file' && text !== undefined) {
    const loaded = treeOfIni(parseIni(text, model.name), model.spec);
    const isAsSaved = model.root === root && !allOptions(root).some(({ node }) => node.isExcluded);
    return { ...model, baseText: text, loaded, root: isAsSaved ? loaded : model.root };
  }
  const loaded = mapOptions(root, (option, path) =>
    option.isExcluded && model.purpose === 'edit' ? (findOptionNode(model.loaded, path) ?? option) : option,
  );
  return { ...model, loaded };
}

/** The document that `toIni` is the text of: it reads back to what it is. @throws ConfigError */
export function draftOf(model: ConfigModel): IniDocument {
  const { root } = model;
  const document = parseIni(model.baseText, model.name);
  const kept = allOptions(root).filter(({ node }) => node.raw !== undefined && !node.isExcluded);
  const keptKeys = new Set(kept.map(({ path }) => JSON.stringify(path)));
  for (const { path } of document.entries()) if (!keptKeys.has(JSON.stringify(path))) document.delete(path);
  for (const path of document.sections()) if (!findSectionNode(root, path)) document.delete(path);
  for (const section of addedSections(model, document)) addSection(document, section);
  for (const { path, node } of kept) writeOption(document, path, node);
  if (model.origin === 'peer') {
    document.initialComment = model.initialComment;
    document.finalComment = model.finalComment;
  }
  return parseIni(document.toString(), model.name);
}

function isSameText(model: ConfigModel): boolean {
  try {
    return toIni(model) === model.baseText;
  } catch (error) {
    if (error instanceof ConfigError) return false;
    throw error;
  }
}

function wholeOption(model: ConfigModel, path: Path, node: OptionNode): WireObject | undefined {
  if (node.raw === undefined) return undefined;
  return { __value__: wireOf(model, path, node), ...commentsOf(node) };
}

function changedOption(model: ConfigModel, path: Path, node: OptionNode): WireObject | undefined {
  const before = findOptionNode(model.loaded, path);
  const hasSameComments = before !== undefined && sameTexts(before.comments, node.comments);
  const value = wireOf(model, path, node);
  const isSame = before && JSON.stringify(wireOf(model, path, before)) === JSON.stringify(value);
  if (isSame && (hasSameComments || node.raw === undefined)) return undefined;
  const isComment = before !== undefined && !hasSameComments && node.raw !== undefined;
  const comments = isComment || !before ? { comments: [...node.comments] } : {};
  return { __value__: value, ...comments };
}

function commentsOf({ comments }: OptionNode): WireObject {
  return comments.length > 0 ? { comments: [...comments] } : {};
}

/** Typed, and as a text where the specification's text form says so; what is wrong or unknown as it stands. */
function wireOf(model: ConfigModel, path: Path, { raw }: OptionNode): WireValue {
  const option = specOf(model, path);
  const fixed = model.spec && findFixedOption(model.spec, path);
  const read = option && raw !== undefined ? readRaw(option, raw) : raw;
  const value = read ?? raw ?? fixed?.default ?? '';
  return option?.text.startsWith('string') && typeof value !== 'object' ? String(value) : toWire(value);
}

function nest(options: readonly { readonly path: Path; readonly sent: WireObject }[]): WireObject {
  const [own, inner]: [[string, WireValue][], Map<string, { path: Path; sent: WireObject }[]>] = [
    [],
    new Map(),
  ];
  for (const { path, sent } of options) {
    const [first = '', ...rest] = path;
    if (rest.length === 0) own.push([first, sent]);
    else inner.set(first, [...(inner.get(first) ?? []), { path: rest, sent }]);
  }
  return Object.fromEntries([...own, ...[...inner].map(([name, items]) => [name, nest(items)] as const)]);
}

/** Sections with names of somebody's choice are there even when they are empty. */
function addedSections(model: ConfigModel, document: IniDocument): Path[] {
  const present = new Set(document.sections().map((path) => JSON.stringify(path)));
  return allSections(model.root).filter(
    (path) => !present.has(JSON.stringify(path)) && !isFixedSection(model, path),
  );
}

/** A document makes a section for its first option, which goes again. */
function addSection(document: IniDocument, path: Path): void {
  const passing = [...path, 'passing'];
  document.set(passing, '');
  document.delete(passing);
}

function writeOption(document: IniDocument, path: Path, { raw, comments }: OptionNode): void {
  if (raw === undefined) return;
  const present = document.get(path);
  if (!sameRaw(present, raw)) document.set(path, raw);
  document.setComments(path, comments);
}
