/** A configuration as a tree that never changes: each edit gives a new one. Knows no specification and no screen. */
import type { IniValue, Path } from '../../../lib/config/index.js';

export type OptionNode = {
  readonly name: string;
  /** As a file's line has it; undefined when it is not given and its default counts. */
  readonly raw: IniValue | undefined;
  /** Lines above it, with their `#`. */
  readonly comments: readonly string[];
  /** Will not be written or sent. */
  readonly isExcluded: boolean;
};

export type SectionNode = {
  readonly name: string;
  readonly options: readonly OptionNode[];
  readonly sections: readonly SectionNode[];
};

/** Where something stands; an option and a section may have the same path in a file that is wrong. */
export type Place = { readonly kind: 'option' | 'section'; readonly path: Path };

export type PlacedOption = { readonly path: Path; readonly node: OptionNode };

export function keyOf({ kind, path }: Place): string {
  return JSON.stringify([kind, ...path]);
}

export function findSectionNode(root: SectionNode, path: Path): SectionNode | undefined {
  return path.reduce<SectionNode | undefined>(
    (section, name) => section?.sections.find((inner) => inner.name === name),
    root,
  );
}

export function findOptionNode(root: SectionNode, path: Path): OptionNode | undefined {
  return findSectionNode(root, path.slice(0, -1))?.options.find(({ name }) => name === path.at(-1));
}

/** Every option, those of a section before its sections. */
export function allOptions(section: SectionNode, path: Path = []): PlacedOption[] {
  return [
    ...section.options.map((node) => ({ path: [...path, node.name], node })),
    ...section.sections.flatMap((inner) => allOptions(inner, [...path, inner.name])),
  ];
}

/** Every section but the root, the outer ones first. */
export function allSections(section: SectionNode, path: Path = []): Path[] {
  return section.sections.flatMap((inner) => {
    const own = [...path, inner.name];
    return [own, ...allSections(inner, own)];
  });
}

/** The tree with another section in the place of one; `undefined` takes it out. What is not there stays away. */
export function changeSection(
  root: SectionNode,
  path: Path,
  change: (section: SectionNode) => SectionNode | undefined,
): SectionNode {
  const [name, ...rest] = path;
  if (name === undefined) return change(root) ?? { ...root, options: [], sections: [] };
  const sections = root.sections.flatMap((inner) => {
    if (inner.name !== name) return [inner];
    const changed = rest.length === 0 ? change(inner) : changeSection(inner, rest, change);
    return changed ? [changed] : [];
  });
  return { ...root, sections };
}

/** The tree with another option in the place of one; `undefined` takes it out. */
export function changeOption(
  root: SectionNode,
  path: Path,
  change: (option: OptionNode) => OptionNode | undefined,
): SectionNode {
  const name = path.at(-1);
  return changeSection(root, path.slice(0, -1), (section) => ({
    ...section,
    options: section.options.flatMap((option) => {
      if (option.name !== name) return [option];
      const changed = change(option);
      return changed ? [changed] : [];
    }),
  }));
}

/** The section with every option in it and below it changed. */
export function mapOptions(
  section: SectionNode,
  change: (option: OptionNode, path: Path) => OptionNode,
  path: Path = [],
): SectionNode {
  return {
    ...section,
    options: section.options.map((option) => change(option, [...path, option.name])),
    sections: section.sections.map((inner) => mapOptions(inner, change, [...path, inner.name])),
  };
}

/** The first place that is new or other than before: sections that were added, options by themselves. */
export function firstDifference(before: SectionNode, after: SectionNode): Place | undefined {
  const option = allOptions(after).find(({ path, node }) => findOptionNode(before, path) !== node);
  const section = allSections(after).find((path) => !findSectionNode(before, path));
  if (section) return { kind: 'section', path: section };
  return option && { kind: 'option', path: option.path };
}

export function sameRaw(a: IniValue | undefined, b: IniValue | undefined): boolean {
  if (a === undefined || b === undefined || typeof a === 'string' || typeof b === 'string') return a === b;
  return a.length === b.length && a.every((item, index) => item === b[index]);
}

export function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  return sameRaw(a, b);
}
