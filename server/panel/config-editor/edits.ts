/** What can be done to a model: each edit checks itself, can be undone, and says why when it is refused. */
import {
  type ConfigValue,
  describePath,
  findFixedOption,
  findOption,
  formatName,
  type IniValue,
  type OptionSpec,
  type Path,
  parseIni,
  sameValue,
  scanValue,
} from '../../../lib/config/index.js';
import { ConfigError, errorText } from '../../../lib/errors.js';
import { readRaw, specOf } from './facts.js';
import { type ConfigModel, canAdd, type Edit, isFixedSection, step } from './model.js';
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

/** Adds an option with its default, or an empty section. */
export function add(
  model: ConfigModel,
  parent: Path,
  { what, name }: { what: Place['kind']; name: string },
): Edit {
  const error = nameError(model, parent, { what, name });
  if (error !== undefined) return { model, error };
  const root = changeSection(model.root, parent, (section) => {
    if (what === 'section') return { ...section, sections: [...section.sections, emptySection(name)] };
    return { ...section, options: [...section.options, newOption(model, [...parent, name])] };
  });
  return { model: step(model, root) };
}

/** Removes an option or a section; what the specification has stays, with its defaults. */
export function remove(model: ConfigModel, { kind, path }: Place): Edit {
  const { root, spec } = model;
  if (kind === 'section') {
    const emptied = (section: SectionNode): SectionNode => withoutValues(model, section, path);
    const next = changeSection(root, path, isFixedSection(model, path) ? emptied : () => undefined);
    return { model: step(model, next) };
  }
  if (findOptionNode(root, path)?.raw === undefined)
    return { model, error: 'it is not there: its default counts' };
  const isFixed = spec !== undefined && findFixedOption(spec, path) !== undefined;
  const unset = (option: OptionNode): OptionNode => ({ ...option, raw: undefined, comments: [] });
  return { model: step(model, changeOption(root, path, isFixed ? unset : () => undefined)) };
}

/** A copy of a section beside it, under another name. */
export function duplicateSection(model: ConfigModel, path: Path, name: string): Edit {
  const parent = path.slice(0, -1);
  const source = findSectionNode(model.root, path);
  if (!source || path.length === 0) return { model, error: 'only a section can be duplicated' };
  const error = nameError(model, parent, { what: 'section', name });
  if (error !== undefined) return { model, error };
  const root = changeSection(model.root, parent, (section) => ({
    ...section,
    sections: section.sections.flatMap((inner) =>
      inner === source ? [inner, { ...source, name }] : [inner],
    ),
  }));
  return { model: step(model, root) };
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

/** A name for a copy that is not taken: `NAME-2`. */
export function freeName(model: ConfigModel, path: Path): string {
  const siblings = findSectionNode(model.root, path.slice(0, -1));
  const taken = new Set(
    [...(siblings?.sections ?? []), ...(siblings?.options ?? [])].map(({ name }) => name),
  );
  let count = 2;
  while (taken.has(`${path.at(-1)}-${count}`)) count++;
  return `${path.at(-1)}-${count}`;
}

/** Names that mean something in what peers send. */
const reservedNames: readonly string[] = [
  '__value__',
  '__many__',
  '___many___',
  'initial_comment',
  'final_comment',
];

function nameError(
  model: ConfigModel,
  parent: Path,
  { what, name }: { what: Place['kind']; name: string },
): string | undefined {
  const where = parent.length === 0 ? 'the file' : describeSection(parent);
  const section = findSectionNode(model.root, parent);
  if (!section) return `there is no ${where}`;
  if (!canAdd(model, parent, what)) return `${where} takes no further ${what}s`;
  if (name.trim() === '') return 'expected a name';
  if (reservedNames.includes(name)) return `"${name}" can not be a name`;
  const isTaken = [...section.options, ...section.sections].some((other) => other.name === name);
  if (isTaken) return `"${name}" is there already`;
  return isReadableName(name) ? undefined : 'a name may not have both kinds of quotes, nor blanks about it';
}

function describeSection(path: Path): string {
  return path.map((name, depth) => `${'['.repeat(depth + 1)}${name}${']'.repeat(depth + 1)}`).join(' ');
}

/** Whether a file with this name reads back to it, as an option's and as a section's. */
function isReadableName(name: string): boolean {
  try {
    const document = parseIni(`[${formatName(name)}]\n${formatName(name)} = 1\n`, 'name');
    const [section] = document.sections();
    return section?.[0] === name && document.get([name, name]) === '1';
  } catch (error) {
    if (error instanceof ConfigError) return false;
    throw error;
  }
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

function newOption(model: ConfigModel, path: Path): OptionNode {
  const option = model.spec && findOption(model.spec, path);
  const raw = option ? option.write(option.default) : '';
  return { name: path.at(-1) ?? '', raw, comments: [], isExcluded: false };
}

function emptySection(name: string): SectionNode {
  return { name, options: [], sections: [] };
}

function hasIncluded({ options, sections }: SectionNode): boolean {
  return options.some(({ isExcluded }) => !isExcluded) || sections.some(hasIncluded);
}

/** A section that must be there, with nothing but defaults. */
function withoutValues(model: ConfigModel, section: SectionNode, path: Path): SectionNode {
  const isFixed = (name: string) => model.spec && findFixedOption(model.spec, [...path, name]) !== undefined;
  return {
    ...section,
    options: section.options
      .filter(({ name }) => isFixed(name))
      .map((option) => ({ ...option, raw: undefined, comments: [] })),
    sections: section.sections.flatMap((inner) => {
      const own = [...path, inner.name];
      return isFixedSection(model, own) ? [withoutValues(model, inner, own)] : [];
    }),
  };
}
