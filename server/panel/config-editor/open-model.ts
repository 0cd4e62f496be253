/** Makes the model that is edited from a configuration, a file's text or a peer's answer. Knows no disk and no connection. */
import {
  type Config,
  findOption,
  findSection,
  type IniDocument,
  type IniValue,
  isWireObject,
  type OptionSpec,
  type Path,
  parseIni,
  parseWireSpec,
  type SectionSpec,
  type WireObject,
  type WireValue,
} from '../../../lib/config/index.js';
import type { ConfigModel } from './model.js';
import { mapOptions, type OptionNode, type SectionNode } from './tree.js';

/** `copy`: it goes to other drones, so that what is one drone's own is left out at first. */
export type Purpose = { readonly purpose?: 'edit' | 'copy' };

/** The configuration of this program, with what is not in its file. */
export function modelOfConfig(config: Config): ConfigModel {
  return modelOfIni(config.toIni(), { name: config.fileName, spec: config.spec });
}

/**
 * Any file. Values that its specification refuses are shown as wrong; without one everything is allowed.
 * @throws ConfigError for lines that can not be read.
 */
export function modelOfIni(
  text: string,
  { name, spec, purpose = 'edit' }: { readonly name: string; readonly spec?: SectionSpec } & Purpose,
): ConfigModel {
  const tree = treeOfIni(parseIni(text, name), spec);
  const root = purpose === 'copy' ? withoutPrivate(tree) : tree;
  return {
    ...{ name, spec, purpose, root, loaded: root, baseText: text },
    ...{ origin: 'file', initialComment: [], finalComment: [], past: [], future: [] },
  };
}

/** A peer's answer to `config`, with its specification if it sent one. Whatever a peer sends can be shown. */
export function modelOfWire(
  answer: WireValue,
  { name, purpose = 'edit' }: { readonly name: string } & Purpose,
): ConfigModel {
  const whole = isWireObject(answer) ? answer : {};
  const { configspec = null, config = null } = whole;
  const spec = isWireObject(configspec) ? parseWireSpec(configspec) : undefined;
  const { initial_comment, final_comment, ...sections } = isWireObject(config) ? config : {};
  const sent = treeOfWire(sections, { name: '', spec, depth: 0 });
  const root = purpose === 'copy' ? withoutPrivate(sent) : sent;
  return {
    ...{ name, spec, purpose, root, loaded: root, baseText: '', origin: 'peer', past: [], future: [] },
    ...{ initialComment: linesOf(initial_comment), finalComment: linesOf(final_comment) },
  };
}

/** What is one drone's own, or what a drone takes from its own file alone: options, and whole sections. */
const privatePaths: readonly Path[] = [
  ['id'],
  ['clover_dir'],
  ['ANIMATION', 'private_offset'],
  ['PRIVATE'],
  ['SECURITY'],
  ['EXECUTE'],
];

function withoutPrivate(root: SectionNode): SectionNode {
  const isPrivate = (path: Path) =>
    privatePaths.some((given) => given.every((name, index) => path[index] === name));
  return mapOptions(root, (option, path) => (isPrivate(path) ? { ...option, isExcluded: true } : option));
}

/** The tree of a file: what its specification has, then what else the file has. */
export function treeOfIni(document: IniDocument, spec: SectionSpec | undefined): SectionNode {
  const entries = groupByParent(document.entries().map(({ path, value }) => ({ path, value })));
  const headers = groupByParent(document.sections().map((path) => ({ path })));
  const section = (path: Path): SectionNode => {
    const known = spec && findSection(spec, path);
    const own = new Map((entries.get(JSON.stringify(path)) ?? []).map((entry) => [entry.path.at(-1), entry]));
    const names = [...(known?.options.keys() ?? []), ...nameList([...own.values()])];
    const inner = [...(known?.sections.keys() ?? []), ...nameList(headers.get(JSON.stringify(path)) ?? [])];
    const options = [...new Set(names)].map((name): OptionNode => {
      const entry = own.get(name);
      return {
        ...{ name, raw: entry?.value, isExcluded: false },
        comments: entry ? document.comments(entry.path) : [],
      };
    });
    const sections = [...new Set(inner)].map((name) => section([...path, name]));
    return { name: path.at(-1) ?? '', options, sections };
  };
  return section([]);
}

function groupByParent<T extends { readonly path: Path }>(items: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = JSON.stringify(item.path.slice(0, -1));
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

function nameList(items: readonly { readonly path: Path }[]): string[] {
  return items.map(({ path }) => path.at(-1) ?? '');
}

/** Deeper sections nobody has written: they are seen, but not sent back. */
const maxDepth = 8;

type Around = {
  readonly name: string;
  readonly spec: SectionSpec | undefined;
  readonly depth: number;
};

function treeOfWire(wire: WireObject, { name, spec, depth }: Around): SectionNode {
  const isInner = (value: WireValue): value is WireObject =>
    isWireObject(value) && !Object.hasOwn(value, '__value__');
  const sent = new Map(Object.entries(wire));
  const options = new Map<string, OptionNode>();
  const sections = new Map<string, SectionNode>();
  for (const option of spec?.options.keys() ?? []) options.set(option, emptyOption(option));
  for (const inner of spec?.sections.keys() ?? []) sections.set(inner, treeOfWire({}, inside(inner)));
  for (const [key, value] of sent) {
    if (!isInner(value)) options.set(key, optionOfWire(key, value, spec && findOption(spec, [key])));
    else if (depth < maxDepth) sections.set(key, treeOfWire(value, inside(key)));
    else options.set(key, tooDeep(key));
  }
  return { name, options: [...options.values()], sections: [...sections.values()] };

  function inside(inner: string): Around {
    return { name: inner, spec: spec && findSection(spec, [inner]), depth: depth + 1 };
  }
}

function tooDeep(name: string): OptionNode {
  return { ...emptyOption(name), raw: 'a section too deep to be edited here', isExcluded: true };
}

function emptyOption(name: string): OptionNode {
  return { name, raw: undefined, comments: [], isExcluded: false };
}

function optionOfWire(name: string, wire: WireValue, option: OptionSpec | undefined): OptionNode {
  const value = isWireObject(wire) ? (wire.__value__ ?? null) : wire;
  const comments = isWireObject(wire) ? linesOf(wire.comments) : [];
  if (value === null) return { ...emptyOption(name), comments };
  const read = option?.read(value);
  const raw = option && read !== undefined ? option.write(read) : rawOf(value);
  return { ...emptyOption(name), raw, comments };
}

/** A value that nothing is known of, or that is wrong, as text. */
function rawOf(value: WireValue): IniValue {
  if (Array.isArray(value))
    return value.map((item) => (typeof item === 'string' ? item : JSON.stringify(item)));
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Lines of a comment; what is not a list of texts counts as none. */
function linesOf(value: WireValue | undefined): string[] {
  const lines = Array.isArray(value) ? value.filter((line) => typeof line === 'string') : [];
  return lines.flatMap((line) => line.split(/\r?\n/));
}
