/** What can be done to options that are there: each edit checks itself, can be undone, and says why when it is refused. */
import {
  type ConfigValue,
  describePath,
  findFixedOption,
  type IniValue,
  type OptionSpec,
  type Path,
  sameValue,
  scanValue,
} from '../../../lib/config/index.js';
import { ConfigError, errorText } from '../../../lib/errors.js';
import { readRaw, specOf } from './facts.js';
import { type ConfigModel, type Edit, step } from './model.js';
import { draftOf } from './save-forms.js';
import {
  changeOption,
  changeSection,
  findOptionNode,
  findSectionNode,
  mapOptions,
  type OptionNode,
  type Place,
  type SectionNode,
  sameTexts,
} from './tree.js';

/** Sets an option to what was typed; what means the same as before leaves the line as it is. */
export function setValue(model: ConfigModel, path: Path, text: string): Edit {
  const node = findOptionNode(model.root, path);
  if (!node) return { model, error: `there is no option ${describePath(path)}` };
  const option = specOf(model, path);
  const raw = option ? rawOfTyped(option, text) : rawOfUnknown(node, text);
  if (typeof raw === 'object' && 'error' in raw) return { model, error: raw.error };
  if (!isWritable(raw)) return { model, error: 'expected one line without both kinds of quotes' };
  if (option && meansTheSame(model, node, { option, raw, path })) return { model };
  return {
    model: step(
      model,
      changeOption(model.root, path, (before) => ({ ...before, raw })),
    ),
  };
}

/** Gives an option its default back: in its line when it has one, so that comments stay. */
export function resetToDefault(model: ConfigModel, path: Path): Edit {
  const fixed = model.spec && findFixedOption(model.spec, path);
  const node = findOptionNode(model.root, path);
  if (!node) return { model, error: 'only an option has a default' };
  if (!fixed) return { model, error: `${describePath(path)} has no default: x removes it` };
  const raw = findOptionNode(model.loaded, path)?.raw === undefined ? undefined : fixed.write(fixed.default);
  const present = node.raw === undefined ? fixed.default : readRaw(fixed, node.raw);
  if (present !== undefined && sameValue(present, fixed.default))
    return { model, error: 'it has its default' };
  return {
    model: step(
      model,
      changeOption(model.root, path, (before) => ({ ...before, raw })),
    ),
  };
}

/** Leaves an option, or all of a section, out of what is saved, or takes it in again. */
export function toggleExcluded(model: ConfigModel, { kind, path }: Place): Edit {
  const flip = (isExcluded: boolean) => (option: OptionNode) => ({ ...option, isExcluded });
  if (kind === 'option') {
    const root = changeOption(model.root, path, (option) => flip(!option.isExcluded)(option));
    return { model: step(model, root) };
  }
  const section = findSectionNode(model.root, path);
  if (!section) return { model, error: 'there is nothing to leave out' };
  const isAnyIn = hasIncluded(section);
  return {
    model: step(
      model,
      changeSection(model.root, path, (inner) => mapOptions(inner, flip(isAnyIn))),
    ),
  };
}

/** Sets the one line of comment above an option; '' takes it away. Longer comments are for a text editor. */
export function setComment(model: ConfigModel, path: Path, text: string): Edit {
  const node = findOptionNode(model.root, path);
  const refusal = commentRefusal(node);
  if (!node || refusal !== undefined) return { model, error: refusal ?? 'only options have comments' };
  const trimmed = text.replace(/^[\s#]+/, '').trim();
  const comments = trimmed === '' ? [] : [`# ${trimmed}`];
  if (sameTexts(comments, node.comments)) return { model };
  const next = step(
    model,
    changeOption(model.root, path, (option) => ({ ...option, comments })),
  );
  try {
    if (sameTexts(draftOf(next).comments(path), comments)) return { model: next };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { model, error: errorText(error) };
  }
  return { model, error: 'the comment above the first line belongs to the whole file' };
}

/** Why an option's comment can not be edited here. */
export function commentRefusal(node: OptionNode | undefined): string | undefined {
  if (!node) return 'only options have comments';
  if (node.raw === undefined) return 'it is not in the file: give it a value first';
  return node.comments.length > 1 ? `it has ${node.comments.length} lines: edit them in the file` : undefined;
}

function rawOfTyped(option: OptionSpec, text: string): IniValue | { readonly error: string } {
  const read = option.read(text);
  if (read === undefined) return { error: `${JSON.stringify(text)} is wrong, expected ${option.expected}` };
  return option.write(read);
}

/** What nothing is known of stays a text or a list, as it was. */
function rawOfUnknown(node: OptionNode, text: string): IniValue | { readonly error: string } {
  if (typeof node.raw !== 'object') return text;
  try {
    const { value } = scanValue(text);
    return typeof value === 'string' ? [value] : value;
  } catch (error) {
    if (error instanceof ConfigError) return { error: errorText(error) };
    throw error;
  }
}

function meansTheSame(
  model: ConfigModel,
  node: OptionNode,
  { option, raw, path }: { option: OptionSpec; raw: IniValue; path: Path },
): boolean {
  const fixed = model.spec && findFixedOption(model.spec, path);
  const before: ConfigValue | undefined = node.raw === undefined ? fixed?.default : readRaw(option, node.raw);
  const after = readRaw(option, raw);
  return before !== undefined && after !== undefined && sameValue(before, after);
}

/** As peers take it, and as a line reads back to it. */
function isWritable(raw: IniValue): boolean {
  const texts = typeof raw === 'string' ? [raw] : raw;
  return texts.every((text) => !/[\r\n]/.test(text) && !(text.includes('"') && text.includes("'")));
}

function hasIncluded({ options, sections }: SectionNode): boolean {
  return options.some(({ isExcluded }) => !isExcluded) || sections.some(hasIncluded);
}
