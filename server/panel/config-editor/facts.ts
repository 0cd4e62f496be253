/** What there is to say of an option or a section of a model: its value, its marks, what is wrong. Changes nothing. */
import {
  type ConfigValue,
  findFixedOption,
  findOption,
  findSection,
  formatValue,
  type IniValue,
  type OptionSpec,
  type Path,
  readForm,
  type SectionSpec,
  sameValue,
  type WireValue,
} from '../../../lib/config/index.js';
import { ConfigError } from '../../../lib/errors.js';
import type { ConfigModel } from './model.js';
import {
  allOptions,
  allSections,
  findOptionNode,
  findSectionNode,
  type OptionNode,
  type Place,
  type PlacedOption,
  type SectionNode,
  sameRaw,
  sameTexts,
} from './tree.js';

/**
 * `new`: added since it was loaded. `changed`: differs from then. `default`: not in the file (or, of a peer that sends
 * all, equal to the default). `excluded`: will not be written or sent. `unknown`: not in the specification, kept.
 */
export type Mark = 'wrong' | 'excluded' | 'new' | 'changed' | 'unknown' | 'default';

export type OptionFacts = {
  readonly path: Path;
  /** As it is typed: items of a list with commas between. */
  readonly text: string;
  readonly defaultText: string | undefined;
  /** What it has to be; undefined when nothing is known. */
  readonly expected: string | undefined;
  readonly about: string;
  readonly comments: readonly string[];
  /** The most urgent first. */
  readonly marks: readonly Mark[];
  readonly error: string | undefined;
  /** All that it can be, when these are few words. */
  readonly choices: readonly string[];
};

export type Problem = { readonly place: Place; readonly text: string };

export function optionFacts(model: ConfigModel, path: Path): OptionFacts | undefined {
  const node = findOptionNode(model.root, path);
  if (!node) return undefined;
  const option = specOf(model, path);
  const fixed = model.spec && findFixedOption(model.spec, path);
  return {
    path,
    text: rawText(node.raw ?? (fixed ? fixed.write(fixed.default) : '')),
    defaultText: fixed && rawText(fixed.write(fixed.default)),
    expected: option?.expected,
    about: option?.about ?? '',
    comments: node.comments,
    marks: marksOf(model, { path, node }, findOptionNode(model.loaded, path)),
    error: errorOf(model, path, node),
    choices: option ? choicesOf(option) : [],
  };
}

/** Everything that keeps the model from being saved; what is excluded does not. */
export function problems(model: ConfigModel): Problem[] {
  const { root, spec } = model;
  const sections = allSections(root).flatMap((path): Problem[] => {
    const text = spec && sectionError(spec, path);
    return text === undefined ? [] : [{ place: { kind: 'section', path }, text }];
  });
  const options = allOptions(root).flatMap(({ path, node }): Problem[] => {
    const text = node.isExcluded ? undefined : errorOf(model, path, node);
    return text === undefined ? [] : [{ place: { kind: 'option', path }, text }];
  });
  return [...options, ...sections];
}

/** How many options have each mark, in the whole model or below a section. */
export function countMarks(model: ConfigModel, section: Path = []): Readonly<Record<Mark, number>> {
  const counts = { wrong: 0, excluded: 0, new: 0, changed: 0, unknown: 0, default: 0 };
  const before = new Map(
    optionsBelow(model.loaded, section).map(({ path, node }) => [JSON.stringify(path), node]),
  );
  for (const placed of optionsBelow(model.root, section))
    for (const mark of marksOf(model, placed, before.get(JSON.stringify(placed.path)))) counts[mark]++;
  return counts;
}

/** Names that were there when it was loaded and are gone. */
export function removedPaths({ loaded, root }: ConfigModel): Path[] {
  return allOptions(loaded).flatMap(({ path, node }) =>
    node.raw !== undefined && !findOptionNode(root, path) ? [path] : [],
  );
}

/** The specification of an option that may be at `path`: undefined when there is none, or a section belongs there. */
export function specOf({ spec }: ConfigModel, path: Path): OptionSpec | undefined {
  return spec && !isFixedSectionOf(spec, path) ? findOption(spec, path) : undefined;
}

/** What an option's line means; undefined when it is wrong. */
export function readRaw(option: OptionSpec, raw: IniValue): ConfigValue | undefined {
  return option.read(toWire(raw));
}

export function toWire(raw: ConfigValue): WireValue {
  return typeof raw === 'object' ? raw.map(toWire) : raw;
}

/** The value as somebody types it. */
function rawText(raw: IniValue): string {
  if (typeof raw === 'string') return raw;
  try {
    return formatValue(raw);
  } catch (error) {
    if (error instanceof ConfigError) return raw.join(', ');
    throw error;
  }
}

function optionsBelow(root: SectionNode, path: Path): PlacedOption[] {
  const section = findSectionNode(root, path);
  return section ? allOptions(section, path) : [];
}

/** @param before the option as it was loaded */
function marksOf(model: ConfigModel, { path, node }: PlacedOption, before: OptionNode | undefined): Mark[] {
  const { spec, origin } = model;
  const isSame = before && sameRaw(before.raw, node.raw) && sameTexts(before.comments, node.comments);
  const marks: Mark[] = [];
  if (errorOf(model, path, node) !== undefined) marks.push('wrong');
  if (node.isExcluded) marks.push('excluded');
  if (!before) marks.push('new');
  else if (!isSame) marks.push('changed');
  if (spec && !specOf(model, path)) marks.push('unknown');
  const isDefault = origin === 'peer' && isDefaultValue(spec, path, node.raw);
  if (node.raw === undefined || isDefault) marks.push('default');
  return marks;
}

function isDefaultValue(spec: SectionSpec | undefined, path: Path, raw: IniValue | undefined): boolean {
  const fixed = spec && findFixedOption(spec, path);
  const value = fixed && raw !== undefined ? readRaw(fixed, raw) : undefined;
  return fixed !== undefined && value !== undefined && sameValue(value, fixed.default);
}

function errorOf(model: ConfigModel, path: Path, { raw }: OptionNode): string | undefined {
  if (raw === undefined) return undefined;
  if (model.spec && isFixedSectionOf(model.spec, path))
    return 'a section of this name is expected, not a value';
  const option = specOf(model, path);
  if (!option || readRaw(option, raw) !== undefined) return undefined;
  return `${JSON.stringify(rawText(raw))} is wrong, expected ${option.expected}`;
}

function sectionError(spec: SectionSpec, path: Path): string | undefined {
  return findFixedOption(spec, path) ? 'a value of this name is expected, not a section' : undefined;
}

function isFixedSectionOf(spec: SectionSpec, path: Path): boolean {
  return findSection(spec, path.slice(0, -1))?.sections.has(path.at(-1) ?? '') === true;
}

function choicesOf({ text }: OptionSpec): readonly string[] {
  const form = readForm(text);
  if (form?.kind === 'boolean') return ['true', 'false'];
  return form?.kind === 'option' ? form.positional.filter((word) => typeof word === 'string') : [];
}
