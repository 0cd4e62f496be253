/** Adding, removing and duplicating options and sections; each can be undone, and says why when it is refused. */
import {
  describePath,
  findFixedOption,
  findOption,
  formatName,
  type Path,
  parseIni,
} from '../../../lib/config/index.js';
import { ConfigError } from '../../../lib/errors.js';
import { type ConfigModel, canAdd, type Edit, isFixedSection, step } from './model.js';
import {
  changeOption,
  changeSection,
  findOptionNode,
  findSectionNode,
  type OptionNode,
  type Place,
  type SectionNode,
} from './tree.js';

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
  const where = parent.length === 0 ? 'the top' : describePath(parent);
  const section = findSectionNode(model.root, parent);
  if (!section) return `there is no ${where}`;
  if (!canAdd(model, parent, what)) return `${where} takes no further ${what}s`;
  if (name.trim() === '') return 'expected a name';
  if (reservedNames.includes(name)) return `"${name}" can not be a name`;
  const isTaken = [...section.options, ...section.sections].some((other) => other.name === name);
  if (isTaken) return `"${name}" is there already`;
  return isReadableName(name) ? undefined : 'a name may not have both kinds of quotes, nor blanks about it';
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

function newOption(model: ConfigModel, path: Path): OptionNode {
  const option = model.spec && findOption(model.spec, path);
  const raw = option ? option.write(option.default) : '';
  return { name: path.at(-1) ?? '', raw, comments: [], isExcluded: false };
}

function emptySection(name: string): SectionNode {
  return { name, options: [], sections: [] };
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
